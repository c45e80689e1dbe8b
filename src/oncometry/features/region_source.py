"""One region of one image, prepared: what the functions of the families are called with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code
from oncometry.core.geometry import Index
from oncometry.core.segmentation import Mask, Segment
from oncometry.features.region import Levels, Region

__all__ = ["RegionSource", "box_of", "tight_box"]


@dataclass(frozen=True, eq=False)
class RegionSource:
    """A region ready to be described.

    Attributes:
        region: its masks and the image.
        values: (n,), of the intensity mask in raster order; without any where it is empty.
        levels: the gray levels; of count 0 where there are no values.
        reason: why there are no values to describe; None where there are.
    """

    region: Region
    values: NDArray[Any]
    levels: Levels
    reason: Code | None = None


def tight_box(segment: Segment) -> tuple[Index, Mask]:
    """First voxel i, j, k and (bk, bj, bi) bool box without an empty face; of shape 0 for an empty segment."""
    return box_of(segment.start, segment.array.T)


def box_of(start: Index, mask: Mask) -> tuple[Index, Mask]:
    """A (k, j, i) mask cut to its own box, with the index i, j, k of the box's first voxel.

    Args:
        start: i, j, k of the mask's first voxel.
    """
    cut, first = [], []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        ends = mask.take([0, -1], axis=axis).any(axis=others) if mask.shape[axis] else np.zeros(2, bool)
        if ends.all():
            low, high = 0, mask.shape[axis]
        else:
            hits = np.flatnonzero(mask.any(axis=others))
            low, high = (int(hits[0]), int(hits[-1]) + 1) if hits.size else (0, 0)
        cut.append(slice(low, high))
        first.append(low)
    k, j, i = first
    return (start[0] + i, start[1] + j, start[2] + k), mask[tuple(cut)]
