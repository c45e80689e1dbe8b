"""Neighbors of each voxel: how many are alike and how far their mean is, counted in one pass."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing

__all__ = ["NeighborhoodFeatures", "neighborhood_features"]

NeighborhoodFeatures = tuple[FloatArray, FloatArray]
"""(17,) features of dependences, in the order of NGLDM's table; (5,) of tone differences, in that of NGTDM's."""


def neighborhood_features(
    levels: Levels, distances: tuple[int, ...], alpha: float, slicing: Slicing, threads: int = 1
) -> NeighborhoodFeatures:
    """NGLDM and NGTDM of a region.

    Args:
        levels: of the region.
        distances: Chebyshev lengths of the steps to a voxel's neighbors: (1,) are the 26 that touch it.
        alpha: a neighbor whose level differs by no more is dependent; does not concern NGTDM.
        slicing: of the aggregation.
        threads: does not change a bit of the result.

    Returns:
        Features of dependences and of tone differences; NaN if the region is empty, and tone differences also
        if no voxel has a neighbor.
    """
    border = max(distances)
    steps = [
        (k, j, i)
        for k, j, i in product(range(-border, border + 1), repeat=3)
        if max(abs(k), abs(j), abs(i)) in distances and not (slicing.in_plane and k != 0)
    ]
    array: Any = np.pad(levels.array, border - 1)
    dependences, differences = _native.neighborhoods(
        array, levels.count, border, steps, int(min(alpha, levels.count)), slicing.by_slice, threads
    )
    return np.array(dependences), np.array(differences)
