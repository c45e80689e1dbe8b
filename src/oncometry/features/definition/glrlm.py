"""The gray level run length matrix and its features: IBSI reference manual (arXiv 1612.07003), section 3.7."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.definition.directional import Matrix, averaged
from oncometry.features.direction import Direction, Plan
from oncometry.features.region import Levels

__all__ = ["glrlm", "glrlm_features", "run_lengths"]


def run_lengths(box: NDArray[np.int64], count: int, direction: Direction) -> Matrix:
    """Runs of voxels of one level along a direction, by level and length.

    Args:
        box: (k, j, i), 0 outside the region, which keeps off the box's faces.

    Returns:
        (count, longest side of the box), of level i and length j at index (i - 1, j - 1).
    """
    matrix = np.zeros((count, max(box.shape)))
    for voxel in np.argwhere(box):
        level = box[tuple(voxel)]
        if box[tuple(voxel - direction)] == level:
            continue  # not the first of its run
        length = 1
        while box[tuple(voxel + length * np.array(direction))] == level:
            length += 1
        matrix[level - 1, length - 1] += 1
    return matrix


def glrlm_features(matrix: Matrix) -> FloatArray:
    """Features of one matrix in the order of `features.glrlm.TABLE`."""
    runs = matrix.sum()
    i, j = np.mgrid[1 : matrix.shape[0] + 1, 1 : matrix.shape[1] + 1].astype(float)
    voxels = (j * matrix).sum()  # every voxel is in one run a direction
    by_level, by_length = matrix.sum(axis=1), matrix.sum(axis=0)
    p = matrix / runs
    mean_level, mean_length = (i * p).sum(), (j * p).sum()
    return np.array(
        [
            (p / j**2).sum(),  # 3.7.1 short runs emphasis
            (p * j**2).sum(),  # 3.7.2 long runs emphasis
            (p / i**2).sum(),  # 3.7.3 low gray level run emphasis
            (p * i**2).sum(),  # 3.7.4 high gray level run emphasis
            (p / (i**2 * j**2)).sum(),  # 3.7.5 short run low gray level emphasis
            (p * i**2 / j**2).sum(),  # 3.7.6 short run high gray level emphasis
            (p * j**2 / i**2).sum(),  # 3.7.7 long run low gray level emphasis
            (p * i**2 * j**2).sum(),  # 3.7.8 long run high gray level emphasis
            (by_level**2).sum() / runs,  # 3.7.9 gray level non-uniformity
            (by_level**2).sum() / runs**2,  # 3.7.10 normalized gray level non-uniformity
            (by_length**2).sum() / runs,  # 3.7.11 run length non-uniformity
            (by_length**2).sum() / runs**2,  # 3.7.12 normalized run length non-uniformity
            runs / voxels,  # 3.7.13 run percentage
            ((i - mean_level) ** 2 * p).sum(),  # 3.7.14 gray level variance
            ((j - mean_length) ** 2 * p).sum(),  # 3.7.15 run length variance
            -(p[p > 0] * np.log2(p[p > 0])).sum(),  # 3.7.16 run entropy
        ]
    )


def glrlm(levels: Levels, plan: Plan, weights: Sequence[float]) -> FloatArray:
    """Features of a region, (16,)."""
    return averaged(
        levels,
        plan,
        weights,
        lambda box, direction: run_lengths(box, levels.count, direction),
        glrlm_features,
    )
