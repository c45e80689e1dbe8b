"""What happens as the threshold falls: the points of the ROC curve and of precision over recall.

J. A. Hanley and B. J. McNeil, Radiology 1982, doi:10.1148/radiology.143.1.7063747; precision is not interpolated (K. Boyd, K. H.
Eng and C. D. Page 2013, doi:10.1007/978-3-642-40994-3_29).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, SettingsError

__all__ = ["ThresholdCurves", "sensitivity_at", "threshold_curves"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ThresholdCurves:
    """One point for each distinct score, from calling none positive on.

    Attributes:
        false_positive_rate, sensitivity: (m + 1,) the ROC curve, from (0, 0) to (1, 1).
        recall, precision: (m,) from the highest score on.
    """

    false_positive_rate: Numbers
    sensitivity: Numbers
    recall: Numbers
    precision: Numbers


def threshold_curves(y: ArrayLike, score: ArrayLike) -> ThresholdCurves:
    """Of (n,) labels 0/1 and (n,) scores, higher for 1.

    Raises:
        SettingsError: `SETTINGS`, shapes differ; `ONE_CLASS`, all labels are the same.
    """
    labels, numbers = np.asarray(y, dtype=np.int64), np.asarray(score, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != numbers.shape:
        raise SettingsError(
            Code.SETTINGS, f"labels of shape {labels.shape}, scores of shape {numbers.shape}."
        )
    events = int((labels == 1).sum())
    if not 0 < events < len(labels):
        raise SettingsError(
            Code.ONE_CLASS, f"{events} of {len(labels)} labels are 1: there is nothing to tell apart."
        )
    order = np.argsort(-numbers, kind="stable")
    last = np.append(np.flatnonzero(np.diff(numbers[order])), len(labels) - 1)
    found = np.cumsum(labels[order])[last].astype(np.float64)
    called = last + 1.0
    rates = (called - found) / (len(labels) - events)
    return ThresholdCurves(
        np.append(0.0, rates), np.append(0.0, found / events), found / events, found / called
    )


def sensitivity_at(curves: ThresholdCurves, rates: ArrayLike) -> Numbers:
    """(k,) sensitivity at false positive rates, between points by a straight line (what ties stand for)."""
    asked = np.asarray(rates, dtype=np.float64)
    x, y = curves.false_positive_rate, curves.sensitivity
    highest = np.append(np.flatnonzero(np.diff(x)), len(x) - 1)
    return np.asarray(np.where(asked <= 0, y[highest[0]], np.interp(asked, x[highest], y[highest])))
