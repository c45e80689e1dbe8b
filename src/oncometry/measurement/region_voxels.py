"""The raw voxels of a region in an image, whose grid may be another.

The image's own voxels are taken, never interpolated ones: a voxel belongs to the region if its
center falls in a voxel of the region.
"""

from __future__ import annotations

import numpy as np

from oncometry.core import Geometry, Image
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.image import Voxels
from oncometry.core.segmentation import Mask

__all__ = ["coverage", "region_in_image", "region_voxels"]

_IDENTITY = np.eye(4)
_SAME_VOXEL = 1e-3


def region_voxels(
    image: Image,
    region_start: Index,
    region_array: Mask,
    region_geometry: Geometry,
    matrix: FloatArray = _IDENTITY,
) -> Voxels:
    """(n,) values of the image inside the region, in the image's type; k outermost.

    Args:
        image: where values come from.
        region_start, region_array: first voxel and (bi, bj, bk) bool box of the region.
        region_geometry: the whole grid that the region is part of.
        matrix: (4, 4), image LPS mm to region LPS mm.
    """
    start, mask = region_in_image(image.geometry, region_start, region_array, region_geometry, matrix)
    box = tuple(slice(s, s + n) for s, n in zip(start, mask.shape, strict=True))
    values: Voxels = image.array[box].T[mask.T]
    return values


def region_in_image(
    geometry: Geometry,
    region_start: Index,
    region_array: Mask,
    region_geometry: Geometry,
    matrix: FloatArray = _IDENTITY,
) -> tuple[Index, Mask]:
    """First voxel and (bi, bj, bk) bool box of the region on the image's grid, by nearest neighbor.

    The box is empty (0, 0, 0) where the region does not reach the image.
    """
    nothing = (0, 0, 0), np.zeros((0, 0, 0), dtype=bool)
    if region_array.size == 0:
        return nothing
    shift = np.eye(4)
    shift[:3, 3] = -np.asarray(region_start, float)
    to_region = shift @ region_geometry.inverse @ matrix @ geometry.affine
    low, high = _box(to_region, region_array.shape, geometry.shape)
    if (high <= low).any():
        return nothing
    axes = [np.arange(first, last) for first, last in zip(low, high, strict=True)]
    mask = _sampled(to_region, axes, region_array)
    return (int(low[0]), int(low[1]), int(low[2])), mask


def coverage(
    geometry: Geometry,
    region_start: Index,
    region_array: Mask,
    region_geometry: Geometry,
    matrix: FloatArray = _IDENTITY,
) -> float:
    """Part of the region's voxels, 0..1, whose centers lie in the image's field; 0 for an empty region."""
    index = np.argwhere(region_array)
    if len(index) == 0:
        return 0.0
    to_image = geometry.inverse @ np.linalg.inv(matrix) @ region_geometry.affine
    low, high = index.min(axis=0) + region_start, index.max(axis=0) + region_start
    ends = np.array(
        [[i, j, k] for i in (low[0], high[0]) for j in (low[1], high[1]) for k in (low[2], high[2])]
    )
    if _within(ends @ to_image[:3, :3].T + to_image[:3, 3], geometry.shape).all():
        return 1.0
    inside = 0
    for part in np.array_split(index, max(1, len(index) // 1_000_000)):
        moved = (part + np.asarray(region_start)) @ to_image[:3, :3].T + to_image[:3, 3]
        inside += int(np.count_nonzero(_within(moved, geometry.shape)))
    return inside / len(index)


def _within(index: FloatArray, shape: Index) -> Mask:
    """(n,) whether (n, 3) fractional indices fall in voxels of the grid."""
    low, high = -0.5 - _SAME_VOXEL, np.array(shape) - 0.5 + _SAME_VOXEL
    return np.asarray(((index >= low) & (index <= high)).all(axis=1))


def _box(
    to_region: FloatArray, region_shape: tuple[int, ...], image_shape: Index
) -> tuple[FloatArray, FloatArray]:
    """Image voxels, first and past the last, whose centers can fall into the region's box."""
    ends = [(-0.5, n - 0.5) for n in region_shape]
    corners = np.array([[i, j, k] for i in ends[0] for j in ends[1] for k in ends[2]])
    back = np.linalg.inv(to_region)
    index = corners @ back[:3, :3].T + back[:3, 3]
    low = np.maximum(np.floor(index.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0)) + 1, image_shape).astype(int)
    return low, high


def _sampled(to_region: FloatArray, axes: list[FloatArray], region: Mask) -> Mask:
    """Nearest-neighbor sample, a slice at a time: memory is that of one slice."""
    mask: Mask = np.zeros([len(a) for a in axes], dtype=bool, order="F")
    limits = np.array(region.shape)
    in_plane = [
        to_region[n, 0] * axes[0][:, None] + to_region[n, 1] * axes[1][None, :] + to_region[n, 3]
        for n in range(3)
    ]
    for number, k in enumerate(axes[2]):
        index = [np.floor(in_plane[n] + to_region[n, 2] * k + 0.5 + _ROUND_UP).astype(int) for n in range(3)]
        inside = np.ones(index[0].shape, dtype=bool)
        for n in range(3):
            inside &= (index[n] >= 0) & (index[n] < limits[n])
        i, j, kk = (index[n][inside] for n in range(3))
        mask[:, :, number][inside] = region[i, j, kk]
    return mask


_ROUND_UP = 1e-6
"""Centers exactly between two voxels go to the upper one, whatever the rounding of the affine."""
