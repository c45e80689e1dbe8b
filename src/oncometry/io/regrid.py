"""A mask and an image's grid: the same, another in the same space, or elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.core import Code, Geometry, GeometryError, Notice, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.core.segmentation import Mask, bounding_box

__all__ = ["place", "regrid"]

SAME_MM = 1e-3


def place(segmentation: Segmentation, image: Geometry) -> Segmentation:
    """Hold a segmentation against its image's grid: adopt it where equal, else keep the own, announced.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where the mask is elsewhere: another frame of reference, the
            same matrix in another place, or no region within the image.
    """
    grid = segmentation.geometry
    if _frames_differ(grid, image):
        raise _mismatch(grid, image, "they have different frames of reference")
    if grid.matches(image, SAME_MM):
        return replace(segmentation, geometry=image)
    if grid.shape == image.shape and _box_distance_voxels(grid, image) > 0.5:
        raise _mismatch(grid, image, "they have the same size but lie in different places")
    if segmentation.segments and not any(_within(s, grid, image) for s in segmentation if s.voxels):
        raise _mismatch(grid, image, "no region of the mask is within the image")
    what = (
        f"the mask has its own grid ({grid.describe()}; image {image.describe()}): it is measured there, and "
        "put on the image by nearest neighbor."
    )
    notice = Notice(Code.REGRIDDED, what)
    return replace(segmentation, notices=(*segmentation.notices, notice))


def regrid(segmentation: Segmentation, geometry: Geometry) -> Segmentation:
    """The same segments on another grid by nearest neighbor, with a `REGRIDDED` notice.

    Contours and tracking are kept; probabilities are not, since their voxels are no longer theirs.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` for another frame of reference.
    """
    source = segmentation.geometry
    if source.matches(geometry, SAME_MM):
        return replace(segmentation, geometry=geometry)
    if _frames_differ(source, geometry):
        raise _mismatch(source, geometry, "they have different frames of reference")
    segments = tuple(_moved(s, source, geometry) for s in segmentation)
    notice = Notice(Code.REGRIDDED, f"nearest neighbor from {source.describe()} to {geometry.describe()}.")
    return replace(
        segmentation, geometry=geometry, segments=segments, notices=(*segmentation.notices, notice)
    )


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


def _within(segment: Segment, grid: Geometry, image: Geometry) -> bool:
    """Whether any voxel center of a segment is within the image (its box first)."""
    inside = np.argwhere(segment.array) + np.asarray(segment.start)
    index = image.to_index(grid.to_world(inside))
    return bool(((index > -0.5) & (index < np.asarray(image.shape) - 0.5)).all(axis=1).any())


def _moved(segment: Segment, source: Geometry, target: Geometry) -> Segment:
    if not segment.voxels:
        return replace(segment, start=(0, 0, 0), array=np.zeros((0, 0, 0), bool), probability=None)
    ends = [(s - 0.5, s + n - 0.5) for s, n in zip(segment.start, segment.array.shape, strict=True)]
    corners = np.array([[i, j, k] for i in ends[0] for j in ends[1] for k in ends[2]])
    index = target.to_index(source.to_world(corners))
    low = np.clip(np.floor(index.min(axis=0)).astype(int), 0, target.shape)
    high = np.clip(np.ceil(index.max(axis=0)).astype(int) + 1, low, target.shape)
    mask = _sampled(segment, target.inverse @ source.affine, low, high)
    start, box = bounding_box(mask)
    i, j, k = (np.asarray(start) + low).tolist()
    return replace(segment, start=(i, j, k), array=np.asfortranarray(mask[box]), probability=None)


def _sampled(segment: Segment, matrix: FloatArray, low: FloatArray, high: FloatArray) -> Mask:
    """The segment at the target voxels from `low` up to `high`; `matrix` takes source to target index."""
    back = np.linalg.inv(matrix)
    mask = np.zeros([int(h - a) for a, h in zip(low, high, strict=True)], dtype=bool, order="F")
    i, j = np.meshgrid(*(np.arange(a, b) for a, b in list(zip(low, high, strict=True))[:2]), indexing="ij")
    for k in range(int(low[2]), int(high[2])):
        points = np.stack([i, j, np.full_like(i, k)], axis=-1)
        index = np.floor(points @ back[:3, :3].T + back[:3, 3] + 0.5).astype(int) - np.asarray(segment.start)
        inside = ((index >= 0) & (index < segment.array.shape)).all(axis=-1)
        hit = index[inside]
        mask[:, :, k - int(low[2])][inside] = segment.array[hit[:, 0], hit[:, 1], hit[:, 2]]
    return mask
