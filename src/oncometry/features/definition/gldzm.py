"""The gray level distance zone matrix: IBSI reference manual (arXiv 1612.07003), section 3.9."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.definition.count_matrix import count_features
from oncometry.features.definition.glszm import zones
from oncometry.features.definition.slices import LevelBox, mean_over_slices
from oncometry.features.region import Box, Levels
from oncometry.features.slicing import Slicing

__all__ = ["border_distances", "gldzm"]


def border_distances(morphological: Box, slicing: Slicing) -> NDArray[np.int64]:
    """Layer of each voxel of the mask: 1 at its border, 2 at the border of what is left without layer 1, ..."""
    left = np.pad(morphological > 0, 1)
    distances = np.zeros(left.shape, np.int64)
    layer = 0
    while left.any():
        layer += 1
        inner = left.copy()
        for axis in (1, 2) if slicing.in_plane else (0, 1, 2):
            inner &= np.roll(left, 1, axis) & np.roll(left, -1, axis)
        distances[left & ~inner] = layer
        left = inner
    return distances[1:-1, 1:-1, 1:-1]


def gldzm(levels: Levels, morphological: Box, slicing: Slicing) -> FloatArray:
    """Features in the order of `features.gldzm.TABLE`; (16,)."""
    distances = border_distances(morphological, slicing)

    def features(box: LevelBox) -> FloatArray:
        pairs = [
            (int(box[zone[0]]), min(int(distances[voxel]) for voxel in zone)) for zone in zones(box, slicing)
        ]
        return count_features(pairs, int((box > 0).sum()))[:16]

    return mean_over_slices(levels, slicing, features)
