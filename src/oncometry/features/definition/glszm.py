"""The gray level size zone matrix: IBSI reference manual (arXiv 1612.07003), section 3.8."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.features.definition.count_matrix import count_features
from oncometry.features.definition.slices import LevelBox, Voxel, mean_over_slices, neighbors
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing

__all__ = ["glszm", "zones"]


def zones(box: LevelBox, slicing: Slicing) -> list[list[Voxel]]:
    """Groups of voxels of one level that touch: 26 neighbors, or 8 within a slice."""
    left = {(int(k), int(j), int(i)) for k, j, i in np.argwhere(box)}
    found = []
    while left:
        zone = [left.pop()]
        for voxel in zone:  # grows while it is walked
            for neighbor in neighbors(voxel, box, slicing):
                if neighbor in left and box[neighbor] == box[voxel]:
                    left.remove(neighbor)
                    zone.append(neighbor)
        found.append(zone)
    return found


def glszm(levels: Levels, slicing: Slicing) -> FloatArray:
    """Features in the order of `features.glszm.TABLE`; (16,)."""

    def features(box: LevelBox) -> FloatArray:
        pairs = [(int(box[zone[0]]), len(zone)) for zone in zones(box, slicing)]
        return count_features(pairs, int((box > 0).sum()))[:16]

    return mean_over_slices(levels, slicing, features)
