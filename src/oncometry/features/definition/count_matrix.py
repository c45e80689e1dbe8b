"""Features of a matrix of how often a gray level and a number occur together.

GLSZM (the number is a zone's size), GLDZM (its distance) and NGLDM (a voxel's dependence) share these formulas:
IBSI reference manual (arXiv 1612.07003), sections 3.8.n, 3.9.n and 3.11.n, n as given at each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["count_features"]


def count_features(pairs: Sequence[tuple[int, int]], voxels: int) -> FloatArray:
    """Features in the order of `features.ngldm.TABLE`, of which the first 16 are those of GLSZM and GLDZM.

    Args:
        pairs: level and number of every zone, or of every voxel.
        voxels: of the region.

    Returns:
        (17,); NaN without pairs.
    """
    if not pairs:
        return np.full(17, np.nan)
    matrix = np.zeros(np.max(pairs, axis=0))
    for level, number in pairs:
        matrix[level - 1, number - 1] += 1
    total = matrix.sum()
    i, j = np.mgrid[1 : matrix.shape[0] + 1, 1 : matrix.shape[1] + 1].astype(float)
    by_level, by_number = matrix.sum(axis=1), matrix.sum(axis=0)
    p = matrix / total
    mean_level, mean_number = (i * p).sum(), (j * p).sum()
    positive = p[p > 0]
    return np.array(
        [
            (p / j**2).sum(),  # n = 1 small zone, small distance, low dependence emphasis
            (p * j**2).sum(),  # 2 large zone, large distance, high dependence emphasis
            (p / i**2).sum(),  # 3 low gray level zone, count emphasis
            (p * i**2).sum(),  # 4 high gray level zone, count emphasis
            (p / (i**2 * j**2)).sum(),  # 5 small ... low gray level emphasis
            (p * i**2 / j**2).sum(),  # 6 small ... high gray level emphasis
            (p * j**2 / i**2).sum(),  # 7 large ... low gray level emphasis
            (p * i**2 * j**2).sum(),  # 8 large ... high gray level emphasis
            (by_level**2).sum() / total,  # 9 gray level non-uniformity
            (by_level**2).sum() / total**2,  # 10 normalized gray level non-uniformity
            (by_number**2).sum() / total,  # 11 zone size, zone distance, dependence count non-uniformity
            (by_number**2).sum() / total**2,  # 12 the same, normalized
            total / voxels,  # 13 zone, dependence count percentage
            ((i - mean_level) ** 2 * p).sum(),  # 14 gray level variance
            ((j - mean_number) ** 2 * p).sum(),  # 15 zone size, zone distance, dependence count variance
            -(positive * np.log2(positive)).sum(),  # 16 zone size, zone distance, dependence count entropy
            (p**2).sum(),  # 17 dependence count energy
        ]
    )
