"""Logits of regions back on an image's grid: one region at a time, only where the network looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from oncometry.core import Geometry, Image
from oncometry.core.geometry import Index
from oncometry.preprocessing.resample import resample
from oncometry.segmentation.backend import Channels
from oncometry.segmentation.working_grid import sampled, whole_steps

__all__ = ["Restored", "restore_regions"]

FAINT = 1024
"""Probabilities are kept to one part of so many: files of them stay small, and far from a tumor they are 0."""

NOTHING = -40.0
"""Logit where the network did not look."""


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
    logits: Channels,
    grid: Geometry,
    target: Geometry,
    thresholds: Sequence[float],
    labels: Sequence[int],
) -> Restored:
    """Logits, interpolated linearly, to probabilities and a label map; an inner region wins over an outer one.

    Args:
        logits: (regions, i, j, k) on `grid`, calibrated, from the outermost region to the innermost.
        target: the image's grid; may be oblique to the other.
        thresholds: of the probability, for each region.
        labels: what a voxel gets that is in a region and in no inner one.
    """
    start, shape = _covered(grid, target)
    box = tuple(slice(s, s + n) for s, n in zip(start, shape, strict=True))
    found = np.zeros(target.shape, np.uint8, order="F")
    probabilities = []
    for scores, threshold, label in zip(logits, thresholds, labels, strict=True):
        here = _moved(scores, grid, target.crop(start, shape))
        found[box][here > logit(threshold)] = label
        whole = np.zeros(target.shape, np.float32, order="F")
        whole[box] = np.round(expit(here, out=here) * FAINT) / FAINT
        probabilities.append(whole)
    return Restored(found, tuple(probabilities))


def _covered(grid: Geometry, target: Geometry) -> tuple[Index, Index]:
    """First voxel and size of the part of the target whose voxel centers the grid covers."""
    index = target.to_index(grid.corners())
    low = np.clip(np.ceil(index.min(axis=0) - 1e-3), 0, target.shape).astype(int)
    high = np.clip(np.floor(index.max(axis=0) + 1e-3) + 1, low, target.shape).astype(int)
    i, j, k = (int(n) for n in high - low)
    return (int(low[0]), int(low[1]), int(low[2])), (i, j, k)


def _moved(scores: NDArray[np.float32], grid: Geometry, part: Geometry) -> NDArray[np.float32]:
    """(i, j, k) scores on the part; certainly none outside the grid."""
    if min(part.shape) == 0:
        return np.zeros(part.shape, np.float32)
    image = Image(scores, grid)
    if whole_steps(grid, part) is not None and _holds(grid, part):
        return np.array(sampled(image, part))
    return np.array(resample(image, part, outside=NOTHING).array)


def _holds(grid: Geometry, part: Geometry) -> bool:
    index = grid.to_index(part.to_world(np.array([(0, 0, 0), part.shape]) - [[0], [1]]))
    return bool((index > -0.5).all() and (index < np.array(grid.shape) - 0.5).all())
