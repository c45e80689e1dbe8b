"""What the validation's predictions say of the stored model: limits of conformal sets, and what happened to each third."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.final.card import Conformal, Third
from oncometry.prediction.final.conformal import class_limits, half_width, row_weights
from oncometry.prediction.judging import Judge
from oncometry.prediction.material import Material
from oncometry.prediction.models import aalen_johansen
from oncometry.prediction.outcome import Task
from oncometry.prediction.predicted import Predicted

__all__ = ["conformal_of", "thirds_of"]

NAMES = ("low", "middle", "high")
FEWEST = 30

Repeats = Sequence[tuple[NDArray[np.intp], Predicted]]


def conformal_of(judge: Judge, model: str, features: str) -> Conformal | None:
    """Limits of sets or intervals from predictions of rows that no fit had seen; None of a time to event.

    A patient counts once, over all its rows and all repeats (and once in each class that its rows have). Predictions of one
    row in several repeats are not averaged: the mean of several models errs less than the one that is stored. Where most
    folds told all rows the same, nothing bounds what the stored model says: no class is left out.
    """
    material = judge.material
    task, coverage = material.outcome.task, material.experiment.final.coverage
    if task is Task.SURVIVAL:
        return None
    rows, said = _pooled(_repeats(judge, model, features))
    patients, y = material.table.patients[rows], material.outcome.y[rows]
    if task is Task.CONTINUOUS:
        width = half_width(y - said.score, row_weights(patients), coverage)
        return Conformal(
            coverage=coverage,
            half_width=width if np.isfinite(width) else None,
            patients=(len(np.unique(patients)),),
        )
    if said.probability is None:
        return None
    chances = said.probability
    chances = np.column_stack([1 - chances, chances]) if task is Task.BINARY else chances
    weights = np.zeros(len(y))
    for k in np.unique(y):
        weights[y == k] = row_weights(patients[y == k])
    flat, folds = judge.flat_folds(model, features)
    least = class_limits(chances, y, weights, coverage) if 2 * flat < folds else np.zeros(chances.shape[1])
    counts = tuple(len(np.unique(patients[y == k])) for k in range(chances.shape[1]))
    return Conformal(coverage=coverage, least=tuple(map(float, least)), patients=counts)


def thirds_of(judge: Judge, model: str, features: str) -> tuple[Third, ...]:
    """Patients of the validation in thirds by predicted chance: what they were told, and how many had the event.

    A patient counts once, shared among all its rows and repeats.
    """
    material = judge.material
    if material.outcome.task not in (Task.BINARY, Task.SURVIVAL) or len(material.outcome.y) < FEWEST:
        return ()
    rows, said = _pooled(_repeats(judge, model, features))
    if said.probability is None:
        return ()
    first, second = np.quantile(said.probability, [1 / 3, 2 / 3])
    which = np.searchsorted([first, second], said.probability, side="right")
    if len(np.unique(which)) < len(NAMES) or said.is_flat:
        return ()  # so many are told the same that there are no thirds
    counted = row_weights(material.table.patients[rows])
    found = []
    for n, (name, low) in enumerate(zip(NAMES, (0.0, first, second), strict=True)):
        own = which == n
        found.append(
            Third(
                name=name,
                above=float(low),
                patients=round(float(counted[own].sum())),
                predicted=float(np.average(said.probability[own], weights=counted[own])),
                observed=_observed(material, rows[own], counted[own]),
            )
        )
    return tuple(found)


def _observed(material: Material, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> float | None:
    y = material.outcome.y[rows]
    if material.outcome.task is Task.BINARY:
        return float(np.average(y, weights=weights))
    if not (y["event"] == 1).any():
        return 0.0
    horizon = material.outcome.horizon_days
    return None if horizon is None else float(aalen_johansen(y, weights=weights).at([horizon])[0])


def _repeats(judge: Judge, model: str, features: str) -> Repeats:
    return [judge.predictions(r, model, features) for r in judge.repeats]


def _pooled(repeats: Repeats) -> tuple[NDArray[np.intp], Predicted]:
    rows = np.concatenate([rows for rows, _ in repeats])
    chances = [said.probability for _, said in repeats]
    told = None if any(c is None for c in chances) else np.concatenate([c for c in chances if c is not None])
    return rows, Predicted(np.concatenate([said.score for _, said in repeats]), told)
