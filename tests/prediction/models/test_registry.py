"""The registry: every kind learns what it says, finds a signal, and draws candidates that can be built."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score
from sksurv.metrics import concordance_index_censored

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import MODELS, model_kind
from oncometry.prediction.outcome import Task

from .cases import outcome, rows, survival

EVERY = pytest.mark.parametrize(
    ("name", "task"), [(k.name, t) for k in MODELS.values() for t in sorted(k.tasks)]
)
NAIVE = {"majority", "mean", "null_survival"}


def quick(name):
    """The defaults, with few trees."""
    return {"n_trees": 40} if "n_trees" in MODELS[name].defaults else {}


def skill(model, task, x, y):
    """Of new rows: 0 by chance, 1 at best."""
    if task is Task.SURVIVAL:
        return 2 * concordance_index_censored(y["event"] == 1, y["time_days"], model.predict(x))[0] - 1
    if task is Task.CONTINUOUS:
        return r2_score(y, model.predict(x))
    if hasattr(model, "predict_proba"):
        return 2 * roc_auc_score(y > 0, 1 - model.predict_proba(x)[:, 0]) - 1
    return 2 * roc_auc_score(y, model.decision_function(x)) - 1


@EVERY
def test_a_kind_finds_the_signal_in_new_rows(name, task):
    x = rows(400, 8)
    y = survival(x) if task is Task.SURVIVAL else outcome(task, x)  # what competes would hide the signal
    model = MODELS[name].estimator(task, 1, quick(name)).fit(x[:250], y[:250])
    found = skill(model, task, x[250:], y[250:])
    assert abs(found) < 0.05 if name in NAIVE else found > (0.25 if task is Task.SURVIVAL else 0.4)


@EVERY
def test_a_seed_gives_one_model_and_wide_tables_are_learned(name, task):
    x = rows(50, 200)
    y = outcome(task, x)
    first, again = (MODELS[name].estimator(task, 7, quick(name)).fit(x, y) for _ in range(2))
    for one, other in ((first.predict(x), again.predict(x)),):
        np.testing.assert_array_equal(one, other)
        assert np.isfinite(one).all()


@pytest.mark.parametrize("name", list(MODELS))
def test_the_first_candidate_is_the_default_and_all_can_be_built_and_told(name):
    kind = MODELS[name]
    found = kind.candidates(6, np.random.default_rng(3))
    again = kind.candidates(6, np.random.default_rng(3))
    assert found == again
    assert found[0] == kind.defaults
    assert len(found) == (1 if name in NAIVE else 6)
    assert len({json.dumps(dict(c), sort_keys=True) for c in found}) == len(found)
    for candidate in found:
        assert set(candidate) == set(kind.defaults)
        for task in kind.tasks:
            kind.estimator(task, 0, candidate)
    assert kind.name == name
    assert (name in NAIVE) or kind.cite or name == "naive_bayes"


def test_what_handles_competing_events_is_said_by_estimators_too():
    for kind in MODELS.values():
        if Task.SURVIVAL in kind.tasks:
            assert kind.estimator(Task.SURVIVAL, 0).handles_competing == kind.handles_competing
        else:
            assert not kind.handles_competing
    assert {k.name for k in MODELS.values() if k.handles_competing} == {"fine_gray", "null_survival"}


def test_unknown_names_tasks_and_parameters_are_refused():
    with pytest.raises(SettingsError, match="no model 'xgboost'") as error:
        model_kind("xgboost")
    assert error.value.code is Code.SETTINGS
    with pytest.raises(SettingsError, match="cox learns survival, not binary"):
        model_kind("cox").estimator(Task.BINARY, 0)
    with pytest.raises(SettingsError, match="no parameter beta"):
        model_kind("cox").estimator(Task.SURVIVAL, 0, {"beta": 1.0})
    with pytest.raises(SettingsError, match="at least 1"):
        model_kind("cox").candidates(0, np.random.default_rng(0))


def test_opening_the_package_imports_no_heavy_library():
    code = "import sys, oncometry.prediction.models; print(sorted({'sklearn', 'scipy', 'pandas'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
