"""Logistic recalibration: the line that takes predicted log odds to observed ones.

Slope b of logit P(event) = a + b logit(p), 1 where predictions are neither too extreme (below 1) nor too timid;
intercept a with b fixed at 1 ("calibration in the large"), 0 where on average as many have the event as predicted. D.
R. Cox, Biometrika 1958, doi:10.1093/biomet/45.3-4.562; B. Van Calster et al., BMC Medicine 2019,
doi:10.1186/s12916-019-1466-7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.weights import Weights

__all__ = ["calibration_intercept", "calibration_slope", "logit"]

NEAREST = 1e-6
"""Probabilities nearer to 0 or 1 than this are taken there: a forest says 0 and 1, whose log odds are infinite."""
ROUNDS = 50
ENOUGH = 1e-10
STEEPEST = 1e3
"""A slope or intercept beyond is one that the data do not bound: classes that the prediction separates."""


def logit(probability: FloatArray) -> FloatArray:
    """Log odds, of probabilities kept within 1e-6 of 0 and 1."""
    kept = np.clip(probability, NEAREST, 1 - NEAREST)
    return np.asarray(np.log(kept) - np.log1p(-kept), dtype=np.float64)


def calibration_slope(y: FloatArray, probability: FloatArray, weights: Weights) -> FloatArray:
    """(b,) maximum-likelihood slopes, by Newton's method; NaN where there is none.

    There is none with one class, equal predictions, or a prediction that separates the classes.

    Args:
        y: (n,) 0 or 1.
        probability: (n,).
        weights: (b, n).
    """
    x = logit(probability)
    line = np.zeros((2, len(weights)))
    known = _overlapping(x, y, weights)
    for _ in range(ROUNDS):
        step = _newton(x, y, weights, line)
        size = np.abs(step).max(axis=0)
        line += step * np.minimum(1.0, 5.0 / np.maximum(size, 1e-300))
        known &= np.isfinite(line).all(axis=0) & (np.abs(line).max(axis=0) < STEEPEST)
        line[:, ~known] = 0.0
        if (size[known] < ENOUGH).all():
            break
    return np.where(known & (size < 1e-6), line[1], np.nan)


def calibration_intercept(y: FloatArray, probability: FloatArray, weights: Weights) -> FloatArray:
    """(b,) intercepts with slope 1, by Newton's method; NaN with one class."""
    x = logit(probability)
    known = _two_classes(y, weights)
    found = np.zeros(len(weights))
    for _ in range(ROUNDS):
        expected = _expit(x + found[:, None])
        gain = (weights * (y - expected)).sum(axis=1)
        curve = (weights * expected * (1 - expected)).sum(axis=1)
        step = np.clip(gain / np.maximum(curve, 1e-300), -2.0, 2.0)
        found = np.where(known, found + step, 0.0)
        if (np.abs(step[known]) < ENOUGH).all():
            break
    return np.where(known & (np.abs(step) < 1e-6), found, np.nan)


def _newton(x: FloatArray, y: FloatArray, weights: Weights, line: FloatArray) -> FloatArray:
    """(2, b) steps of intercept and slope."""
    expected = _expit(line[0][:, None] + line[1][:, None] * x)
    left, curve = weights * (y - expected), weights * expected * (1 - expected)
    g0, g1 = left.sum(axis=1), left @ x
    h00, h01, h11 = curve.sum(axis=1), curve @ x, curve @ (x * x)
    determinant = np.maximum(h00 * h11 - h01 * h01, 1e-300)
    return np.stack([(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant])


def _expit(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)), dtype=np.float64)


def _two_classes(y: FloatArray, weights: Weights) -> NDArray[np.bool_]:
    return np.asarray((weights @ y > 0) & (weights @ (1 - y) > 0))


def _overlapping(x: FloatArray, y: FloatArray, weights: Weights) -> NDArray[np.bool_]:
    """Whether some row with the event is below one without, and some above: else no slope is the most likely."""
    above, below = [], []
    for label in (0, 1):
        there = (weights > 0) & (y == label)
        above.append(np.where(there, x, -np.inf).max(axis=1))
        below.append(np.where(there, x, np.inf).min(axis=1))
    return np.asarray((above[0] > below[1]) & (above[1] > below[0]))
