"""A stored model on patients who had no part in it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.core import SettingsError
from oncometry.prediction.final.external import external_metrics
from oncometry.prediction.sheet import PatientSheet


@pytest.mark.parametrize("kind", ["binary", "survival", "continuous", "ordinal"])
def test_every_outcome_is_judged_with_intervals(kind: str) -> None:
    _, (model, *_) = made_models(kind)
    new = made_sheet(patients=80, seed=7)
    predictions = model.predict(new)
    metrics, _ = external_metrics(model, predictions, 100)
    every = {m.metric: m for m in metrics if m.features.endswith(", all")}
    heading = {"binary": "auc", "survival": "c_harrell", "continuous": "mae", "ordinal": "ordinal_c"}[kind]
    found = every[heading]
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert found.n == 80
    if kind == "binary":
        assert "DeLong" in found.method
        truth = new.columns["response"] == "yes"
        assert found.value == pytest.approx(roc_auc_score(truth, predictions.said.score))
    if kind == "survival":
        assert any(m.startswith("brier_") or "brier" in m for m in every)


def test_patients_who_were_followed_for_less_than_the_horizon_are_ordered() -> None:
    _, (model, *_) = made_models("survival")
    new, horizon = made_sheet(patients=80, seed=7), float(model.card.horizon_days or 0)
    new.columns["time"][:] *= 0.9 * horizon / new.columns["time"].max()  # type: ignore[index]
    metrics, told = external_metrics(model, model.predict(new), 100)
    assert any(m.metric == "c_harrell" and m.value is not None for m in metrics)
    assert any(f"nobody is followed beyond day {horizon:g}" in n.what for n in told)


def test_those_inside_are_judged_by_themselves() -> None:
    _, (model, *_) = made_models("binary")
    new = made_sheet(patients=60, seed=8)
    new.columns["age"][:10] = 200.0  # type: ignore[index]
    metrics, _ = external_metrics(model, model.predict(new), 100)
    n = {m.features.split(", ")[1]: m.n for m in metrics if m.metric == "auc"}
    assert n["all"] == 60
    assert n["inside the envelope"] <= 50


def test_several_rows_of_a_patient_take_the_bootstrap() -> None:
    _, (model, *_) = made_models("binary")
    new = made_sheet(patients=60, seed=9)
    twice = PatientSheet(np.repeat(new.patients[::2], 2), new.columns, {})
    metrics, _ = external_metrics(model, model.predict(twice), 100)
    assert "bootstrap" in next(m.method for m in metrics if m.metric == "auc")


def test_without_outcomes_it_says_so() -> None:
    _, (model, *_) = made_models("binary")
    new = made_sheet(patients=20)
    bare = PatientSheet(new.patients, {n: c for n, c in new.columns.items() if n != "response"}, {})
    with pytest.raises(SettingsError):
        external_metrics(model, model.predict(bare), 100)
