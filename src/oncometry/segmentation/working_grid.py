"""The grid a network works on: its spacing, the image's axes in LPS order, the brain and a margin; images onto it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from oncometry.core import Geometry, Image
from oncometry.core.geometry import Index, Point
from oncometry.core.image import Voxels
from oncometry.preprocessing.resample import resample

__all__ = ["sampled", "whole_steps", "widened", "working_grid"]

EQUAL = 1e-3
"""Spacings that differ by less than this part are taken as equal: values are then taken as they are."""
REACH = 2
"""Voxels around what is sampled that interpolation may need."""


def working_grid(
    geometry: Geometry, box: tuple[slice, slice, slice], spacing_mm: Point, margin_mm: float
) -> Geometry:
    """The grid with that spacing over a box of an image's grid and a margin; not yet of a size that a network takes.

    Where a spacing is the image's own, voxel centers are too.

    Args:
        geometry: of the image, axes in LPS order.
        box: voxels of it.
    """
    own = np.array(geometry.spacing_mm)
    wanted = np.where(np.abs(own / spacing_mm - 1) < EQUAL, own, spacing_mm)
    low = np.array([s.start for s in box], float) - 0.5
    size = np.array([s.stop - s.start for s in box]) * own
    more = np.ceil(margin_mm / wanted)
    shape = np.ceil(size / wanted - EQUAL) + 2 * more
    spare = (shape - 2 * more) * wanted - size
    first = low + (wanted / 2 - more * wanted - np.where(wanted == own, 0.0, spare / 2)) / own
    return Geometry.from_parts(
        (int(shape[0]), int(shape[1]), int(shape[2])),
        wanted,
        geometry.to_world(first),
        geometry.direction,
        geometry.frame_of_reference_uid,
    )


def widened(grid: Geometry, shape: Index) -> Geometry:
    """The grid with voxels more on both sides, to that shape."""
    a, b, c = ((n - m) // 2 for n, m in zip(shape, grid.shape, strict=True))
    return grid.crop((-a, -b, -c), shape)


def sampled(image: Image, grid: Geometry) -> Voxels:
    """(i, j, k) float32 values of the image on the grid, 0 outside; smoothed first where the image is finer.

    Values are copied where the grids share their voxel centers, else interpolated linearly.
    """
    steps = whole_steps(image.geometry, grid)
    if steps is not None:
        return _copied(image.array, steps, grid.shape)
    near = _around(image, grid)
    if near is None:
        return np.zeros(grid.shape, np.float32, order="F")
    return resample(_smoothed(near, grid), grid, outside=0.0).array


def whole_steps(geometry: Geometry, grid: Geometry) -> Index | None:
    """Voxel of `geometry` at which the grid begins, where both have the same axes and voxel centers; else None."""
    ends = np.array([[0, 0, 0], np.array(grid.shape) - 1], float)
    index = geometry.to_index(grid.to_world(ends))
    start = np.round(index[0])
    if (
        np.abs(index - (start + ends)).max() > 0.02
        or np.abs(geometry.direction - grid.direction).max() > EQUAL
    ):
        return None
    return int(start[0]), int(start[1]), int(start[2])


def _copied(array: Voxels, start: Index, shape: Index) -> Voxels:
    copy = np.zeros(shape, np.float32, order="F")
    here, there = [], []
    for first, wanted, size in zip(start, shape, array.shape, strict=True):
        low, high = max(first, 0), min(first + wanted, size)
        there.append(slice(low, max(high, low)))
        here.append(slice(low - first, max(high, low) - first))
    copy[tuple(here)] = array[tuple(there)]
    return copy


def _around(image: Image, grid: Geometry) -> Image | None:
    """The part of the image that the grid covers; None if there is none."""
    index = image.geometry.to_index(grid.corners())
    low = np.maximum(np.floor(index.min(axis=0)) - REACH, 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0)) + 1 + REACH, image.geometry.shape).astype(int)
    if (high <= low).any():
        return None
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    i, j, k = (int(n) for n in high - low)
    start = (int(low[0]), int(low[1]), int(low[2]))
    return image.with_array(image.array[box], image.geometry.crop(start, (i, j, k)))


def _smoothed(image: Image, grid: Geometry) -> Image:
    """Without what the coarser grid cannot show: a Gaussian that makes up the difference of the two voxel sizes."""
    ratio = np.array(grid.spacing_mm) / image.geometry.spacing_mm
    sigmas = np.sqrt(np.maximum(ratio**2 - 1, 0)) / np.sqrt(8 * np.log(2))
    array = image.array.astype(np.float32)
    for axis, sigma in enumerate(sigmas):
        if sigma > 0.1:
            array = ndimage.gaussian_filter1d(array, float(sigma), axis=axis, mode="nearest", truncate=3.0)
    return image.with_array(array)
