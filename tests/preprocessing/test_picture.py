"""The checkerboard."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Geometry, GeometryError, Image
from oncometry.preprocessing import checkerboard


def test_tiles_in_turn() -> None:
    geometry = Geometry.from_parts((32, 16, 3), (1, 1, 5))
    rows = np.broadcast_to(np.arange(16.0)[None, :, None], (32, 16, 3))
    board = checkerboard(Image(rows, geometry), Image(-rows, geometry))
    assert (board.shape, board.dtype) == ((16, 32), np.uint8)
    assert board[0, 0] == 0
    assert board[0, 4] == 255
    assert board[15, 31] == 255 or board[15, 31] == 0


def test_a_blank_image_is_black_not_an_error() -> None:
    geometry = Geometry.from_parts((8, 8, 1), (1, 1, 5))
    blank = Image(np.full((8, 8, 1), np.nan), geometry)
    assert checkerboard(blank, blank).max() == 0


def test_two_grids_are_refused(ramp: Image) -> None:
    other = Image(ramp.array, Geometry.from_parts(ramp.geometry.shape, (1, 1, 1)))
    with pytest.raises(GeometryError, match="GEOMETRY_MISMATCH"):
        checkerboard(ramp, other)
