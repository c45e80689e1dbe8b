"""Support vectors: scikit-learn's machine at the kernel and margin that the data's spread gives."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.svm import SVC, SVR

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import SupportVectorClassifier, SupportVectorRegressor
from oncometry.prediction.outcome import Task

from .cases import outcome, rows


def test_decisions_are_scikit_learns():
    x = rows(60, 5)
    y = outcome(Task.BINARY, x)
    peer = SVC(C=2.0, gamma="scale", tol=1e-8).fit(x, y)
    ours = SupportVectorClassifier(2.0, 1.0).fit(x, y)
    new = rows(20, 5, seed=8)
    np.testing.assert_allclose(ours.decision_function(new), peer.decision_function(new), atol=1e-5)
    np.testing.assert_array_equal(ours.predict(new), peer.predict(new))
    assert not hasattr(ours, "predict_proba")


def test_numbers_are_scikit_learns_in_units_of_the_spread():
    x = rows(60, 5)
    y = outcome(Task.CONTINUOUS, x)
    peer = SVR(C=2.0, gamma="scale", tol=1e-8).fit(x, (y - y.mean()) / y.std())
    ours = SupportVectorRegressor(2.0).fit(x, y)
    np.testing.assert_allclose(ours.predict(x), y.mean() + y.std() * peer.predict(x), atol=1e-3)
    scaled = SupportVectorRegressor(2.0).fit(x, 1000 * y)
    np.testing.assert_allclose(scaled.predict(x), 1000 * ours.predict(x), rtol=1e-4)


def test_weights_are_rows_that_stand_more_than_once_or_not_at_all():
    x = rows(40, 4)
    weights = np.random.default_rng(0).integers(0, 4, 40)
    repeated = np.repeat(np.arange(40), weights)
    for task, model in (
        (Task.BINARY, SupportVectorClassifier()),
        (Task.CONTINUOUS, SupportVectorRegressor()),
    ):
        y = outcome(task, x)
        first = model.fit(x, y, weights).gamma_, model.dual_coef_.sum(), model.predict(x)
        second = model.fit(x[repeated], y[repeated]).gamma_, model.dual_coef_.sum(), model.predict(x)
        for one, other in zip(first, second, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_constant_outcome_and_table_have_an_answer():
    assert np.allclose(
        SupportVectorRegressor().fit(np.ones((9, 2)), np.full(9, 4.0)).predict(np.ones((2, 2))), 4.0
    )


def test_what_cannot_be_learned_is_refused():
    x = rows(20, 2)
    y = outcome(Task.BINARY, x)
    with pytest.raises(SettingsError, match="one class") as error:
        SupportVectorClassifier().fit(x, y, y)
    assert error.value.code is Code.ONE_CLASS
    with pytest.raises(SettingsError, match="binary"):
        SupportVectorClassifier().fit(x, np.arange(20) % 3)
    for wrong in ({"cost": 0.0}, {"sharpness": -1.0}, {"margin": -1.0}):
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            SupportVectorRegressor(**wrong).fit(x, y)
