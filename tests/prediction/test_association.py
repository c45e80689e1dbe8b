"""Groups and outcomes: each test against its peer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test
from scipy import stats

from oncometry.core import Code, SettingsError
from oncometry.prediction.association import AssociationTest, association, log_rank
from oncometry.prediction.outcome import Task, survival_outcome


@pytest.mark.filterwarnings("ignore:Starting with pandas")
@given(seed=st.integers(0, 5000), groups=st.integers(2, 5), tied=st.booleans())
def test_log_rank_equals_lifelines(seed: int, groups: int, tied: bool) -> None:
    rng = np.random.default_rng(seed)
    labels = np.r_[np.arange(groups), rng.integers(0, groups, 60)]
    times = rng.exponential(300, len(labels)) + 1
    times = np.ceil(times / 100) if tied else times
    events = rng.integers(0, 2, len(labels))
    events[0] = 1
    statistic, p_value = log_rank(labels, survival_outcome(events, times))
    peer = multivariate_logrank_test(times, labels, events)
    assert statistic == pytest.approx(peer.test_statistic, rel=1e-8, abs=1e-10)
    assert p_value == pytest.approx(peer.p_value, rel=1e-7, abs=1e-12)


def test_a_competing_event_is_censored() -> None:
    rng = np.random.default_rng(0)
    labels, times, events = rng.integers(0, 2, 80), rng.exponential(9, 80) + 1, rng.integers(0, 3, 80)
    assert log_rank(labels, survival_outcome(events, times)) == log_rank(
        labels, survival_outcome(events == 1, times)
    )


def test_two_groups_are_tested_exactly() -> None:
    found = association(
        np.repeat(["a", "b"], [8, 9]), np.r_[np.ones(7), np.zeros(10)].astype(int), Task.BINARY
    )
    assert found.test is AssociationTest.FISHER
    assert found.p_value == pytest.approx(stats.fisher_exact([[7, 1], [0, 9]]).pvalue)
    assert found.effect == pytest.approx(stats.contingency.association([[7, 1], [0, 9]], method="cramer"))


def test_many_large_groups_by_chi_squared() -> None:
    rng = np.random.default_rng(3)
    labels, outcome = rng.integers(0, 4, 400), rng.integers(0, 2, 400)
    table = stats.contingency.crosstab(labels, outcome).count
    peer = stats.chi2_contingency(table, correction=False)
    found = association(labels, outcome, Task.BINARY)
    assert found.test is AssociationTest.CHI_SQUARED
    assert (found.statistic, found.p_value) == (pytest.approx(peer.statistic), pytest.approx(peer.pvalue))


def test_many_small_groups_by_permutation() -> None:
    labels = np.repeat([0, 1, 2], [4, 5, 6])
    outcome = np.r_[np.ones(4), np.zeros(5), 1, np.zeros(5)].astype(int)
    found = association(labels, outcome, Task.BINARY)
    assert found.test is AssociationTest.CHI_SQUARED_PERMUTED
    rng = np.random.default_rng(9)

    def statistic(y: np.ndarray) -> float:
        table = np.stack([np.bincount(labels, y == value) for value in (0, 1)])
        expected = table.sum(1, keepdims=True) * table.sum(0) / 15
        return ((table - expected) ** 2 / expected).sum()

    assert found.statistic == pytest.approx(statistic(outcome))
    direct = np.mean([statistic(rng.permutation(outcome)) >= found.statistic - 1e-9 for _ in range(4000)])
    assert found.p_value == pytest.approx(direct, abs=0.01)


def test_numbers_and_grades_by_ranks() -> None:
    rng = np.random.default_rng(4)
    labels, values = rng.integers(0, 3, 60), rng.integers(0, 5, 60)
    peer = stats.kruskal(*(values[labels == i] for i in range(3)))
    for task in (Task.ORDINAL, Task.CONTINUOUS):
        found = association(labels, values, task)
        assert (found.statistic, found.p_value) == (pytest.approx(peer.statistic), pytest.approx(peer.pvalue))
        assert 0 <= found.effect <= 1


@pytest.mark.parametrize(
    ("labels", "outcome", "task"),
    [
        (np.zeros(9), np.arange(9), Task.CONTINUOUS),
        (np.arange(9), np.ones(9), Task.BINARY),
        (np.arange(9) % 2, survival_outcome(np.zeros(9), np.arange(9) + 1), Task.SURVIVAL),
        (np.arange(9) % 2, survival_outcome(np.full(9, 2), np.arange(9) + 1), Task.SURVIVAL),
    ],
)
def test_where_nothing_can_differ_there_is_no_test(labels, outcome, task: Task) -> None:
    found = association(labels, outcome, task)
    assert (found.test, found.reason, found.p_value) == (AssociationTest.NONE, Code.CONSTANT, None)


@pytest.mark.parametrize(
    ("outcome", "task"),
    [
        (np.arange(8), Task.CONTINUOUS),
        (np.arange(9), Task.BINARY),
        (np.arange(9), Task.SURVIVAL),
        (survival_outcome(np.ones(9), np.arange(9) + 1), Task.BINARY),
        (np.array([np.nan, *range(8)]), Task.CONTINUOUS),
    ],
)
def test_what_is_no_such_outcome_is_refused(outcome, task: Task) -> None:
    with pytest.raises(SettingsError):
        association(np.arange(9) % 2, outcome, task)
