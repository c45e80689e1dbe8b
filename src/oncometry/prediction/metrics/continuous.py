"""Continuous outcomes: how near, and how well ordered, predicted numbers are to measured ones."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.weights import Weights, in_groups, over, rising, weighted_mean

__all__ = ["mean_absolute_error", "r_squared", "regression_slope", "root_mean_squared_error", "spearman"]

SAME = 1e-14
"""A variance below this part of the mean square is that of rounding."""


def r_squared(y: FloatArray, predicted: FloatArray, weights: Weights) -> FloatArray:
    """(b,) 1 - residual over total sum of squares, about the mean of the same rows; NaN for constant y."""
    left = weighted_mean((y - predicted) ** 2, weights)
    return 1.0 - over(left, _covariance(y, y, weights))


def mean_absolute_error(y: FloatArray, predicted: FloatArray, weights: Weights) -> FloatArray:
    """(b,), in the unit of y."""
    return weighted_mean(np.abs(y - predicted), weights)


def root_mean_squared_error(y: FloatArray, predicted: FloatArray, weights: Weights) -> FloatArray:
    """(b,), in the unit of y."""
    return np.asarray(np.sqrt(weighted_mean((y - predicted) ** 2, weights)), dtype=np.float64)


def regression_slope(y: FloatArray, predicted: FloatArray, weights: Weights) -> FloatArray:
    """(b,) least-squares slopes of y on the prediction (below 1: too extreme); NaN for a constant prediction."""
    return _covariance(y, predicted, weights) * over(
        np.ones(len(weights)), _covariance(predicted, predicted, weights)
    )


def spearman(y: FloatArray, predicted: FloatArray, weights: Weights) -> FloatArray:
    """(b,) correlations of mean ranks, ties sharing theirs; NaN where either is constant."""
    ranked = [_mean_ranks(values, weights) for values in (y, predicted)]
    first, second = (r - weighted_mean(r, weights)[:, None] for r in ranked)
    both = weighted_mean(first * second, weights)
    spread = weighted_mean(first**2, weights) * weighted_mean(second**2, weights)
    return both * over(np.ones(len(weights)), np.sqrt(spread))


def _covariance(a: FloatArray, b: FloatArray, weights: Weights) -> FloatArray:
    """(b,), divided by the sum of weights; 0 where it is that of rounding."""
    apart = (a - weighted_mean(a, weights)[:, None]) * (b - weighted_mean(b, weights)[:, None])
    found = weighted_mean(apart, weights)
    size = np.sqrt(weighted_mean(a * a, weights) * weighted_mean(b * b, weights))
    return np.where(np.abs(found) > SAME * size, found, 0.0)


def _mean_ranks(values: FloatArray, weights: Weights) -> FloatArray:
    """(b, n) ranks among rows written out as often as they weigh."""
    order, starts = rising(values)
    size = in_groups(weights, order, starts)
    ranks = np.cumsum(size, axis=1) - size + 0.5 * (size + 1)
    run = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(values)]))
    found = np.empty((len(weights), len(values)))
    found[:, order] = ranks[:, run]
    return found
