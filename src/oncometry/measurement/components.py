"""Connected parts of a mask, and the joining of parts that lie close."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry import _native
from oncometry.core import Geometry
from oncometry.core.segmentation import Mask

__all__ = ["joined_components"]


def joined_components(mask: Mask, geometry: Geometry, join_mm: float) -> tuple[NDArray[np.int32], int]:
    """Number the 26-connected components, after joining those less than `join_mm` apart.

    The gap between two parts is the free space between their nearest voxel boxes: two voxels
    (di, dj, dk) steps apart leave sqrt(sum(((|d| - 1) * spacing)**2)) over the axes with |d| > 1.
    Touching voxels, corners included, have no gap. One empty 1 mm voxel between two parts is a gap of
    1 mm, and one empty 5 mm slice a gap of 5 mm.

    Args:
        mask: (ni, nj, nk) bool.
        geometry: gives the spacing.
        join_mm: parts nearer than this are one; 0 joins only what touches.

    Returns:
        (ni, nj, nk) labels from 1 in order of first voxel, zero outside, and their number.
    """
    labels, count = _native.components(np.ascontiguousarray(mask.T).view(np.uint8))
    if count > 1 and join_mm > 0:
        labels, count = _native.join(labels, count, geometry.spacing_mm, join_mm)
    return labels.T, count
