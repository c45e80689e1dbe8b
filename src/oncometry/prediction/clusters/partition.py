"""Rows put together: each method on many resamples, for several numbers of clusters, and on all rows."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.clusters.lloyd import best_of_starts, k_means
from oncometry.prediction.clusters.resamples import Resamples
from oncometry.prediction.clusters.settings import ClusterMethod

__all__ = ["partition_all", "partition_resamples"]

_STARTS = 10
_EQUAL = 1e-9
"""Distance of rows that are equal but for rounding, in standard deviations of a feature."""

Labels = NDArray[np.intp]


def partition_resamples(
    method: ClusterMethod,
    values: FloatArray,
    resamples: Resamples,
    ks: Sequence[int],
    rng: np.random.Generator,
) -> dict[int, Labels]:
    """k -> (r, n) clusters 0 ... k - 1 of the rows of each resample; what stands for other rows means nothing.

    Args:
        values: (n, p).
    """
    if method is ClusterMethod.K_MEANS:
        return {k: k_means(values, resamples, k, rng) for k in ks}
    found = {k: np.zeros(resamples.rows.shape, dtype=np.intp) for k in ks}
    for index, rows in enumerate(resamples.rows):
        drawn = values[rows] if resamples.features is None else values[rows][:, resamples.features[index]]
        for k, labels in _one(method, drawn, ks, rng).items():
            found[k][index, rows] = labels
    return found


def partition_all(
    method: ClusterMethod, values: FloatArray, ks: Sequence[int], rng: np.random.Generator
) -> dict[int, Labels]:
    """k -> (n,) clusters of all rows."""
    if method is ClusterMethod.K_MEANS:
        return {k: best_of_starts(values, k, _STARTS, rng) for k in ks}
    return _one(method, values, ks, rng)


def _one(
    method: ClusterMethod, values: FloatArray, ks: Sequence[int], rng: np.random.Generator
) -> dict[int, Labels]:
    return _ward(values, ks) if method is ClusterMethod.AGGLOMERATIVE else _mixture(values, ks, rng)


def _ward(values: FloatArray, ks: Sequence[int]) -> dict[int, Labels]:
    """One tree, cut at each number; equal rows stay together, so that there may be fewer clusters."""
    from scipy.cluster import hierarchy  # noqa: PLC0415 - 60 ms that only this method needs

    tree = hierarchy.linkage(values, "ward")
    # merges of one height count one by one, or a cut there leaves fewer clusters than asked
    tree[:, 2] = np.arange(len(tree)) * (tree[:, 2] > _EQUAL)
    return {k: hierarchy.fcluster(tree, k, "maxclust").astype(np.intp) - 1 for k in ks}


def _mixture(values: FloatArray, ks: Sequence[int], rng: np.random.Generator) -> dict[int, Labels]:
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - 400 ms that only this method needs
    from sklearn.mixture import GaussianMixture  # noqa: PLC0415

    found = {}
    for k in ks:
        model = GaussianMixture(
            k, covariance_type="diag", reg_covar=1e-3, random_state=int(rng.integers(2**31))
        )
        with warnings.catch_warnings():  # a fit that has not settled is unstable, which is what is measured
            warnings.simplefilter("ignore", ConvergenceWarning)
            found[k] = model.fit_predict(values).astype(np.intp)
    return found
