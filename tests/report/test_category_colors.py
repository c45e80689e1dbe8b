"""Colors of categories: their letters can be read on them, and the color-blind can tell them apart."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from oncometry.report.category_marks import RANK

STYLE = files("oncometry.report").joinpath("templates", "style.css").read_text(encoding="utf-8")

# Machado, Oliveira, Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1.0, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
Color = NDArray[np.float64]


def style_of(css: str) -> tuple[Color, Color]:
    """Linear RGB of a category's color and of the letters on it."""
    found = re.search(rf"\.{css}\{{--fill:(#[0-9a-f]+);--on:(#[0-9a-f]+)", STYLE)
    assert found is not None
    return linear(found[1]), linear(found[2])


def linear(code: str) -> Color:
    digits = code[1:] if len(code) == 7 else "".join(c * 2 for c in code[1:])
    share = np.array([int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)])
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(color: Color) -> Color:
    """CIE L*a*b*."""
    ratio = TO_XYZ @ np.clip(color, 0, 1) / WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("css", RANK)
def test_letters_can_be_read_on_every_color(css: str) -> None:
    light, dark = sorted((float(TO_XYZ[1] @ c) for c in style_of(css)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("sight", SIGHT)
def test_the_color_blind_can_tell_categories_apart(sight: str) -> None:
    seen = {css: lab(SIGHT[sight] @ style_of(css)[0]) for css in RANK}
    apart = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(RANK, 2)}
    assert min(apart.values()) >= 15.0, min(apart, key=lambda pair: apart[pair])
