"""Scores of a network back on an image's grid: labels, and probabilities of regions, without the scores on that grid.

What the grid of the scores covers is decided about; where it does not reach, nothing was found. Scores are interpolated
linearly between voxel centers, and not at all where both grids share their centers; up to half a voxel beyond the outermost
centers their values go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from oncometry import _native
from oncometry.core import Code, Geometry, GeometryError
from oncometry.core.geometry import FloatArray
from oncometry.core.processors import cores
from oncometry.segmentation.working_grid import whole_steps

__all__ = ["Restored", "Scores", "restore_classes", "restore_regions"]

Scores = NDArray[np.float32] | NDArray[np.float16]
"""(c, i, j, k), one channel for each class or region; any order in memory, fastest where i lies together. Finite."""


@dataclass(frozen=True, eq=False)
class Restored:
    """Result on an image's grid.

    Attributes:
        labels: (ni, nj, nk) uint8.
        probabilities: (ni, nj, nk) float32 for each region, 0 where the network did not look.
    """

    labels: NDArray[np.uint8]
    probabilities: tuple[NDArray[np.float32], ...]


def restore_regions(
    logits: Scores,
    grid: Geometry,
    target: Geometry,
    thresholds: Sequence[float],
    labels: Sequence[int],
) -> Restored:
    """Logits of regions to probabilities and a label map; an inner region wins over an outer one.

    Args:
        logits: (regions, i, j, k) on `grid`, calibrated, from the outermost region to the innermost.
        target: the image's grid; may be oblique to the other.
        thresholds: of the probability, for each region; a voxel is in it where its probability is higher.
        labels: what a voxel gets that is in a region and in no inner one.

    Returns:
        Labels, 0 where no region is, and probabilities to one part of 1024: files of them stay small, and far from a
        tumor they are 0.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`, the logits are not on that grid.
    """
    above = [float(logit(threshold)) for threshold in thresholds]
    found, likely = _native.restore_regions(
        logits, _matrix(logits, grid, target), target.shape, above, list(labels), cores()
    )
    return Restored(found.T, tuple(region.T for region in likely))


def restore_classes(scores: Scores, grid: Geometry, target: Geometry) -> NDArray[np.uint8]:
    """The class of the highest score, the first of equals; (ni, nj, nk), 0 where the network did not look.

    Args:
        scores: (classes, i, j, k) on `grid`, at most 256 classes, class 0 the background.
        target: the image's grid; may be oblique to the other.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`, the scores are not on that grid.
    """
    return _native.restore_classes(scores, _matrix(scores, grid, target), target.shape, cores()).T


def _matrix(scores: Scores, grid: Geometry, target: Geometry) -> FloatArray:
    """(3, 4), voxel index (i, j, k, 1) of the target to that of the grid; whole steps where they share their centers."""
    if scores.shape[1:] != grid.shape:
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"scores of shape {'x'.join(map(str, scores.shape[1:]))} are not on a grid of "
            f"{'x'.join(map(str, grid.shape))} voxels.",
            advice="Give the grid that the network worked on.",
        )
    steps = whole_steps(grid, target)
    if steps is not None:
        return np.column_stack([np.eye(3), steps])
    return np.ascontiguousarray((grid.inverse @ target.affine)[:3])
