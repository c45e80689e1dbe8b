"""scikit-learn's contract, for every estimator of the registry."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from oncometry.core import SettingsError
from oncometry.prediction.models import (
    MODELS,
    BoostingClassifier,
    BoostingRegressor,
    ForestClassifier,
    ForestRegressor,
    LinearElasticNet,
    LogisticElasticNet,
    ProportionalOdds,
    SupportVectorClassifier,
    SupportVectorRegressor,
)
from oncometry.prediction.outcome import Task

from .cases import outcome, rows

SURVIVAL = pytest.mark.parametrize("name", [k.name for k in MODELS.values() if Task.SURVIVAL in k.tasks])


def not_passed(estimator):
    """Checks that ask for something else, and why."""
    if isinstance(estimator, ProportionalOdds):
        return {"check_classifiers_train": "its three classes are in no order"}
    if isinstance(estimator, SupportVectorClassifier | SupportVectorRegressor):
        return {
            "check_sample_weight_equivalence_on_dense_data": "libsvm ends at its tolerance; see test_support_vectors"
        }
    if isinstance(estimator, ForestClassifier | ForestRegressor):
        return {"check_sample_weight_equivalence_on_dense_data": "weights are chances to be drawn"}
    if isinstance(estimator, BoostingClassifier | BoostingRegressor):
        return {
            "check_sample_weight_equivalence_on_dense_data": "a row that is there twice may be drawn once"
        }
    return {}


@parametrize_with_checks(
    [
        LogisticElasticNet(),
        LinearElasticNet(),
        ProportionalOdds(),
        SupportVectorClassifier(),
        SupportVectorRegressor(),
        ForestClassifier(20),
        ForestRegressor(20),
        BoostingClassifier(20),
        BoostingRegressor(20),
    ],
    expected_failed_checks=not_passed,
)
def test_it_passes_scikit_learns_own_checks(estimator, check):
    check(estimator)


def made(name):
    kind = MODELS[name]
    return kind.estimator(Task.SURVIVAL, 3, {"n_trees": 5} if "n_trees" in kind.defaults else {})


@SURVIVAL
def test_parameters_are_got_set_and_cloned(name):
    model = made(name)
    parameters = model.get_params()
    assert repr(clone(model).get_params()) == repr(parameters)
    for key, value in parameters.items():
        assert model.set_params(**{key: value}) is model
    with pytest.raises(ValueError, match="nothing"):
        model.set_params(nothing=1)


@SURVIVAL
def test_fit_gives_itself_leaves_its_parameters_and_input_and_can_be_repeated(name):
    x = rows(50, 4)
    y = outcome(Task.SURVIVAL, x)
    model, kept_x, kept_y = made(name), x.copy(), y.copy()
    before = model.get_params()
    assert model.fit(x, y) is model
    assert model.get_params() == before
    np.testing.assert_array_equal(x, kept_x)
    np.testing.assert_array_equal(y, kept_y)
    first = model.predict(x)
    np.testing.assert_array_equal(model.fit(x, y).predict(x), first)
    assert model.n_features_in_ == 4
    assert isinstance(model.notices_, tuple)
    assert (np.diff(model.event_times_days_) > 0).all()
    assert model.predict(x).shape == (50,)
    assert model.predict_survival(x[:3], [1.0, 2.0]).shape == (3, 2)


@SURVIVAL
def test_what_is_not_fitted_or_of_other_features_does_not_predict(name):
    x = rows(50, 4)
    model = made(name)
    with pytest.raises(NotFittedError):
        model.predict(x)
    with pytest.raises(NotFittedError):
        model.predict_survival(x, [1.0])
    model.fit(x, outcome(Task.SURVIVAL, x))
    for wrong in (x[:, :3], x[0], np.where(x > 0, np.inf, x)):
        with pytest.raises(SettingsError):
            model.predict(wrong)
