"""k-means of many resamples at once.

The resamples of one table share its rows, so that all their distances are one matrix product: thousands of small fits, which a
null distribution takes, cost a part of what they do one by one. Lloyd's algorithm (doi:10.1109/TIT.1982.1056489) from starts of
k-means++ (Arthur and Vassilvitskii, SODA 2007); the same labels as scikit-learn's from the same starts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.clusters.resamples import Resamples

__all__ = ["assign", "best_of_starts", "k_means", "starts"]

_ROUNDS = 100

Labels = NDArray[np.intp]


def k_means(values: FloatArray, resamples: Resamples, k: int, rng: np.random.Generator) -> Labels:
    """(r, n) cluster of each row in each resample, of rows outside it too (by the nearest center).

    Args:
        values: (n, p).
    """
    return assign(values, resamples, starts(values, resamples, k, rng))


def best_of_starts(values: FloatArray, k: int, count: int, rng: np.random.Generator) -> Labels:
    """(n,) the partition of all rows with the least sum of squares, of `count` starts."""
    every = Resamples(np.ones((count, len(values)), dtype=bool), None)
    labels = k_means(values, every, k, rng)
    member = _members(labels, every.rows, k)
    sums = member @ values
    between = ((sums**2).sum(axis=2) / np.maximum(member.sum(axis=2), 1)).sum(axis=1)
    found: Labels = labels[int(between.argmax())]
    return found


def starts(values: FloatArray, resamples: Resamples, k: int, rng: np.random.Generator) -> FloatArray:
    """(r, k, p) centers by greedy k-means++: of a few rows, drawn by their squared distance from the centers that are there,
    the one that leaves the least.
    """
    rows, masks = resamples.rows, resamples.features
    centers = np.empty((len(rows), k, values.shape[1]))
    nearest = np.full(rows.shape, np.inf)
    weights = rows.astype(np.float64)
    for index in range(k):
        tried = 1 if index == 0 else 2 + int(np.log(k))
        picked = _drawn_rows(weights, tried, rng)
        candidates = values[picked] if masks is None else values[picked] * masks[:, None, :]
        left = np.minimum(nearest[:, None, :], _distances(values, candidates, masks))
        best = (left * rows[:, None, :]).sum(axis=2).argmin(axis=1)
        every = np.arange(len(rows))
        centers[:, index], nearest = candidates[every, best], left[every, best]
        weights = nearest * rows
        weights[weights.sum(axis=1) <= 0] = 1.0  # fewer different rows than clusters
        weights *= rows
    return centers


def _drawn_rows(weights: FloatArray, count: int, rng: np.random.Generator) -> Labels:
    """(r, count) rows drawn by weight, (r, n)."""
    cumulated = weights.cumsum(axis=1)
    drawn = rng.random((len(weights), count)) * cumulated[:, -1:]
    found: Labels = (cumulated[:, None, :] <= drawn[:, :, None]).sum(axis=2)
    return found.clip(max=weights.shape[1] - 1)


def assign(values: FloatArray, resamples: Resamples, centers: FloatArray) -> Labels:
    """(r, n) labels once no row of a resample changes its cluster any more, from these centers."""
    rows, centers = resamples.rows, centers.copy()
    k = centers.shape[1]
    labels = np.full(rows.shape, -1, dtype=np.intp)
    active = np.arange(len(rows))
    for _ in range(_ROUNDS):
        new = _nearest(values, centers[active])
        changed = ((new != labels[active]) & rows[active]).any(axis=1)
        labels[active] = new
        active = active[changed]
        if not len(active):
            break
        member = _members(labels[active], rows[active], k)
        counts = member.sum(axis=2)[:, :, None]
        means = (member.reshape(-1, len(values)) @ values).reshape(len(active), k, -1) / np.maximum(counts, 1)
        if resamples.features is not None:
            means *= resamples.features[active][:, None, :]
        centers[active] = np.where(counts > 0, means, centers[active])  # an empty cluster stays where it is
    return labels


def _nearest(values: FloatArray, centers: FloatArray) -> Labels:
    """(r, n). Centers are 0 in features that are not drawn: these add the same to all distances of a row."""
    count, k, width = centers.shape
    products = (centers.reshape(-1, width) @ values.T).reshape(count, k, len(values))
    found: Labels = ((centers**2).sum(axis=2)[:, :, None] - 2 * products).argmin(axis=1)
    return found


def _distances(values: FloatArray, centers: FloatArray, masks: NDArray[np.bool_] | None) -> FloatArray:
    """(r, k, n) squared, over the features drawn."""
    count, k, width = centers.shape
    products = (centers.reshape(-1, width) @ values.T).reshape(count, k, len(values))
    squares = (values**2).sum(axis=1)[None] if masks is None else masks.astype(np.float64) @ (values**2).T
    found = squares[:, None, :] - 2 * products + (centers**2).sum(axis=2)[:, :, None]
    return np.asarray(np.maximum(found, 0.0))


def _members(labels: Labels, rows: NDArray[np.bool_], k: int) -> FloatArray:
    """(r, k, n) 1 where a row of the resample is in the cluster."""
    found: FloatArray = ((labels[:, None, :] == np.arange(k)[:, None]) & rows[:, None, :]).astype(np.float64)
    return found
