"""The neighborhood gray tone difference matrix: IBSI reference manual (arXiv 1612.07003), section 3.10."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.features.definition.slices import LevelBox, mean_over_slices, neighbors
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing

__all__ = ["ngtdm"]


def ngtdm(levels: Levels, slicing: Slicing, distance: int = 1) -> FloatArray:
    """Features in the order of `features.ngtdm.TABLE`; (5,)."""

    def features(box: LevelBox) -> FloatArray:
        count, difference = np.zeros(levels.count + 1), np.zeros(levels.count + 1)
        for k, j, i in np.argwhere(box):
            around = [int(box[neighbor]) for neighbor in neighbors((k, j, i), box, slicing, distance)]
            if around:  # the manual's N_v,c are the voxels with at least one neighbor
                count[box[k, j, i]] += 1
                difference[box[k, j, i]] += abs(int(box[k, j, i]) - sum(around) / len(around))
        return _features(count, difference)

    return mean_over_slices(levels, slicing, features)


def _features(count: FloatArray, difference: FloatArray) -> FloatArray:
    voxels = count.sum()
    if voxels == 0:
        return np.full(5, np.nan)
    levels = np.flatnonzero(count)
    n, p, s = len(levels), count[levels] / voxels, difference[levels]
    pairs = [(a, b) for a in range(n) for b in range(n)]
    tones = sum(p[a] * p[b] * (levels[a] - levels[b]) ** 2 for a, b in pairs)
    rates = sum(abs(levels[a] * count[levels[a]] - levels[b] * count[levels[b]]) for a, b in pairs) / voxels
    weighted = (p * s).sum()
    return np.array(
        [
            min(1 / weighted, 1e6) if weighted > 0 else 1e6,  # 3.10.1 coarseness
            tones / (n * (n - 1)) * s.sum() / voxels if n > 1 else 0.0,  # 3.10.2 contrast
            weighted / rates if rates > 0 else 0.0,  # 3.10.3 busyness
            sum(abs(levels[a] - levels[b]) * (p[a] * s[a] + p[b] * s[b]) / (p[a] + p[b]) for a, b in pairs)
            / voxels,  # 3.10.4 complexity
            sum((p[a] + p[b]) * (levels[a] - levels[b]) ** 2 for a, b in pairs) / s.sum()
            if s.sum() > 0
            else 0.0,  # 3.10.5 strength
        ]
    )
