"""Zones of equal gray level: their sizes and their distances to the border, counted in one pass."""

from __future__ import annotations

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.device import map_kernels
from oncometry.features.region import Box, Levels
from oncometry.features.slicing import Slicing
from oncometry.features.windows import Windows

__all__ = ["ZoneFeatures", "size_map", "zone_features"]

ZoneFeatures = tuple[FloatArray, FloatArray]
"""(16,) features of sizes, in the order of GLSZM's table; (16,) of distances, in the order of GLDZM's."""


def zone_features(
    levels: Levels, morphological: Box | None, slicing: Slicing, threads: int = 1
) -> ZoneFeatures:
    """GLSZM and GLDZM of a region.

    Args:
        levels: zones are voxels of one level that touch: 26 neighbors, or 8 within a slice.
        morphological: (bk, bj, bi), the levels' shape less their border. Distances are steps between face
            neighbors (6, or 4 within a slice) to the nearest voxel outside this mask; what lies outside the
            box is outside. None leaves distances out, and their features are NaN.
        slicing: of the aggregation.
        threads: does not change a bit of the result.

    Returns:
        Features of sizes and of distances; NaN if the region is empty.
    """
    mask = None if morphological is None else np.ascontiguousarray(morphological)
    sizes, distances = _native.zones(levels.array, levels.count, mask, *slicing, threads)
    return np.array(sizes[:16]), np.array(distances[:16])


def size_map(windows: Windows) -> FloatArray:
    """GLSZM of every window, whose border ends a zone: (16, bk, bj, bi)."""
    levels, wanted = windows.levels, windows.centers
    with map_kernels(windows.device) as kernels:
        return kernels.zone_map(levels.array, levels.count, windows.radii, wanted, windows.threads)[:16]
