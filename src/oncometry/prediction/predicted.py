"""What a model says of examples: one number to order them by, and the probabilities behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.outcome import Task

__all__ = ["Predicted", "looked_at", "predicted_by", "score_of"]

ALIKE = 1e-6

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions of n examples.

    Attributes:
        score: (n,) higher means the positive class, the higher category, the larger number, or the earlier event.
        probability: (n,) of the positive class, or of the event by the horizon; (n, k) of categories; None of numbers.
        free: (n, t) survival: probability of being free of the event at each of the times asked; else None.
    """

    score: Numbers
    probability: Numbers | None = None
    free: Numbers | None = None

    @property
    def is_flat(self) -> bool:
        """Whether all examples are told the same: of probabilities, as far as anybody would notice."""
        if self.probability is None:
            return bool(np.ptp(self.score) == 0)
        return bool(np.ptp(self.probability, axis=0).max() < ALIKE)

    def rows(self, chosen: NDArray[np.intp]) -> Predicted:
        """Those examples alone."""
        return Predicted(
            self.score[chosen],
            None if self.probability is None else self.probability[chosen],
            None if self.free is None else self.free[chosen],
        )


def looked_at(values: Numbers) -> Numbers:
    """(n, p) as they are; of rows without any feature one that says nothing, as models take no empty rows."""
    return values if values.shape[1] else np.zeros((len(values), 1))


def score_of(estimator: Any, values: Numbers, task: Task) -> Numbers:
    """(n,) what orders examples, nothing else: all that choosing settings needs."""
    values = looked_at(values)
    if task in (Task.SURVIVAL, Task.CONTINUOUS):
        return np.asarray(estimator.predict(values), dtype=np.float64)
    if task is Task.BINARY:
        if hasattr(estimator, "decision_function"):
            return np.asarray(estimator.decision_function(values), dtype=np.float64)
        return np.asarray(estimator.predict_proba(values)[:, 1], dtype=np.float64)
    chances = np.asarray(estimator.predict_proba(values), dtype=np.float64)
    return np.asarray(chances @ np.arange(chances.shape[1]))


def predicted_by(
    estimator: Any,
    values: Numbers,
    task: Task,
    times_days: Numbers | None = None,
    horizon_days: float | None = None,
) -> Predicted:
    """All that a fitted model says.

    Args:
        times_days: (t,) survival: the times asked.
        horizon_days: survival: that of the times which `probability` is of.
    """
    values = looked_at(values)
    score = score_of(estimator, values, task)
    if task is Task.CONTINUOUS:
        return Predicted(score)
    if task is Task.BINARY:
        if not hasattr(estimator, "predict_proba"):
            return Predicted(score)
        return Predicted(score, np.asarray(estimator.predict_proba(values)[:, 1], dtype=np.float64))
    if task is Task.ORDINAL:
        return Predicted(score, np.asarray(estimator.predict_proba(values), dtype=np.float64))
    days = np.empty(0) if times_days is None else times_days
    free = np.asarray(estimator.predict_survival(values, days), dtype=np.float64)
    at = np.flatnonzero(days == horizon_days)
    return Predicted(score, 1 - free[:, at[0]] if len(at) else None, free)
