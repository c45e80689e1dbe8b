"""A stored model predicts as the fitted one did, to 1e-12, whatever was fitted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.exceptions import NotFittedError

from oncometry.core import Code, SettingsError
from oncometry.core.errors import UnsupportedError
from oncometry.prediction.models import MODELS, CoxRegression, FrozenModel, RandomSurvivalForest, freeze, thaw
from oncometry.prediction.outcome import Task

from ..cases import outcome, rows

EVERY = pytest.mark.parametrize(
    ("name", "task"), [(k.name, t) for k in MODELS.values() for t in sorted(k.tasks)]
)


def fitted(name, task, seed=0, n=40, p=4, draw=None):
    """An estimator of few trees, the rows it saw, and others, some far away."""
    kind = MODELS[name]
    parameters = dict(kind.defaults if draw is None else kind.draw(np.random.default_rng(draw)))
    if "n_trees" in parameters:
        parameters["n_trees"] = 7
    x = rows(n, p, seed)
    x[:, -1] = np.round(x[:, -1])
    model = kind.estimator(task, seed, parameters).fit(x, outcome(task, x, seed + 1))
    others = rows(30, p, seed + 2) * np.geomspace(0.1, 50, 30)[:, None]
    return model, np.vstack([x, others])


def through_json(model):
    """Written and read as it would be in a file."""
    parameters, arrays = freeze(model).state()
    return thaw(json.loads(json.dumps(parameters)), {k: a.copy() for k, a in arrays.items()})


def methods(model, task):
    """What it predicts by, and what is asked for besides rows."""
    days = [0.0, 0.5, 3.0, 20.0, 1e5]
    every = [("predict", ())]
    if task is Task.SURVIVAL:
        every.append(("predict_survival", (days,)))
    if hasattr(model, "predict_proba"):
        every.append(("predict_proba", ()))
    if task is Task.BINARY and hasattr(model, "decision_function"):
        every.append(("decision_function", ()))
    return every


@EVERY
@settings(max_examples=6)
@given(seed=st.integers(0, 1000), draw=st.integers(0, 1000))
def test_predictions_are_the_same(name, task, seed, draw):
    model, x = fitted(name, task, seed, draw=draw)
    stored = through_json(model)
    assert stored.n_features_in_ == model.n_features_in_
    for method, more in methods(model, task):
        expected, found = getattr(model, method)(x, *more), getattr(stored, method)(x, *more)
        assert found.shape == expected.shape
        if found.dtype.kind == "f":
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
        else:
            np.testing.assert_array_equal(found, expected)
    if task is Task.SURVIVAL:
        np.testing.assert_array_equal(stored.event_times_days_, model.event_times_days_)
        assert stored.handles_competing == model.handles_competing


@EVERY
def test_a_state_is_json_and_plain_arrays_and_says_all(name, task):
    model, _ = fitted(name, task)
    parameters, arrays = freeze(model).state()
    assert json.loads(json.dumps(parameters)) == parameters
    assert all(
        a.dtype in {np.dtype(np.float64), np.dtype(np.int32), np.dtype(np.int64)} for a in arrays.values()
    )
    again, more = thaw(parameters, arrays).state()
    assert again == parameters
    assert set(more) == set(arrays)
    for key, array in arrays.items():
        np.testing.assert_array_equal(more[key], array)


def test_classes_that_are_words_stay_words():
    x = rows(30, 3)
    model = (
        MODELS["forest"].estimator(Task.BINARY, 0, {"n_trees": 5}).fit(x, np.where(x[:, 0] > 0, "CR", "PD"))
    )
    stored = through_json(model)
    assert stored.classes_.tolist() == ["CR", "PD"]
    np.testing.assert_array_equal(stored.predict(x), model.predict(x))


def test_a_value_at_a_threshold_goes_the_same_way():
    x = rows(40, 2)
    model = MODELS["forest"].estimator(Task.CONTINUOUS, 0, {"n_trees": 5}).fit(x, outcome(Task.CONTINUOUS, x))
    stored = through_json(model)
    thresholds = stored.score.trees.threshold[stored.score.trees.feature == 0]
    at = np.column_stack([thresholds, np.zeros(len(thresholds))])
    for moved in (
        at,
        np.nextafter(at, np.inf),
        np.nextafter(at, -np.inf),
        at.astype(np.float32).astype(float),
    ):
        np.testing.assert_allclose(stored.predict(moved), model.predict(moved), rtol=1e-12)
    x_survival = rows(40, 2)
    forest = RandomSurvivalForest(5, min_leaf_rows=3).fit(x_survival, outcome(Task.SURVIVAL, x_survival))
    trees = forest.forest_.trees
    at = np.column_stack([trees.threshold, trees.threshold])
    np.testing.assert_allclose(through_json(forest).predict(at), forest.predict(at), rtol=1e-12)


def test_what_is_no_model_of_ours_or_not_fitted_is_not_frozen():
    with pytest.raises(UnsupportedError, match="ExtraTreesClassifier") as error:
        freeze(ExtraTreesClassifier())
    assert error.value.code is Code.UNSUPPORTED_TYPE

    class Sub(CoxRegression):
        """Might predict in another way."""

    with pytest.raises(UnsupportedError, match="Sub"):
        freeze(Sub())
    with pytest.raises(NotFittedError):
        freeze(CoxRegression())


def test_a_stored_model_says_what_it_cannot():
    cox, x = fitted("cox", Task.SURVIVAL)
    mean, _ = fitted("mean", Task.CONTINUOUS)
    svm, _ = fitted("svm", Task.BINARY)
    for model, call in (
        (cox, lambda m: m.predict_proba(x)),
        (cox, lambda m: m.decision_function(x)),
        (mean, lambda m: m.predict_survival(x, [1.0])),
        (svm, lambda m: m.predict_proba(x)),
    ):
        with pytest.raises(UnsupportedError, match="cannot") as error:
            call(through_json(model))
        assert error.value.code is Code.UNSUPPORTED_TYPE
    for wrong in (x[:, :2], x[0], np.where(x > 0, np.nan, x)):
        with pytest.raises(SettingsError, match="4 finite numbers"):
            through_json(cox).predict(wrong)
    assert isinstance(through_json(cox), FrozenModel)
