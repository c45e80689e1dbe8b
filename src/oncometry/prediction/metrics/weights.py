"""Weights of rows: the one way in which every metric here is asked, so that a bootstrap is a matrix product.

A resample draws patients with replacement; a row counts as often as its patient was drawn. Every kernel of this
folder takes (b, n) weights, a row a resample, and gives (b,) values, equal to those of the rows written out as often
as they weigh. NaN inside these arrays means: undefined for these weights. It never leaves the folder; `Estimate` has
None and a reason.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray

__all__ = ["Weights", "equal_weights", "in_groups", "over", "rising", "weighted_mean"]

Weights = NDArray[np.float64]
"""(b, n), >= 0: how often each of n rows counts in each of b resamples."""


def equal_weights(n: int) -> Weights:
    """(1, n): every row once."""
    return np.ones((1, n))


def over(above: FloatArray, below: FloatArray) -> FloatArray:
    """The quotient; NaN where the denominator is not above 0."""
    positive = below > 0
    return np.where(positive, above / np.where(positive, below, 1.0), np.nan)


def weighted_mean(values: FloatArray, weights: Weights) -> FloatArray:
    """(n,) or (b, n) values to (b,) means."""
    total = (weights * values).sum(axis=1) if values.ndim == 2 else weights @ values
    return over(total, weights.sum(axis=1))


def rising(values: FloatArray, tied: float = 0.0) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Order of (n,) values, and where in it each run starts whose neighbors differ by at most `tied`."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(values[order]) > tied])
    return order, starts


def in_groups(weights: Weights, order: NDArray[np.intp], starts: NDArray[np.intp]) -> FloatArray:
    """(b, n) to (b, g): sums of weights over the runs of `rising`."""
    ordered = weights[:, order]
    found = ordered if len(starts) == len(order) else np.add.reduceat(ordered, starts, axis=1)
    return np.asarray(found, dtype=np.float64)
