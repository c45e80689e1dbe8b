"""How far two surfaces are apart, in either of two conventions.

`surfels`: elements are the places between eight voxels of which some are inside; each weighs the area that marching
cubes draws there (S. Nikolov et al., J Med Internet Res 2021, doi:10.2196/26151; DeepMind's `surface-distance`).
`voxels`: elements are the voxels of a region with a face-neighbor outside, each of weight 1 (MONAI's metrics).
What is outside the grid is outside the regions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.core.processors import cores
from oncometry.core.segmentation import Mask
from oncometry.evaluation.settings import SurfaceConvention

__all__ = ["SurfaceDistances", "surface_distances"]

SLACK_MM = 1e-6
"""A distance that reaches the tolerance but for rounding is within it."""


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """Distances (n,) mm of the elements of one surface to the other, and what each weighs.

    `inf` where the other surface is empty.
    """

    convention: SurfaceConvention
    predicted_mm: FloatArray
    predicted_weights: FloatArray
    truth_mm: FloatArray
    truth_weights: FloatArray

    def percentile_mm(self, percent: float = 95.0) -> float:
        """The larger of both directed percentiles; 100 is the Hausdorff distance.

        Of voxels interpolated linearly; of surfels the first distance up to which that part of the area lies.
        Both surfaces must have elements.
        """
        if self.convention == "voxels":
            return float(max(np.percentile(d, percent) for d in (self.predicted_mm, self.truth_mm)))
        return max(
            _weighted(self.predicted_mm, self.predicted_weights, percent),
            _weighted(self.truth_mm, self.truth_weights, percent),
        )

    def dice(self, tolerance_mm: float) -> float:
        """Normalized surface distance: the part of both surfaces that lies within the tolerance of the other."""
        within = sum(
            float(weights[distances <= tolerance_mm + SLACK_MM].sum())
            for distances, weights in (
                (self.predicted_mm, self.predicted_weights),
                (self.truth_mm, self.truth_weights),
            )
        )
        return within / float(self.predicted_weights.sum() + self.truth_weights.sum())

    def mean_mm(self) -> float:
        """The average over the elements of both."""
        total = float(self.predicted_mm @ self.predicted_weights + self.truth_mm @ self.truth_weights)
        return total / float(self.predicted_weights.sum() + self.truth_weights.sum())


def surface_distances(
    predicted: Mask,
    truth: Mask,
    spacing_mm: Sequence[float],
    convention: SurfaceConvention = "surfels",
) -> SurfaceDistances:
    """Distances between the surfaces of two regions of one grid.

    Args:
        predicted, truth: (ni, nj, nk) bool; a box that holds both will do.
        spacing_mm: along i, j, k.
        convention: what a surface is made of.
    """
    arrays = _native.surface_distances(
        np.ascontiguousarray(predicted.T).view(np.uint8),
        np.ascontiguousarray(truth.T).view(np.uint8),
        [float(s) for s in spacing_mm],
        convention == "surfels",
        cores(),
    )
    return SurfaceDistances(convention, *arrays)


def _weighted(distances: FloatArray, weights: FloatArray, percent: float) -> float:
    order = np.lexsort((weights, distances))
    reached = np.cumsum(weights[order]) / np.sum(weights[order])
    at = min(int(np.searchsorted(reached, percent / 100.0)), len(order) - 1)
    return float(distances[order[at]])
