"""Areas of polygons against formulas, also where edges cross, and laws of what two have in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core.polygons import area, area_and_centroid, difference, even_odd, intersection, united


def square(x: float, y: float, side: float) -> np.ndarray:
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], dtype=float)


def test_edges_that_cross_between_corners() -> None:
    """A bow tie is two triangles; a pentagram is without its middle by the even-odd rule."""
    bow_tie = np.array([[0.0, 0], [2, 2], [2, 0], [0, 2]])
    assert area(even_odd([bow_tie])) == pytest.approx(2)
    corners = np.exp(2j * np.pi * np.arange(5) * 2 / 5)
    side = (
        2 * np.sin(np.pi / 5) / ((1 + np.sqrt(5)) / 2) ** 2
    )  # of the middle, on which the five points stand
    points = 5 * side**2 / 4 * np.tan(np.radians(72))
    assert area(even_odd([np.column_stack([corners.real, corners.imag])])) == pytest.approx(points, rel=1e-5)


def test_squares_that_overlap() -> None:
    one, other = even_odd([square(0, 0, 4)]), even_odd([square(3, 1, 2)[::-1]])
    assert area(intersection(one, other)) == pytest.approx(2)
    assert area(difference(one, other)) == pytest.approx(14)
    assert area_and_centroid(intersection(one, other)) == pytest.approx((2, 3.5, 2))
    assert area(even_odd([square(0, 0, 4), square(3, 1, 2)])) == pytest.approx(16)


def test_nothing_has_no_area() -> None:
    one = even_odd([square(0, 0, 4)])
    flat = even_odd([np.array([[0.0, 0], [1, 0], [2, 0]])])
    assert area(flat) == 0
    assert area(intersection(one, flat)) == 0
    assert area(difference(one, flat)) == pytest.approx(16)
    assert area(intersection(one, even_odd([square(9, 9, 1)]))) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 9))
def test_parts_add_up(seed: int, corners: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (even_odd([rng.uniform(0, 50, (corners, 2))]) for _ in range(2))
    both = area(intersection(one, other))
    assert area(united([one, other])) == pytest.approx(area(one) + area(other) - both, abs=1e-3)
    assert area(difference(one, other)) == pytest.approx(area(one) - both, abs=1e-3)
    assert area(even_odd([*one, *other])) == pytest.approx(area(one) + area(other) - 2 * both, abs=1e-3)
