"""A brain that is turned against its header is noticed, one that lies as it says is not."""

from __future__ import annotations

from functools import cache
from itertools import permutations, product

import numpy as np
import pytest

from oncometry.core import Code, Geometry
from oncometry.segmentation.head_direction import turned_notices

SPACING = (4.0, 4.0, 4.0)


@cache
def brain() -> np.ndarray:
    """(40, 50, 40), LPS, 4 mm: two hemispheres, temporal lobes, cerebellum and brainstem as ellipsoids."""
    grid = np.stack(np.meshgrid(*(4.0 * np.arange(n) for n in (40, 50, 40)), indexing="ij"), axis=-1)
    grid -= (78.0, 98.0, 78.0)
    parts = [
        ((0, 0, 12), (66, 84, 54)),
        ((38, -18, -22), (24, 36, 20)),
        ((-38, -18, -22), (24, 36, 20)),
        ((0, 46, -36), (50, 30, 26)),
        ((0, 14, -44), (15, 15, 30)),
    ]
    return np.any([(((grid - at) / size) ** 2).sum(axis=-1) < 1 for at, size in parts], axis=0)


def grid(shape: tuple[int, ...], direction: np.ndarray | None = None) -> Geometry:
    i, j, k = shape
    return Geometry.from_parts((i, j, k), SPACING, (0, 0, 0), np.eye(3) if direction is None else direction)


def test_a_brain_as_its_header_says_needs_no_word() -> None:
    there = brain()
    assert turned_notices(there, grid(there.shape)) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_every_way_along_the_axes_is_noticed_but_the_mirror_image(order: tuple[int, int, int]) -> None:
    for flips in product((False, True), repeat=3):
        there = brain().transpose(order)
        for axis in range(3):
            there = np.flip(there, axis) if flips[axis] else there
        notices = turned_notices(there, grid(there.shape))
        right = order == (0, 1, 2) and flips in ((False, False, False), (True, False, False))
        assert [n.code for n in notices] == ([] if right else [Code.HEAD_TURNED]), (order, flips)


def test_it_is_said_what_looks_like_what() -> None:
    there = brain()[:, :, ::-1]
    (notice,) = turned_notices(there, grid(there.shape))
    assert "what it calls inferior looks superior" in notice.what
    (notice,) = turned_notices(brain().swapaxes(0, 1), grid((50, 40, 40)))
    assert "what it calls left looks posterior" in notice.what


def test_array_order_is_not_direction() -> None:
    """An array that lies otherwise, with a header that says so, is right."""
    there = brain().transpose(2, 0, 1)[:, ::-1]
    sagittal = np.array([[0.0, -1, 0], [0, 0, 1], [1, 0, 0]])
    assert turned_notices(there, grid(there.shape, sagittal)) == []


def test_a_brain_cut_off_by_the_border_is_not_judged() -> None:
    cut = brain()[:, :, 23::-1]
    assert turned_notices(cut, grid(cut.shape)) == []
