"""The patients of whom a model was most wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.material import Material
from oncometry.prediction.outcome import CENSORED, Task
from oncometry.prediction.predicted import Predicted

__all__ = ["Failure", "errors_of", "worst"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Failure:
    """One row, what happened and what was said.

    Attributes:
        row: of the table.
        patient: whose.
        observed: what happened: 0 or 1 (by the horizon), the number, the category.
        predicted: probability of 1, the number, the expected category.
        error: how far they are apart.
    """

    row: int
    patient: str
    observed: float
    predicted: float
    error: float


def errors_of(material: Material, said: Predicted) -> tuple[Numbers, Numbers, Numbers]:
    """(n,) what happened, what was said, and how far they are apart; NaN where it is not known.

    Of times: whether the event came by the horizon; who was censored before it is not known.

    Args:
        said: of all n rows, the mean over repeats.
    """
    outcome = material.outcome
    if outcome.task is Task.CONTINUOUS:
        observed, predicted = np.asarray(outcome.y, dtype=np.float64), said.score
    elif outcome.task is Task.ORDINAL:
        observed = np.asarray(outcome.y, dtype=np.float64)
        chances = said.probability
        predicted = said.score if chances is None else chances @ np.arange(chances.shape[1])
    else:
        observed = _had(material)
        predicted = np.full(len(observed), np.nan) if said.probability is None else said.probability
    return observed, predicted, np.abs(observed - predicted)


def worst(material: Material, said: Predicted, count: int) -> list[Failure]:
    """The largest errors first; rows whose state is not known are not judged."""
    observed, predicted, error = errors_of(material, said)
    known = np.flatnonzero(np.isfinite(error))
    order = known[np.argsort(-error[known], kind="stable")][:count]
    return [
        Failure(
            int(i), str(material.table.patients[i]), float(observed[i]), float(predicted[i]), float(error[i])
        )
        for i in order
    ]


def _had(material: Material) -> Numbers:
    outcome = material.outcome
    if outcome.task is Task.BINARY:
        return np.asarray(outcome.y, dtype=np.float64)
    day = outcome.horizon_days or 0.0
    event, time = outcome.y["event"], outcome.y["time_days"]
    found = np.where((event == 1) & (time <= day), 1.0, 0.0)
    return np.where((event == CENSORED) & (time < day), np.nan, found)
