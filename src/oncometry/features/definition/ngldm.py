"""The neighboring gray level dependence matrix: IBSI reference manual (arXiv 1612.07003), section 3.11."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.features.definition.count_matrix import count_features
from oncometry.features.definition.slices import LevelBox, mean_over_slices, neighbors
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing

__all__ = ["ngldm"]


def ngldm(levels: Levels, slicing: Slicing, alpha: int = 0, distance: int = 1) -> FloatArray:
    """Features in the order of `features.ngldm.TABLE`; (17,). A voxel depends on itself, so none has 0."""

    def features(box: LevelBox) -> FloatArray:
        pairs = []
        for k, j, i in np.argwhere(box):
            around = neighbors((k, j, i), box, slicing, distance)
            alike = sum(abs(int(box[k, j, i] - box[neighbor])) <= alpha for neighbor in around)
            pairs.append((int(box[k, j, i]), 1 + alike))
        return count_features(pairs, len(pairs))

    return mean_over_slices(levels, slicing, features)
