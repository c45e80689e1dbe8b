"""Planar contours onto a grid, exactly: a voxel is inside where its center is, by the even-odd rule.

Even-odd makes holes right however they are stored: as separate contours (CLOSEDPLANAR_XOR, or a
contour within a contour) or as keyholes, whose doubled edge cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core import Code, Geometry, GeometryError
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.segmentation import Contour, Mask
from oncometry.io.islands import islands, level_shares

__all__ = ["ContourPlane", "contour_planes", "even_odd_area", "fill", "stack_volume_mm3"]

SAME_PLANE_MM = 0.05
PLANAR_MM = 0.1
LEVEL_EPSILON = 1e-6


@dataclass(frozen=True, eq=False)
class ContourPlane:
    """The polygons of one island on one plane.

    Attributes:
        level: slice index, fractional, of the plane.
        polygons: (n, 2) fractional voxel indices i, j.
        island: number of the island; planes of one island follow one another in a list, lowest first.
        low, high: slice levels between which the plane stands for its island.
    """

    level: float
    polygons: tuple[FloatArray, ...]
    island: int
    low: float
    high: float


def contour_planes(contours: Sequence[Contour], geometry: Geometry) -> list[ContourPlane]:
    """Group contours by island and plane; exact repeats of a contour count once.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where a contour is not parallel to the slices.
    """
    levels, polygons = _flattened(contours, geometry)
    found: list[ContourPlane] = []
    for number, members in enumerate(islands(polygons)):
        heights = np.unique(levels[members])
        for level, (low, high) in zip(heights.tolist(), level_shares(heights).tolist(), strict=True):
            here = tuple(polygons[m] for m in members if levels[m] == level)
            found.append(ContourPlane(level, here, number, low, high))
    return found


def _flattened(contours: Sequence[Contour], geometry: Geometry) -> tuple[FloatArray, list[FloatArray]]:
    """(n,) slice levels, equal on one plane, and polygons of (m, 2) indices; lowest first."""
    step = slice_distance_mm(geometry)
    placed = []
    for contour in contours:
        index = geometry.to_index(contour)
        if np.ptp(index[:, 2]) * step > PLANAR_MM:
            raise GeometryError(
                Code.GEOMETRY_MISMATCH,
                f"a contour crosses {np.ptp(index[:, 2]) * step:.2f} mm of the slices of {geometry.describe()}: "
                "it was drawn in another orientation.",
                advice="Give the image it was drawn on.",
            )
        placed.append((float(index[:, 2].mean()), index[:, :2]))
    placed.sort(key=lambda pair: pair[0])
    levels: list[float] = []
    polygons: list[FloatArray] = []
    first = 0
    for level, polygon in placed:
        if not levels or (level - levels[-1]) * step > SAME_PLANE_MM:
            first = len(levels)
        if not any(p.shape == polygon.shape and np.allclose(p, polygon, atol=1e-6) for p in polygons[first:]):
            levels.append(levels[first] if first < len(levels) else level)
            polygons.append(polygon)
    return np.array(levels), polygons


def slice_distance_mm(geometry: Geometry) -> float:
    """Distance between slices along their normal."""
    i, j, k = geometry.affine[:3, :3].T
    normal = np.cross(i, j)
    return float(abs(normal @ k) / np.linalg.norm(normal))


def fill(planes: Sequence[ContourPlane], start: Index, shape: Index) -> Mask:
    """(ni, nj, nk) of the box at `start`: each slice takes, of every island, the plane that stands for it."""
    mask = np.zeros(shape, dtype=bool, order="F")
    for plane in planes:
        first = max(0, int(np.ceil(plane.low - LEVEL_EPSILON)) - start[2])
        last = min(shape[2], int(np.ceil(plane.high - LEVEL_EPSILON)) - start[2])
        if first < last:
            mask[:, :, first:last] |= fill_plane(plane.polygons, start, shape)[:, :, None]
    return mask


def fill_plane(polygons: Sequence[FloatArray], start: Index, shape: Index) -> Mask:
    """(ni, nj) by parity of crossings: each edge toggles all pixels to its right on the rows it spans."""
    a = np.concatenate(polygons) - np.asarray(start[:2])
    b = np.concatenate([np.roll(p, -1, axis=0) for p in polygons]) - np.asarray(start[:2])
    down = a[:, 1] > b[:, 1]
    a[down], b[down] = b[down], a[down]
    first = np.clip(np.ceil(a[:, 1]), 0, shape[1]).astype(int)
    last = np.clip(np.ceil(b[:, 1]), 0, shape[1]).astype(int)
    count = last - first
    edge = np.repeat(np.arange(len(a)), count)
    row = first[edge] + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    x0, y0, x1, y1 = a[edge, 0], a[edge, 1], b[edge, 0], b[edge, 1]
    at = x0 + (row - y0) / (y1 - y0) * (x1 - x0)
    toggles = np.zeros((shape[0] + 1, shape[1]), dtype=np.int32)
    np.add.at(toggles, (np.clip(np.ceil(at), 0, shape[0]).astype(int), row), 1)
    return np.asarray(np.cumsum(toggles[:-1], axis=0) % 2 == 1)


def even_odd_area(polygons: Sequence[FloatArray]) -> float:
    """Area of the even-odd inside of polygons (n, 2), in their own unit squared.

    Strips between neighboring vertex heights; exact where no two edges cross between vertices.
    """
    a = np.concatenate(polygons)
    b = np.concatenate([np.roll(p, -1, axis=0) for p in polygons])
    levels = np.unique(a[:, 1])
    if levels.size < 2:
        return 0.0
    middle = (levels[1:] + levels[:-1])[:, None] / 2
    hit = (a[:, 1] <= middle) != (b[:, 1] <= middle)
    rise = np.where(b[:, 1] == a[:, 1], 1.0, b[:, 1] - a[:, 1])
    at = np.where(hit, a[:, 0] + (middle - a[:, 1]) / rise * (b[:, 0] - a[:, 0]), np.inf)
    at.sort(axis=1)
    even = at.shape[1] // 2 * 2
    low, high = at[:, 0:even:2], at[:, 1:even:2]
    widths = np.where(np.isfinite(high), high, 0.0) - np.where(np.isfinite(low), low, 0.0)
    return float((widths.sum(axis=1) * np.diff(levels)).sum())


def stack_volume_mm3(planes: Sequence[ContourPlane], geometry: Geometry) -> float:
    """Sum over planes of even-odd area times the height it stands for."""
    volumes = [even_odd_area(p.polygons) * (p.high - p.low) for p in planes]
    return float(sum(volumes)) * geometry.voxel_volume_mm3
