"""What is read as a model is not trusted: any change that does not fit is refused, and none makes it hang."""

from __future__ import annotations

import copy
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Code
from oncometry.core.errors import CorruptInputError
from oncometry.prediction.models import MODELS, freeze, thaw
from oncometry.prediction.outcome import Task

from .test_freeze import fitted

FOREST = ("forest", Task.CONTINUOUS)
CASES = [
    FOREST,
    ("forest", Task.BINARY),
    ("survival_forest", Task.SURVIVAL),
    ("svm", Task.BINARY),
    ("naive_bayes", Task.BINARY),
    ("cox", Task.SURVIVAL),
    ("ordinal", Task.ORDINAL),
    ("majority", Task.BINARY),
]


def state_of(case):
    parameters, arrays = freeze(fitted(*case)[0]).state()
    return copy.deepcopy(parameters), {k: a.copy() for k, a in arrays.items()}


def refused(parameters, arrays, match):
    with pytest.raises(CorruptInputError, match=match) as error:
        thaw(parameters, arrays)
    assert error.value.code is Code.MODEL_UNSAFE


def first_inner(arrays):
    return int(np.argmax(arrays["score.feature"] >= 0))


def a_leaf(arrays):
    return int(np.argmax(arrays["score.feature"] < 0))


def put(name, place, value):
    """Changes one value of an array; the place may depend on the arrays."""

    def change(arrays):
        arrays[name][place(arrays)] = value(arrays) if callable(value) else value

    return change


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (put("score.left", first_inner, first_inner), "behind its parent"),
        (put("score.left", first_inner, 10**6), "behind its parent"),
        (put("score.right", first_inner, -5), "behind its parent"),
        (put("score.left", first_inner, lambda a: a["score.right"][first_inner(a)]), "no parent or with two"),
        (put("score.left", a_leaf, 1), "leaf with children"),
        (put("score.feature", first_inner, 4), "none of 4"),
        (put("score.feature", first_inner, -2), "none of 4"),
        (put("score.threshold", first_inner, np.nan), "not finite"),
        (put("score.leaf", a_leaf, 10**6), "values are none"),
        (put("score.leaf", a_leaf, -1), "values are none"),
        (put("score.leaf", first_inner, 0), "values are none"),
        (put("score.values", lambda _: (0, 0), np.inf), "not finite"),
        (put("score.roots", lambda _: 0, 1), "roots"),
        (put("score.roots", lambda _: -1, 10**6), "roots"),
        (put("score.roots", lambda a: 1, 0), "roots"),
        (put("score.roots", lambda a: 1, lambda a: a["score.roots"][1] + 1), "trees"),
    ],
)
def test_trees_that_are_none_are_refused(change, match):
    parameters, arrays = state_of(FOREST)
    change(arrays)
    refused(parameters, arrays, match)


@pytest.mark.parametrize("case", CASES)
def test_arrays_of_other_types_lengths_and_names_are_refused(case):
    parameters, arrays = state_of(case)
    for name, array in arrays.items():
        for other in (
            array.astype(np.float32),
            array.astype(object),
            array[None],
            np.concatenate([array, array[:1]]) if len(array) else np.ones(1),
            array.tolist(),
        ):
            if (
                name in {"score.values", "score.roots"}
                and isinstance(other, np.ndarray)
                and other.dtype == array.dtype
            ):
                continue  # more leaf values than leaves, or roots that the next test looks at
            with pytest.raises(CorruptInputError) as error:
                thaw(parameters, {**arrays, name: other})
            assert error.value.code is Code.MODEL_UNSAFE
        refused(parameters, {k: a for k, a in arrays.items() if k != name}, "arrays")
    refused(parameters, {**arrays, "score.more": np.zeros(1)}, "arrays")
    refused(parameters, {**arrays, "more": np.zeros(1)}, "of no part")


@pytest.mark.parametrize("case", CASES)
def test_settings_that_are_none_of_ours_are_refused(case):
    parameters, arrays = state_of(case)
    for key in parameters:
        refused({k: v for k, v in parameters.items() if k != key}, arrays, "format")
        for value in (None, "x", -1, [], 1e400):
            with pytest.raises(CorruptInputError):
                thaw({**parameters, key: value}, arrays)
    refused({**parameters, "more": 1}, arrays, "format")
    for part in ("score", "output"):
        for key in parameters[part]:
            for value in (None, "builtins.eval", {"a": 1}, float("nan")):
                with pytest.raises(CorruptInputError):
                    thaw({**parameters, part: {**parameters[part], key: value}}, arrays)
        refused({**parameters, part: {**parameters[part], "more": 1}}, arrays, "settings")


def test_classes_variances_thresholds_and_curves_are_looked_at():
    parameters, arrays = state_of(("naive_bayes", Task.BINARY))
    for classes in ([0, 0], [0], [0, "1"], [0, None], [0, 1, 2]):
        refused({**parameters, "output": {**parameters["output"], "classes": classes}}, arrays, "classes")
    arrays["score.variances"][0, 0] = 0
    refused(parameters, arrays, "variance")
    parameters, arrays = state_of(("ordinal", Task.ORDINAL))
    refused(parameters, {**arrays, "output.levels": arrays["output.levels"][::-1].copy()}, "levels")
    parameters, arrays = state_of(("cox", Task.SURVIVAL))
    for name in ("output.levels", "output.times_days"):
        refused(parameters, {**arrays, name: arrays[name][::-1].copy()}, "increase")
    parameters, arrays = state_of(("svm", Task.BINARY))
    refused({**parameters, "score": {**parameters["score"], "gamma": -1.0}}, arrays, "gamma")


@settings(max_examples=150)
@given(data=st.data())
def test_a_changed_integer_is_refused_or_still_predicts(data):
    parameters, arrays = STORED
    arrays = {k: a.copy() for k, a in arrays.items()}
    name = data.draw(
        st.sampled_from(["score.feature", "score.left", "score.right", "score.roots", "score.leaf"])
    )
    place = data.draw(st.integers(0, len(arrays[name]) - 1))
    arrays[name][place] = data.draw(st.integers(-3, len(arrays["score.feature"]) + 3))
    with suppress(CorruptInputError):
        assert np.isfinite(thaw(parameters, arrays).predict(np.zeros((2, 4)))).all()


STORED = state_of(("survival_forest", Task.SURVIVAL))


def test_every_kind_is_among_those_that_are_stored():
    for kind in MODELS.values():
        for task in kind.tasks:
            thaw(*state_of((kind.name, task)))
