"""A mask and an image's grid: the same, another in the same space, or elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.core import Code, Geometry, GeometryError, Notice, Segment, Segmentation

__all__ = ["place"]

SAME_MM = 1e-3
LEAST_INSIDE = 0.95
"""Share of a mask's voxels that must lie within the image. All do where it was drawn on it, but for what coarser voxels
and a resampling add around the edge; a mask of another image, or of a larger field of view, leaves it with whole parts
of lesions, whose volumes would be measured where there is no image."""


def place(segmentation: Segmentation, image: Geometry) -> Segmentation:
    """Hold a segmentation against its image's grid: adopt it where equal, else keep the own, announced.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where the mask is elsewhere: another frame of reference, the
            same matrix in another place, or less than 95 % of its voxels within the image.
    """
    grid = segmentation.geometry
    if _frames_differ(grid, image):
        raise _mismatch(grid, image, "they have different frames of reference")
    if grid.matches(image, SAME_MM):
        return replace(segmentation, geometry=image)
    if grid.shape == image.shape and _box_distance_voxels(grid, image) > 0.5:
        raise _mismatch(grid, image, "they have the same size but lie in different places")
    inside = {s.number: _inside(s, grid, image) for s in segmentation if s.voxels}
    voxels = {s.number: s.voxels for s in segmentation if s.voxels}
    share = sum(inside.values()) / sum(voxels.values()) if voxels else 1.0
    if share < LEAST_INSIDE:
        raise _mismatch(grid, image, f"{share:.1%} of the mask's voxels are within the image")
    beyond = [f"{1 - inside[n] / voxels[n]:.1%} of label {n}" for n in voxels if inside[n] < voxels[n]]
    what = (
        f"the mask has its own grid ({grid.describe()}; image {image.describe()}): it is measured there, and "
        f"put on the image by nearest neighbor.{' Outside the image: ' if beyond else ''}{', '.join(beyond)}"
    )
    notice = Notice(Code.REGRIDDED, what)
    return replace(segmentation, notices=(*segmentation.notices, notice))


def _frames_differ(one: Geometry, other: Geometry) -> bool:
    uids = (one.frame_of_reference_uid, other.frame_of_reference_uid)
    return None not in uids and uids[0] != uids[1]


def _mismatch(mask: Geometry, image: Geometry, why: str) -> GeometryError:
    return GeometryError(
        Code.GEOMETRY_MISMATCH,
        f"the mask is not on its image: {why}. Mask: {mask.describe()}. Image: {image.describe()}.",
        advice="Give the image it was drawn on.",
    )


def _box_distance_voxels(one: Geometry, other: Geometry) -> float:
    """How far the boxes of the two grids are apart, in voxels; flips of axes do not count."""
    a, b = one.corners(), other.corners()
    apart = max(np.abs(a.min(axis=0) - b.min(axis=0)).max(), np.abs(a.max(axis=0) - b.max(axis=0)).max())
    return float(apart) / min(other.spacing_mm)


def _inside(segment: Segment, grid: Geometry, image: Geometry) -> int:
    """How many voxel centers of a segment are within the image."""
    inside = np.argwhere(segment.array) + np.asarray(segment.start)
    index = image.to_index(grid.to_world(inside))
    within = ((index > -0.5) & (index < np.asarray(image.shape) - 0.5)).all(axis=1)
    return int(np.count_nonzero(within))
