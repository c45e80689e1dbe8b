"""How closely each feature goes with the outcome, one at a time: what features are selected by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.fold.ranks import standardized_ranks
from oncometry.prediction.outcome import Outcomes, SurvivalOutcome, Task
from oncometry.prediction.table import Matrix

__all__ = ["associations", "martingale_residuals"]


def associations(values: Matrix, y: Outcomes, task: Task) -> NDArray[np.float64]:
    """(p,) absolute rank correlation of each column with the outcome.

    Of a class this orders features as their AUC does; of a time, the outcome is the martingale residual of a model that
    knows nothing, so that it is the score statistic of a Cox model on ranks (Therneau 1990, doi:10.1093/biomet/77.1.147).
    """
    target = martingale_residuals(y) if task is Task.SURVIVAL else np.asarray(y, dtype=np.float64)
    if task in (Task.CONTINUOUS, Task.ORDINAL):
        target = standardized_ranks(target[:, None])[:, 0]
    target = target - target.mean()
    length = np.linalg.norm(target)
    return np.asarray(np.abs(standardized_ranks(values).T @ target) / (length if length > 0 else 1.0))


def martingale_residuals(y: SurvivalOutcome) -> NDArray[np.float64]:
    """(n,) event of interest minus the cumulative hazard (Nelson-Aalen) up to the row's time."""
    order = np.argsort(y["time_days"], kind="stable")
    times, events = y["time_days"][order], (y["event"][order] == 1).astype(np.float64)
    distinct, first = np.unique(times, return_index=True)
    at_risk = len(times) - first
    happened = np.add.reduceat(events, first)
    hazard = np.cumsum(happened / at_risk)
    return np.asarray((y["event"] == 1) - hazard[np.searchsorted(distinct, y["time_days"])])
