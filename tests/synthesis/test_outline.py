"""The oracle's own diameters, against analytic shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.synthesis.outline import diameters
from oncometry.synthesis.parts import partition

SUB = 8


def _ellipse(long_mm: float, short_mm: float, angle: float, n: int = 70) -> np.ndarray:
    """Exact-as-sampled share of each 1 mm pixel in an ellipse."""
    at = (np.arange(n * SUB) + 0.5) / SUB - n / 2 + 0.1
    x, y = np.meshgrid(at, at, indexing="ij")
    u, v = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    inside = (2 * u / long_mm) ** 2 + (2 * v / short_mm) ** 2 <= 1
    return inside.reshape(n, SUB, n, SUB).mean(axis=(1, 3))[:, :, None]


@settings(max_examples=25, deadline=None)
@given(long=st.floats(15, 55), ratio=st.floats(0.55, 0.9), angle=st.floats(0, 3.14))
def test_an_ellipse(long: float, ratio: float, angle: float) -> None:
    found = diameters(_ellipse(long, long * ratio, angle), (1.0, 1.0, 5.0))
    assert found is not None
    assert found.longest_mm == pytest.approx(long, rel=0.012)
    assert found.perpendicular_mm == pytest.approx(long * ratio, rel=0.02)


def test_spacing_counts_and_the_slice_of_the_longest_is_named() -> None:
    share = np.zeros((40, 40, 3))
    share[10:20, 10:14, 0] = 1
    share[10:30, 10:14, 2] = 1
    found = diameters(share, (0.5, 1.0, 5.0))
    assert found is not None
    assert found.slice == 2
    assert found.longest_mm == pytest.approx(np.hypot(10, 4), abs=0.6)


def test_nothing_has_no_diameter() -> None:
    assert diameters(np.zeros((5, 5, 5)), (1.0, 1.0, 1.0)) is None


def test_parts_are_numbered_from_front_to_back_and_joined_when_near() -> None:
    mask = np.zeros((30, 40, 6), bool)
    mask[5:10, 30:35, 2], mask[5:10, 5:10, 2], mask[5:10, 11:14, 2] = True, True, True
    nearest, count = partition(mask, (1.0, 1.0, 5.0))
    assert count == 2
    assert set(nearest[5:10, 5:14, 2].ravel()) == {1}
    assert set(nearest[5:10, 30:35, 2].ravel()) == {2}


def test_a_gap_of_two_millimeters_separates() -> None:
    mask = np.zeros((30, 40, 6), bool)
    mask[5:10, 5:10, 2], mask[5:10, 12:14, 2] = True, True
    assert partition(mask, (1.0, 1.0, 5.0))[1] == 2
    assert partition(mask, (0.9, 0.9, 5.0))[1] == 1
