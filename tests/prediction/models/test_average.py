"""An average says the mean of what its members say, fitted, stored and read again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Code, SettingsError
from oncometry.core.errors import CorruptInputError, UnsupportedError
from oncometry.prediction.models import MODELS, AverageSurvival, CoxElasticNet, FrozenAverage, freeze, thaw
from oncometry.prediction.outcome import Task, survival_outcome

from .cases import outcome, rows, survival

DAYS = [0.0, 1.0, 7.0, 30.0, 200.0, 1e5]


def made(task, parameters=None):
    """An average of few trees that is not fitted."""
    name = "survival_average" if task is Task.SURVIVAL else "average"
    few = {key: 9 for key in MODELS[name].defaults if key.endswith(".n_trees")}
    return MODELS[name].estimator(task, 5, {**few, **(parameters or {})})


def of_members(model):
    return model.members_ if isinstance(model, AverageSurvival) else model.estimators_


@settings(max_examples=10)
@given(seed=st.integers(0, 500))
def test_it_says_the_mean_of_what_its_members_say(seed):
    x = rows(60, 4, seed)
    for task in (Task.BINARY, Task.CONTINUOUS, Task.SURVIVAL):
        y = survival(x, seed) if task is Task.SURVIVAL else outcome(task, x, seed)
        model = made(task).fit(x[:40], y[:40])
        every = [*of_members(model), model]
        if task is Task.SURVIVAL:
            said = [one.predict_survival(x[40:], DAYS) for one in every]
        elif task is Task.BINARY:
            said = [one.predict_proba(x[40:])[:, 1] for one in every]
        else:
            said = [one.predict(x[40:]) for one in every]
        *members, average = said
        np.testing.assert_allclose(average, np.mean(members, axis=0), atol=1e-12)


def test_each_member_is_given_its_own_settings_and_the_seed():
    model = made(Task.BINARY, {"forest.min_leaf_rows": 10, "elastic_net.alpha": 0.7})
    members = dict(model.estimators)
    assert list(members) == ["elastic_net", "forest", "boosting"]
    assert members["forest"].min_leaf_rows == 10
    assert members["elastic_net"].alpha == 0.7
    assert members["boosting"].min_leaf_rows == MODELS["boosting"].defaults["min_leaf_rows"]
    assert members["forest"].seed == members["boosting"].seed == 5


def test_survival_is_ordered_as_the_mean_orders_it_and_the_lowest_has_a_risk():
    x = rows(60, 3)
    model = made(Task.SURVIVAL).fit(x, survival(x))
    times = model.event_times_days_
    assert (np.diff(times) > 0).all()
    free = model.predict_survival(x, times)
    assert (np.diff(free, axis=1) <= 1e-12).all()
    np.testing.assert_allclose(model.predict(x), -np.log(np.maximum(free, np.exp(-700))).sum(axis=1))
    far = np.full((1, 3), 1e6) * np.sign(model.members_[0].coef_)
    assert np.isfinite(model.predict(far)).all()


def test_classes_that_are_words_stay_words_when_stored():
    x = rows(50, 3)
    y = np.where(outcome(Task.BINARY, x) > 0, "yes", "no")
    model = made(Task.BINARY).fit(x, y)
    stored = thaw(*freeze(model).state())
    assert isinstance(stored, FrozenAverage)
    assert stored.classes_.tolist() == ["no", "yes"]
    np.testing.assert_array_equal(stored.predict(x), model.predict(x))
    with pytest.raises(UnsupportedError, match="average of models"):
        stored.decision_function(x)


def state_of(task):
    x = rows(40, 3)
    return freeze(made(task).fit(x, outcome(task, x))).state()


@pytest.mark.parametrize("task", [Task.BINARY, Task.CONTINUOUS, Task.SURVIVAL])
def test_states_that_do_not_go_together_are_refused(task):
    parameters, arrays = state_of(task)
    other, more = state_of(Task.BINARY if task is not Task.BINARY else Task.CONTINUOUS)
    svm = freeze(MODELS["svm"].estimator(Task.BINARY, 0).fit(rows(40, 3), outcome(Task.BINARY, rows(40, 3))))
    decides, of_decides = svm.state()

    def without(name):
        return {k: a for k, a in arrays.items() if not k.startswith(name)}

    def with_first(settings, own):
        named = {f"member_0.{key}": array for key, array in own.items()}
        return {**parameters, "member_0": settings}, {**without("member_0."), **named}

    of_other = {k.removeprefix("member_0."): a for k, a in more.items() if k.startswith("member_0.")}
    bad = [
        ("format", ({**parameters, "format": 2}, arrays)),
        ("format", ({k: v for k, v in parameters.items() if k != "member_1"}, arrays)),
        ("no member", (parameters, {**arrays, "more": np.zeros(1)})),
        ("missing", ({**parameters, "member_1": 3}, arrays)),
        ("arrays", (parameters, without("member_2."))),
        ("different features, classes or outcomes", with_first(other["member_0"], of_other)),
    ]
    if task is Task.BINARY:
        bad.append(("no probability", with_first(decides, of_decides)))
    for match, state in bad:
        with pytest.raises(CorruptInputError, match=match) as error:
            thaw(*state)
        assert error.value.code is Code.MODEL_UNSAFE


def test_no_members_and_no_events_are_refused():
    x = rows(20, 2)
    with pytest.raises(SettingsError, match="no models"):
        AverageSurvival([]).fit(x, survival(x))
    with pytest.raises(SettingsError) as error:
        AverageSurvival([("coxnet", CoxElasticNet())]).fit(
            x, survival_outcome(np.zeros(20, int), np.arange(1.0, 21.0))
        )
    assert error.value.code is Code.NO_EVENTS
