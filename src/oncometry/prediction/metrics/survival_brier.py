"""Brier score of survival probabilities on a day, weighed against censoring, and its mean over days.

E. Graf, C. Schmoor, W. Sauerbrei and M. Schumacher, Statistics in Medicine 18 (1999), pages 2529 to 2545. With competing
events what is predicted is "free of event 1": a row with a competing event is free of it for ever after, and weighs
1 / G(own time) (R. Schoop et al., Biometrical Journal 2011, doi:10.1002/bimj.201000073).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.follow_up import EVENT, SurvivalRows
from oncometry.prediction.metrics.weights import Weights, over

__all__ = ["integrated_brier", "survival_brier"]


def survival_brier(rows: SurvivalRows, free: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) scores of (n,) probabilities of being free of event 1 on a day; NaN if nobody is followed beyond it."""
    had = (rows.rows.event == EVENT) & (rows.rows.time_days <= day)
    known, defined = rows.known_by(day, weights)
    score = over(known @ (free - ~had) ** 2, weights.sum(axis=1))
    return np.where(defined, score, np.nan)


def integrated_brier(
    rows: SurvivalRows, free: FloatArray, days: Sequence[float], weights: Weights
) -> FloatArray:
    """(b,) means from the first to the last day, by trapezoids.

    Args:
        rows: n rows.
        free: (n, days).
        days: rising, two or more.
        weights: (b, n).
    """
    scores = np.stack([survival_brier(rows, free[:, j], day, weights) for j, day in enumerate(days)])
    steps = np.diff(np.asarray(days))[:, None]
    area = (0.5 * (scores[1:] + scores[:-1]) * steps).sum(axis=0)
    return np.asarray(area / (days[-1] - days[0]), dtype=np.float64)
