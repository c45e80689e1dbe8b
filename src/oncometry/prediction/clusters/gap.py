"""The gap statistic: how much tighter k clusters are than in a flat cloud of the same extent.

Source: Tibshirani, Walther and Hastie, doi:10.1111/1467-9868.00293: the reference is uniform in a box along the principal
components.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.clusters.partition import partition_all
from oncometry.prediction.clusters.settings import ClusterMethod

__all__ = ["Gap", "gap_statistic"]


@dataclass(frozen=True)
class Gap:
    """k -> gap and its standard error, from k = 1 on, and what the rule of one standard error takes.

    Attributes:
        chosen: the least k whose gap is at least that of k + 1 less its standard error; the most that was tried if there is none.
    """

    gap: dict[int, float]
    standard_error: dict[int, float]
    chosen: int


def gap_statistic(
    scores: FloatArray, most: int, draws: int, method: ClusterMethod, rng: np.random.Generator
) -> Gap:
    """Of 1 to `most` clusters.

    Args:
        scores: (n, q) along the principal components.
    """
    ks = tuple(range(1, most + 1))
    own = _log_within(scores, ks, method, rng)
    low, high = scores.min(axis=0), scores.max(axis=0)
    drawn = np.stack(
        [_log_within(rng.uniform(low, high, scores.shape), ks, method, rng) for _ in range(draws)]
    )
    gap = drawn.mean(axis=0) - own
    error = drawn.std(axis=0) * np.sqrt(1 + 1 / draws)
    enough = [k for k in ks[:-1] if gap[k - 1] >= gap[k] - error[k]]
    return Gap(
        dict(zip(ks, gap.tolist(), strict=True)),
        dict(zip(ks, error.tolist(), strict=True)),
        enough[0] if enough else most,
    )


def _log_within(
    values: FloatArray, ks: Sequence[int], method: ClusterMethod, rng: np.random.Generator
) -> FloatArray:
    """(ks,) logarithm of the sum of squares about the clusters' centers."""
    labels = {1: np.zeros(len(values), dtype=np.intp)} | partition_all(method, values, ks[1:], rng)
    return np.log([max(_within(values, labels[k]), np.finfo(float).tiny) for k in ks])


def _within(values: FloatArray, labels: NDArray[np.intp]) -> float:
    parts = (values[labels == one] for one in np.unique(labels))
    return sum(float(((part - part.mean(axis=0)) ** 2).sum()) for part in parts)
