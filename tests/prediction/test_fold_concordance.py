"""AUC and Harrell's C, within folds, against scikit-learn and scikit-survival."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sksurv.metrics import concordance_index_censored

from oncometry.prediction.fold_concordance import concordance, folded, pairs, weighted
from oncometry.prediction.outcome import Task, survival_outcome


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=4, max_size=40))
def test_of_two_classes_it_is_the_auc(rows: list[tuple[bool, int]]) -> None:
    y, score = np.array([a for a, _ in rows], dtype=int), np.array([b for _, b in rows], dtype=float)
    if len(set(y)) < 2:
        assert concordance(y, score, Task.BINARY) is None
    else:
        assert concordance(y, score, Task.BINARY) == pytest.approx(roc_auc_score(y, score), abs=1e-12)


@given(st.integers(0, 10_000))
def test_of_times_it_is_harrells_c(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 9, 30).astype(float), rng.random(30) < 0.6
    score = rng.integers(0, 6, 30).astype(float)
    ours = concordance(survival_outcome(event, time), score, Task.SURVIVAL)
    if ours is None:
        assert not pairs(survival_outcome(event, time), Task.SURVIVAL).any()
    else:
        assert ours == pytest.approx(concordance_index_censored(event, time, score)[0], abs=1e-12)


def test_who_had_a_competing_event_counts_as_never_having_the_event() -> None:
    y = survival_outcome([1, 2, 0], [10.0, 5.0, 7.0])
    assert pairs(y, Task.SURVIVAL)[0].tolist() == [False, True, False]


def test_a_model_that_knows_nothing_has_a_half_though_its_folds_differ() -> None:
    y = np.array([1, 0, 0, 0, 1, 1, 0, 0])
    folds = [np.arange(4), np.arange(4, 8)]
    score = np.array([0.5] * 4 + [0.25] * 4)
    assert weighted(folded(y, score, Task.BINARY, folds), np.ones((1, 8)))[0] == 0.5
    assert roc_auc_score(y, score) != 0.5


def test_weights_are_rows_repeated() -> None:
    rng = np.random.default_rng(5)
    y, score = rng.integers(0, 2, 20), rng.integers(0, 7, 20).astype(float)
    folds = [np.arange(10), np.arange(10, 20)]
    times = rng.integers(0, 4, 20)
    ours = weighted(folded(y, score, Task.BINARY, folds), times[None, :].astype(float))[0]
    points = judged = 0.0
    for rows in folds:
        again = np.repeat(rows, times[rows])
        right = pairs(y[again], Task.BINARY)
        here, there = score[again][:, None], score[again][None, :]
        points += ((here > there) & right).sum() + 0.5 * ((here == there) & right).sum()
        judged += right.sum()
    assert ours == pytest.approx(points / judged)
