"""Brier score of survival probabilities on a day, weighed against censoring, and its mean over days.

E. Graf, C. Schmoor, W. Sauerbrei and M. Schumacher, Statistics in Medicine 18 (1999), pages 2529 to 2545. With competing
events what is predicted is "free of event 1": a row with a competing event is free of it for ever after, and weighs
1 / G(own time) (R. Schoop et al., Biometrical Journal 2011, doi:10.1002/bimj.201000073).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.censoring import SurvivalRows
from oncometry.prediction.metrics.follow_up import EVENT
from oncometry.prediction.metrics.weights import Weights, over

__all__ = ["integrated_brier", "survival_brier"]


def survival_brier(rows: SurvivalRows, free: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) scores of (n,) probabilities of being free of event 1 on a day; NaN if nobody is followed beyond it."""
    return _scores(rows, free[:, None], [day], weights)[:, 0]


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
    scores = _scores(rows, free, days, weights)
    area = 0.5 * (scores[:, 1:] + scores[:, :-1]) @ np.diff(np.asarray(days))
    return np.asarray(area / (days[-1] - days[0]), dtype=np.float64)


def _scores(rows: SurvivalRows, free: FloatArray, days: Sequence[float], weights: Weights) -> FloatArray:
    """(b, days)."""
    weighed = rows.weighed(weights)
    time, event = rows.rows.time_days[:, None], rows.rows.event[:, None]
    by_then = time <= np.asarray(days)
    ended = by_then * (free - (event != EVENT)) ** 2
    going = ~by_then * (free - 1.0) ** 2
    g = np.stack([weighed.at(day) for day in days], axis=1)
    total = weighed.done @ ended + (weights @ going) / np.where(g > 0, g, 1.0)
    defined = np.stack([weighed.defined(day) for day in days], axis=1)
    size = weights.sum(axis=1, keepdims=True)
    return np.where(defined, over(total, np.broadcast_to(size, total.shape)), np.nan)
