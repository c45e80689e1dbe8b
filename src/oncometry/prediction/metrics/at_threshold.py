"""What a stated threshold decides: a row is called positive if its probability is at the threshold or above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import Labels
from oncometry.prediction.metrics.weights import Weights, over

__all__ = ["AT_THRESHOLD", "Called", "at_threshold", "called", "net_benefit"]


@dataclass(frozen=True, eq=False)
class Called:
    """(b,) weights of the four cells: true and false positives, false and true negatives."""

    tp: FloatArray
    fp: FloatArray
    fn: FloatArray
    tn: FloatArray

    @property
    def total(self) -> FloatArray:
        return self.tp + self.fp + self.fn + self.tn


def called(y: Labels, probability: FloatArray, threshold: float, weights: Weights) -> Called:
    """The four cells for (n,) labels 0/1 and (n,) probabilities."""
    positive, event = probability >= threshold, y == 1
    cells = (event & positive, ~event & positive, event & ~positive, ~event & ~positive)
    return Called(*(weights @ cell.astype(np.float64) for cell in cells))


def _accuracy(c: Called) -> FloatArray:
    return over(c.tp + c.tn, c.total)


def _sensitivity(c: Called) -> FloatArray:
    return over(c.tp, c.tp + c.fn)


def _specificity(c: Called) -> FloatArray:
    return over(c.tn, c.tn + c.fp)


def _balanced(c: Called) -> FloatArray:
    return 0.5 * (_sensitivity(c) + _specificity(c))


def _f1(c: Called) -> FloatArray:
    return over(2 * c.tp, 2 * c.tp + c.fp + c.fn)


def _ppv(c: Called) -> FloatArray:
    return over(c.tp, c.tp + c.fp)


def _npv(c: Called) -> FloatArray:
    return over(c.tn, c.tn + c.fn)


AT_THRESHOLD: dict[str, Callable[[Called], FloatArray]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced,
    "f1": _f1,
    "sensitivity": _sensitivity,
    "specificity": _specificity,
    "ppv": _ppv,
    "npv": _npv,
}
"""Name -> value of the four cells; NaN where its denominator is empty (balanced accuracy: either class)."""


def at_threshold(
    name: str, y: Labels, probability: FloatArray, threshold: float, weights: Weights
) -> FloatArray:
    """(b,) values of one metric of `AT_THRESHOLD`."""
    return AT_THRESHOLD[name](called(y, probability, threshold, weights))


def net_benefit(y: Labels, probability: FloatArray, threshold: float, weights: Weights) -> FloatArray:
    """(b,) net benefits of treating at the threshold: TP/n - FP/n * threshold / (1 - threshold).

    A. J. Vickers and E. B. Elkin, Medical Decision Making 2006, doi:10.1177/0272989X06295361.
    """
    c = called(y, probability, threshold, weights)
    return over(c.tp - c.fp * threshold / (1 - threshold), c.total)
