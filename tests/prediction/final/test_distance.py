"""Distances from training rows, each left out in turn; about as many as stated are beyond the limit."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.prediction.final.describe import _distance_limit, rounded_outward
from oncometry.prediction.final.distance import _drawn_in, _shrunk, center_of, left_out_distances


@pytest.mark.parametrize(("n", "q"), [(30, 4), (25, 40)])
def test_left_out_distances_are_those_of_leaving_out(n: int, q: int) -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(n, q)) @ rng.normal(size=(q, q))
    drawn = _drawn_in(values)
    _, part, spread = _shrunk(drawn)
    expected = []
    for i in range(n):
        others = np.delete(drawn, i, axis=0)
        covariance = (1 - part) * np.cov(others.T, bias=True) + part * spread * np.eye(q)
        apart = values[i] - others.mean(0)
        expected.append(np.sqrt(apart @ np.linalg.solve(covariance, apart)))
    np.testing.assert_allclose(left_out_distances(values), expected, rtol=1e-8)


def test_about_one_in_a_hundred_like_those_of_training_is_set_aside() -> None:
    rng = np.random.default_rng(2)
    mixed = rng.normal(size=(6, 6))
    aside = []
    for _ in range(60):
        values = rng.normal(size=(150, 6)) @ mixed
        limit = _distance_limit(values, 0.01)
        assert limit is not None
        aside.append(np.mean(center_of(values).distances(rng.normal(size=(300, 6)) @ mixed) > limit))
    assert 0.002 < np.mean(aside) < 0.02


def test_what_is_in_range_one_by_one_but_not_together_is_far() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(size=200)
    values = np.column_stack([first, first + 0.1 * rng.normal(size=200)])
    limit = _distance_limit(values, 0.01)
    assert limit is not None
    assert center_of(values).distances(np.array([[1.5, -1.5]]))[0] > 3 * limit
    assert center_of(values).distances(np.array([[1.5, 1.5]]))[0] < limit


def test_one_stray_training_row_does_not_hide_others() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(size=(100, 3))
    values[0] = 1e4
    assert center_of(values).distances(np.array([[30.0, 30.0, 30.0]]))[0] > 15


def test_ranges_are_wider_and_hold_no_value_that_was_seen() -> None:
    rng = np.random.default_rng(5)
    for scale in (1e-6, 1.0, 1e7):
        values = rng.lognormal(size=50) * scale
        low, high = rounded_outward(values, 0.1)
        width = values.max() - values.min()
        assert low < values.min()
        assert high > values.max()
        assert high - low < 1.25 * width
    assert rounded_outward(np.array([3.0, 3.0]), 0.1) == (3.0, 3.0)
