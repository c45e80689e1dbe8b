"""How a stored model does on patients whose outcome is known, and who had no part in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice
from oncometry.prediction.endpoint import Outcome, outcome_of
from oncometry.prediction.final.patient_model import PatientModel, Predictions
from oncometry.prediction.metrics import (
    BootstrapSettings,
    Estimate,
    Metric,
    Score,
    SurvivalCourse,
    binary_scores,
    bootstrap,
    concordance_scores,
    continuous_scores,
    delong,
    ordinal_scores,
    survival_scores,
)
from oncometry.prediction.outcome import Task
from oncometry.prediction.predicted import Predicted

__all__ = ["external_metrics"]

ALL, INSIDE = "all", "inside the envelope"
Rows = NDArray[np.intp]


def external_metrics(
    model: PatientModel, predictions: Predictions, resamples: int = 1000
) -> tuple[tuple[Metric, ...], tuple[Notice, ...]]:
    """Metrics of a fixed model on independent rows whose outcome is known: of all, and of those that it may speak of.

    Intervals are over patients; that of the AUC is DeLong's where each patient has one row.

    Raises:
        SettingsError: `COLUMN_MISSING`, the sheet has no outcome; and those of `outcome_of`.
    """
    experiment = model.experiment
    anywhere = experiment.endpoint.model_copy(update={"horizon_days": None})
    outcome = outcome_of(predictions.rows.sheet, anywhere)
    known = np.flatnonzero(outcome.known)
    inside = np.array([predictions.patients[i].verdict.is_inside for i in known], dtype=bool)
    found: list[Metric] = []
    told = [*outcome.notices, *_short_follow_up(model, outcome)]
    for name, chosen in ((ALL, np.ones(len(known), dtype=bool)), (INSIDE, inside)):
        if name == INSIDE and inside.all():
            continue
        if not _can_be_judged(outcome, chosen):
            told.append(
                Notice(Code.UNDEFINED, f"{int(chosen.sum())} rows {name}: too few, or of one outcome.")
            )
            continue
        settings = BootstrapSettings(resamples=resamples, level=model.card.level, seed=model.card.seed)
        places = (known[chosen], np.flatnonzero(chosen))
        who = (model.card.endpoint, model.card.name, f"{model.card.features}, {name}")
        found += [Metric.of(e, *who) for e in _estimates(model, predictions, outcome, places, settings)]
    return tuple(found), tuple(told)


def _short_follow_up(model: PatientModel, outcome: Outcome) -> tuple[Notice, ...]:
    """That chances by the model's horizon cannot be judged, where follow-up ends before it."""
    horizon = model.card.horizon_days
    if outcome.task is not Task.SURVIVAL or horizon is None or outcome.y["time_days"].max() > horizon:
        return ()
    told = f"nobody is followed beyond day {horizon:g}: chances by then are not judged, only who comes first."
    return (Notice(Code.UNDEFINED, told),)


def _can_be_judged(outcome: Outcome, chosen: NDArray[np.bool_]) -> bool:
    y = outcome.y[chosen]
    if outcome.task is Task.SURVIVAL:
        return bool((y["event"] == 1).any()) and len(y) > 2
    return len(y) > 2 and len(np.unique(y)) > 1


def _estimates(
    model: PatientModel,
    predictions: Predictions,
    outcome: Outcome,
    places: tuple[Rows, Rows],
    settings: BootstrapSettings,
) -> Sequence[Estimate]:
    """Args: places: of the rows in the sheet, and among those with a known outcome."""
    rows, within = places
    said, y = predictions.said.rows(rows), outcome.y[within]
    patients = predictions.rows.patients[rows]
    found = list(bootstrap(_scores(model, said, y), patients, settings))
    if outcome.task is Task.BINARY and len(np.unique(patients)) == len(patients):
        exact = delong(y, said.score, model.card.level)
        found = [exact if e.metric == exact.metric and exact.value is not None else e for e in found]
    return found


def _scores(model: PatientModel, said: Predicted, y: NDArray[np.void]) -> Sequence[Score]:
    task = model.card.task
    chance = said.score if said.probability is None else said.probability
    if task is Task.CONTINUOUS:
        return continuous_scores(y, said.score)
    if task is Task.BINARY:
        return binary_scores(y, chance, model.experiment.validation.threshold, said.score)
    if task is Task.ORDINAL:
        return ordinal_scores(y, chance)
    days = [t for t in model.card.times_days if t < float(y["time_days"].max())]
    at = [model.card.times_days.index(t) for t in days]
    concordance = concordance_scores(y, said.score)
    horizon = [float(h) for h in (model.card.horizon_days,) if h in days]
    if said.free is None or len(days) < 2 or not horizon:
        return concordance
    course = SurvivalCourse(tuple(days), np.clip(said.free[:, at], 0, 1))
    return (*concordance, *survival_scores(y, course, horizon))
