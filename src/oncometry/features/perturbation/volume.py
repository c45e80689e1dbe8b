"""A region grown or shrunk to a volume, at its surface.

Source: volume adaptation of Zwanenburg et al., doi:10.1038/s41598-018-36938-4. There layers of voxels are added or taken
and the last one in part, at random; here the order is the distance from the surface in millimeters, so that thick
slices do not grow further than thin ones, and chance decides among voxels equally far.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core.geometry import FloatArray, Index, Point
from oncometry.core.segmentation import Mask

__all__ = ["room_to_grow", "with_volume"]

_DIGITS = 6
"""Distances that differ in no digit of these are equal, in millimeters."""


def with_volume(
    start: Index,
    mask: Mask,
    limits: Index,
    spacing_mm: Point,
    fraction: float,
    rng: np.random.Generator,
    *,
    in_plane: bool,
) -> tuple[Index, Mask]:
    """The region with (1 + fraction) times its voxels, or as many as the image has room for.

    Args:
        start, mask: first voxel i, j, k in the image and (bk, bj, bi) box.
        limits: the image's shape i, j, k.
        spacing_mm: along i, j, k.
        fraction: above -1.
        in_plane: no voxel of a slice without the region is taken.

    Returns:
        First voxel and box; empty where nothing is left.
    """
    wanted = round(np.count_nonzero(mask) * (1 + fraction))
    if fraction == 0:
        return start, mask
    room = room_to_grow(mask, spacing_mm, fraction, in_plane=in_plane)
    low = np.maximum(np.subtract(start, room), 0)
    high = np.minimum(np.add(start, mask.shape[::-1]) + room, limits)
    padded = np.zeros(tuple((high - low)[::-1]), dtype=bool)
    padded[_slices(np.subtract(start, low), mask.shape)] = mask
    where = np.flatnonzero(~padded if fraction > 0 else padded)
    depth = _distance_mm(padded, spacing_mm, in_plane=in_plane, outside=fraction > 0).ravel()[where]
    reachable = where[np.isfinite(depth)]
    order = np.lexsort((rng.random(reachable.size), depth[np.isfinite(depth)].round(_DIGITS)))
    changed = reachable[order[: abs(wanted - np.count_nonzero(padded))]]
    padded.reshape(-1)[changed] = fraction > 0
    i, j, k = low.tolist()
    return (i, j, k), padded


def room_to_grow(mask: Mask, spacing_mm: Point, fraction: float, *, in_plane: bool) -> NDArray[np.int64]:
    """Voxels along i, j, k that growth can need: of all regions of a volume a ball grows furthest (Brunn-Minkowski)."""
    axes = 2 if in_plane else 3
    extent = np.count_nonzero(mask) if not in_plane else int(np.count_nonzero(mask, axis=(1, 2)).max())
    radius_mm = (extent * math.prod(spacing_mm[:axes])) ** (1 / axes)  # of a cube: never less than of a ball
    reach_mm = radius_mm * ((1 + max(fraction, 0)) ** (1 / axes) - 1)
    room = np.ceil(reach_mm / np.array(spacing_mm)).astype(int) + 1
    room[axes:] = 0
    return np.asarray(room)


def _distance_mm(mask: Mask, spacing_mm: Point, *, in_plane: bool, outside: bool) -> FloatArray:
    """Of each voxel outside (inside) to the nearest one inside (outside); what lies beyond the box is outside."""
    if in_plane:
        flat = (spacing_mm[0], spacing_mm[1])
        return np.stack([_plane_distance(plane, flat[::-1], outside=outside) for plane in mask])
    return _plane_distance(mask, spacing_mm[::-1], outside=outside)


def _plane_distance(mask: Mask, sampling: tuple[float, ...], *, outside: bool) -> FloatArray:
    if outside:
        if not mask.any():
            return np.full(mask.shape, np.inf)
        return np.asarray(ndimage.distance_transform_edt(~mask, sampling=sampling))
    around = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=sampling)
    return np.asarray(around[(slice(1, -1),) * mask.ndim])


def _slices(first: NDArray[np.int64], shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(int(a), int(a) + n) for a, n in zip(first[::-1], shape, strict=True))
