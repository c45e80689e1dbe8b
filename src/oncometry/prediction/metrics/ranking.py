"""How well a score ranks: area under the ROC curve, average precision, and concordance of an ordinal outcome.

J. A. Hanley and B. J. McNeil, Radiology 1982, doi:10.1148/radiology.143.1.7063747: the area is the probability that a
row with the event scores higher than one without, a tie counting half. Average precision: the sum over falling
thresholds of precision times the gain in recall, not interpolated, as scikit-learn has it (K. Boyd, K. H. Eng and C.
D. Page 2013, doi:10.1007/978-3-642-40994-3_29).
"""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import Labels
from oncometry.prediction.metrics.weights import Weights, in_groups, over, rising

__all__ = ["average_precision", "ordinal_concordance", "roc_auc"]


def roc_auc(y: Labels, score: FloatArray, weights: Weights) -> FloatArray:
    """(b,) areas for (n,) labels 0/1 and (n,) scores; NaN with one class only. O(n log n + b n)."""
    positive, negative = weights * (y == 1), weights * (y == 0)
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return over(_won(score, positive, negative), pairs)


def ordinal_concordance(grade: Labels, score: FloatArray, weights: Weights) -> FloatArray:
    """(b,) parts of the pairs of unequal grade whose scores are in the same order, a tied score counting half.

    The area under the ROC curve, if there are two grades; NaN if there is one.
    """
    ordered = np.zeros(len(weights))
    pairs = np.zeros(len(weights))
    for step in np.unique(grade)[1:]:
        higher, lower = weights * (grade == step), weights * (grade < step)
        ordered += _won(score, higher, lower)
        pairs += higher.sum(axis=1) * lower.sum(axis=1)
    return over(ordered, pairs)


def average_precision(y: Labels, score: FloatArray, weights: Weights) -> FloatArray:
    """(b,) average precisions; NaN without an event, or with nothing else."""
    order, starts = rising(-score)
    found = np.cumsum(in_groups(weights * (y == 1), order, starts), axis=1)
    called = np.cumsum(in_groups(weights, order, starts), axis=1)
    precision = np.divide(found, called, out=np.zeros_like(found), where=called > 0)
    gained = np.diff(found, axis=1, prepend=0.0)
    events = found[:, -1]
    value = over((precision * gained).sum(axis=1), events)
    return np.where(events < called[:, -1], value, np.nan)


def _won(score: FloatArray, higher: Weights, lower: Weights) -> FloatArray:
    """(b,) weight of pairs (one of `higher`, one of `lower`) that the score orders rightly, ties half."""
    order, starts = rising(score)
    up, down = in_groups(higher, order, starts), in_groups(lower, order, starts)
    below = np.cumsum(down, axis=1) - down
    return np.asarray((up * (below + 0.5 * down)).sum(axis=1), dtype=np.float64)
