"""Which voxels make one matrix: IBSI reference manual (arXiv 1612.07003), sections 3.8 to 3.11."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing

__all__ = ["LevelBox", "Voxel", "mean_over_slices", "neighbors"]

LevelBox = NDArray[np.int64]
"""(k, j, i) gray levels, 0 outside the region."""

Voxel = tuple[int, int, int]
"""k, j, i."""


def neighbors(voxel: Voxel, box: LevelBox, slicing: Slicing, distance: int = 1) -> list[Voxel]:
    """Voxels of the region at most this Chebyshev distance away, of the same slice if in-plane."""
    reach = range(-distance, distance + 1)
    found = []
    for step in product([0] if slicing.in_plane else reach, reach, reach):
        k, j, i = (int(a) + b for a, b in zip(voxel, step, strict=True))
        inside = 0 <= k < box.shape[0] and 0 <= j < box.shape[1] and 0 <= i < box.shape[2]
        if step != (0, 0, 0) and inside and box[k, j, i] > 0:
            found.append((k, j, i))
    return found


def mean_over_slices(
    levels: Levels, slicing: Slicing, features: Callable[[LevelBox], FloatArray]
) -> FloatArray:
    """Features of the region, or those of its slices averaged; what a slice has not does not count."""
    box = levels.array[1:-1, 1:-1, 1:-1].astype(np.int64)
    if not slicing.by_slice:
        return features(box)
    rows = []
    for k in range(len(box)):
        alone = np.zeros_like(box)
        alone[k] = box[k]
        rows.append(features(alone))
    defined = ~np.isnan(rows)
    counts = defined.sum(axis=0)
    return np.where(counts > 0, np.where(defined, rows, 0.0).sum(axis=0) / np.maximum(counts, 1), np.nan)
