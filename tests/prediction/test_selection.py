"""How often features are chosen, and of whom a model was most wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.prediction.test_nested import material

from oncometry.prediction.candidates import Candidate
from oncometry.prediction.failures import errors_of, worst
from oncometry.prediction.material import Judged
from oncometry.prediction.outcome import survival_outcome
from oncometry.prediction.predicted import Predicted
from oncometry.prediction.selection import selection_of


def judged(model: str, *columns: str) -> Judged:
    return Judged("best", "combined", Candidate(model, 5, ()), 0.5, Predicted(np.zeros(1)), columns)


def test_choices_are_counted() -> None:
    found = selection_of(
        [judged("svm", "a", "b", "age"), judged("svm", "a", "c", "age"), judged("forest", "a", "b", "age")],
        frozenset("abcd"),
    )
    assert found.chosen == (("a", 3), ("b", 2), ("c", 1))
    assert found.sizes == (2, 2.0, 2)
    assert found.jaccard == pytest.approx((1 / 3 + 1.0 + 1 / 3) / 3)
    assert found.models == (("svm", 2), ("forest", 1))
    assert found.stability is not None
    assert found.stability.value is not None
    assert 0 < found.stability.value < 1


def test_one_split_says_nothing_of_stability() -> None:
    found = selection_of([judged("svm", "a")])
    assert (found.jaccard, found.stability) == (None, None)


def test_the_largest_errors_come_first() -> None:
    made = material()
    y = np.asarray(made.outcome.y, dtype=float)
    chance = np.full(len(y), 0.5)
    chance[7] = 1 - y[7]
    chance[3] = abs(y[3] - 0.9)
    found = worst(made, Predicted(chance, chance), 2)
    assert [f.row for f in found] == [7, 3]
    assert found[0].error == 1.0
    assert found[0].patient == made.table.patients[7]


def test_who_was_censored_before_the_horizon_is_not_judged() -> None:
    made = material("survival")
    y = survival_outcome([1, 0, 0, 1, 2], [10.0, 10.0, 100.0, 100.0, 10.0])
    outcome = replace(made.outcome, y=y, horizon_days=50.0)
    few = replace(made, outcome=outcome)
    observed, _, error = errors_of(few, Predicted(np.zeros(5), np.full(5, 0.25)))
    np.testing.assert_array_equal(observed, [1.0, np.nan, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(error, [0.75, np.nan, 0.25, 0.25, 0.25])
