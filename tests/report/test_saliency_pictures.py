"""Colors of a saliency, and what is not pictured."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
import pytest

from oncometry.report.png import colored_uri
from oncometry.report.saliency_pictures import STRONGEST, saliency_colors


def test_for_is_orange_against_is_blue_and_nothing_is_clear():
    orange, clear, blue = saliency_colors(np.array([[1.0, 0.0, -0.5]]))[0].astype(int)
    assert orange[0] > orange[2]
    assert blue[2] > blue[0]
    assert clear[3] == 0
    assert orange[3] == round(STRONGEST * 255)
    assert blue[3] == pytest.approx(orange[3] / 2, abs=1)


def test_colors_come_back_from_the_png():
    """Decoded by hand: one filter byte a row, each row the difference from the row above."""
    colors = np.random.default_rng(0).integers(0, 256, (5, 7, 4)).astype(np.uint8)
    png = base64.b64decode(colored_uri(colors).removeprefix("data:image/png;base64,"))
    assert struct.unpack(">IIBB", png[16:26]) == (7, 5, 8, 6)
    at = png.index(b"IDAT")
    size = struct.unpack(">I", png[at - 4 : at])[0]
    rows = np.frombuffer(zlib.decompress(png[at + 4 : at + 4 + size]), np.uint8).reshape(5, 29)
    assert (rows[:, 0] == 2).all()
    np.testing.assert_array_equal(np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(5, 7, 4), colors)
