"""Which matrices make one value: IBSI reference manual (arXiv 1612.07003), sections 3.6 and 3.7."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.direction import Direction, Plan
from oncometry.features.region import Levels

__all__ = ["Matrix", "averaged"]

Matrix = FloatArray


def averaged(
    levels: Levels,
    plan: Plan,
    weights: Sequence[float],
    matrix: Callable[[NDArray[np.int64], Direction], Matrix],
    features: Callable[[Matrix], FloatArray],
) -> FloatArray:
    """Features of every matrix of a plan, averaged; matrices of nothing and features that are NaN are left out."""
    box = levels.array.astype(np.int64)
    slices = [_slice_alone(box, k) for k in range(1, len(box) - 1)] if plan.by_slice else [box]
    rows = []
    for part in slices:
        matrices = [matrix(part, direction) for direction in plan.directions]
        if plan.merge:
            matrices = [np.sum([w * m for w, m in zip(weights, matrices, strict=True)], axis=0)]
        rows += [features(m) for m in matrices if m.sum() > 0]
    if not rows:
        return np.full(len(features(np.ones((1, 1)))), np.nan)
    defined = ~np.isnan(rows)
    sums = np.where(defined, rows, 0.0).sum(axis=0)
    counts = defined.sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _slice_alone(box: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    alone = np.zeros_like(box)
    alone[k] = box[k]
    return alone
