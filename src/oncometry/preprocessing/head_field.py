"""Where a field of fixed size lies about a head, for what must see heads of all images alike."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray, Point
from oncometry.core.segmentation import Mask

__all__ = ["head_field_center"]

ABOVE_MM = 12.0
"""From the top of the head to the top of the field."""
OUTLYING = 0.002
"""Part of the foreground at either end of an axis that does not tell where the head ends: ghosts, noise."""


def head_field_center(head: Mask, spacing_mm: Point, height_mm: float) -> FloatArray:
    """(3,) voxel coordinates of the middle of a field: over the middle of the head, hung from its top.

    Hung from the top, as images end anywhere below.

    Args:
        head: (ni, nj, nk) the patient, axes left, posterior, superior (LPS); not empty.
        spacing_mm: of its voxels.
        height_mm: of the field.
    """
    ends = np.array([_ends(head, axis) for axis in range(3)])
    middle: FloatArray = ends.mean(axis=1)
    middle[2] = ends[2, 1] + (ABOVE_MM - height_mm / 2) / spacing_mm[2]
    return middle


def _ends(head: Mask, axis: int) -> tuple[int, int]:
    """First and last voxel along an axis, outlying ones left out."""
    counts = np.count_nonzero(head, axis=tuple(a for a in range(3) if a != axis))
    share = np.cumsum(counts) / counts.sum()
    first = int(np.searchsorted(share, OUTLYING, side="right"))
    return first, int(np.searchsorted(share, 1 - OUTLYING))
