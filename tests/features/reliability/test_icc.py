"""Intraclass correlations: published values and intervals, laws, and coverage of the intervals by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oncometry.core import Code
from oncometry.features.reliability import IccKind, intraclass_correlation

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Table 2 of Shrout and Fleiss, doi:10.1037/0033-2909.86.2.420: 6 targets, 4 judges."""

ONE_WAY, AGREEMENT, CONSISTENCY = IccKind


@pytest.mark.parametrize(
    ("kind", "value", "low", "high"),
    [
        # values of their table 4; limits as they are published for this table: ICC of R package psych
        (ONE_WAY, 0.17, -0.133, 0.723),
        (AGREEMENT, 0.29, 0.019, 0.761),
        (CONSISTENCY, 0.71, 0.342, 0.946),
    ],
)
def test_the_published_example(kind: IccKind, value: float, low: float, high: float) -> None:
    found = intraclass_correlation(SHROUT_FLEISS, kind)
    assert found.value == pytest.approx(value, abs=0.005)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0006)
    assert (found.subjects, found.repeats, found.missing, found.reason) == (6, 4, 0, None)


@pytest.mark.parametrize(("kind", "of_mean"), [(ONE_WAY, 0.44), (AGREEMENT, 0.62), (CONSISTENCY, 0.91)])
def test_the_published_values_of_means_of_four_follow(kind: IccKind, of_mean: float) -> None:
    """Spearman-Brown takes the three single values to the other three of their table 4."""
    single = intraclass_correlation(SHROUT_FLEISS, kind).value
    assert single is not None
    assert 4 * single / (1 + 3 * single) == pytest.approx(of_mean, abs=0.005)


@pytest.mark.parametrize("kind", IccKind)
@pytest.mark.parametrize("truth", [0.3, 0.75, 0.95])
def test_intervals_hold_the_truth_95_times_in_100(kind: IccKind, truth: float) -> None:
    """2000 tables of a random-effects model; agreement has repetitions that differ by chance."""
    rng = np.random.default_rng(int(100 * truth))
    n, k, tables, shift = 15, 3, 2000, 0.2 if kind is AGREEMENT else 0.0
    error = 1 / truth - 1 - shift * (1 / truth - 1)
    held = 0
    for _ in range(tables):
        values = rng.normal(size=(n, 1)) + rng.normal(0, np.sqrt(error), (n, k))
        values += rng.normal(0, np.sqrt(shift * (1 / truth - 1)), (1, k))
        found = intraclass_correlation(values, kind)
        held += found.low <= truth <= found.high
    assert held / tables == pytest.approx(0.95, abs=0.015)


def test_unequal_numbers_are_the_analysis_of_variance_of_them() -> None:
    values = np.array([[1.0, 2.0, np.nan], [4.0, 6.0, 5.0], [9.0, np.nan, np.nan], [3.0, 3.5, np.nan]])
    found = intraclass_correlation(values)
    total, groups = 8, [[1, 2], [4, 6, 5], [9], [3, 3.5]]
    mean = np.mean([v for g in groups for v in g])
    between = sum(len(g) * (np.mean(g) - mean) ** 2 for g in groups) / 3
    within = sum(((np.array(g) - np.mean(g)) ** 2).sum() for g in groups) / (total - 4)
    n0 = (total - sum(len(g) ** 2 for g in groups) / total) / 3
    assert found.value == pytest.approx((between - within) / (between + (n0 - 1) * within))
    assert (found.subjects, found.repeats, found.missing) == (4, 3, 4)


def test_unequal_numbers_cover_the_truth_too() -> None:
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(1500):
        values = rng.normal(size=(20, 1)) + rng.normal(0, 0.5, (20, 4))
        values[rng.random(values.shape) < 0.2] = np.nan
        found = intraclass_correlation(values)
        held += found.low <= 0.8 <= found.high
    assert held / 1500 == pytest.approx(0.95, abs=0.015)


def test_the_others_take_whole_subjects_only() -> None:
    holes = np.vstack([SHROUT_FLEISS, [[5, np.nan, 3, 4], [np.nan] * 4]])
    for kind in (AGREEMENT, CONSISTENCY):
        found, whole = intraclass_correlation(holes, kind), intraclass_correlation(SHROUT_FLEISS, kind)
        assert (found.value, found.low, found.high, found.subjects) == (whole.value, whole.low, whole.high, 6)
        assert found.missing == 5


@given(arrays(np.float64, (5, 3), elements=st.floats(-1e3, 1e3)), st.floats(0.01, 1e6), st.floats(-1e6, 1e6))
def test_order_scale_and_origin_do_not_matter(values: np.ndarray, scale: float, origin: float) -> None:
    spread = np.ptp(values)
    if spread < 1e-2:
        return
    rng = np.random.default_rng(0)
    for kind in IccKind:
        found = intraclass_correlation(values, kind)
        other = intraclass_correlation(scale * (values[rng.permutation(5)] + origin), kind)
        assert found.value == pytest.approx(other.value, abs=1e-3)
        assert found.low <= found.value + 1e-12 <= found.high + 2e-12 <= 1 + 3e-12


@pytest.mark.parametrize("kind", IccKind)
def test_what_has_no_correlation_says_why(kind: IccKind) -> None:
    for values, code in (
        (np.full((5, 3), 1e9 + 0.1), Code.CONSTANT),
        (np.zeros((5, 2)), Code.CONSTANT),
        (np.arange(5.0)[:, None], Code.TOO_SMALL),
        (np.arange(3.0)[None], Code.TOO_SMALL),
        (np.full((4, 2), np.nan), Code.TOO_SMALL),
        (np.empty((0, 2)), Code.TOO_SMALL),
    ):
        found = intraclass_correlation(values, kind)
        assert (found.value, found.low, found.high, found.reason) == (None, None, None, code)


@pytest.mark.parametrize("kind", IccKind)
def test_repetitions_that_are_equal_are_perfect(kind: IccKind) -> None:
    found = intraclass_correlation(np.repeat(np.arange(4.0)[:, None], 3, axis=1), kind)
    assert (found.low, found.value, found.high) == (1.0, 1.0, 1.0)


def test_only_repetitions_that_differ_are_no_reliability_at_all() -> None:
    found = intraclass_correlation(np.repeat(np.arange(3.0)[None], 4, axis=0))
    assert found.value == pytest.approx(-0.5)  # its least, -1 / (k - 1)
