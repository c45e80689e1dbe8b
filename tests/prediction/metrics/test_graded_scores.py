"""Ordinal and continuous outcomes: equal to scikit-learn and SciPy."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as peer

from oncometry.core import SettingsError
from oncometry.prediction.metrics import continuous_scores, ordinal_scores, ranking_scores


def graded(seed, n=80, count=4):
    rng = np.random.default_rng(seed)
    grade = rng.integers(0, count, n)
    p = rng.dirichlet(np.ones(count), n) + 0.5 * np.eye(count)[grade]
    return grade, p / p.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_ordinal(seed):
    grade, p = graded(seed)
    found = {s.name: s.value for s in ordinal_scores(grade, p)}
    called, expected = p.argmax(axis=1), p @ np.arange(4)
    right = pairs = 0.0
    for i, j in combinations(range(len(grade)), 2):
        if grade[i] != grade[j]:
            pairs += 1
            right += (grade[i] - grade[j]) * (expected[i] - expected[j]) > 0
    assert found["ordinal_c"] == pytest.approx(right / pairs, abs=1e-12)
    assert found["quadratic_kappa"] == pytest.approx(
        peer.cohen_kappa_score(grade, called, weights="quadratic")
    )
    assert found["macro_accuracy"] == pytest.approx(peer.balanced_accuracy_score(grade, called))


def test_two_grades_are_a_binary_outcome():
    grade, p = graded(3, count=2)
    assert ordinal_scores(grade, p)[1].value == ranking_scores(grade, np.round(p[:, 1], 12))[0].value


@pytest.mark.parametrize("seed", range(5))
def test_continuous(seed):
    rng = np.random.default_rng(seed)
    y = np.round(rng.normal(20, 5, 60))
    guess = np.round(y + rng.normal(0, 4, 60), 1)
    expected = {
        "r2": peer.r2_score(y, guess),
        "mae": peer.mean_absolute_error(y, guess),
        "rmse": peer.root_mean_squared_error(y, guess),
        "calibration_slope": stats.linregress(guess, y).slope,
        "spearman": stats.spearmanr(y, guess).statistic,
    }
    assert {s.name: s.value for s in continuous_scores(y, guess)} == pytest.approx(expected, abs=1e-12)


def test_constants_are_undefined():
    found = {s.name: s.value for s in continuous_scores([2.1] * 5, [1, 2, 3, 4, 5])}
    assert (found["r2"], found["spearman"]) == (None, None)
    assert found["mae"] == pytest.approx(1.38)
    assert {s.name: s.value for s in continuous_scores([1, 2, 3], [0.1] * 3)}["calibration_slope"] is None
    assert [s.value for s in ordinal_scores([1, 1], [[0.2, 0.8], [0.6, 0.4]])] == [
        pytest.approx(0.0),
        None,
        None,
    ]


def test_rows_that_do_not_sum_to_one_are_refused():
    with pytest.raises(SettingsError, match=r"not 0\.9"):
        ordinal_scores([0, 1], [[0.5, 0.4], [0.5, 0.5]])
