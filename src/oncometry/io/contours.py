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

__all__ = ["ContourPlane", "contour_planes", "even_odd_area", "fill", "plane_shares", "stack_volume_mm3"]

SAME_PLANE_MM = 0.05
PLANAR_MM = 0.1
LEVEL_EPSILON = 1e-6


@dataclass(frozen=True, eq=False)
class ContourPlane:
    """The polygons of one plane.

    Attributes:
        level: slice index, fractional, of the plane.
        polygons: (n, 2) fractional voxel indices i, j.
    """

    level: float
    polygons: tuple[FloatArray, ...]


def contour_planes(contours: Sequence[Contour], geometry: Geometry) -> list[ContourPlane]:
    """Group contours by plane, lowest slice first; exact repeats of a contour count once.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where a contour is not parallel to the slices.
    """
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
    groups: list[tuple[float, list[FloatArray]]] = []
    for level, polygon in placed:
        if not groups or (level - groups[-1][0]) * step > SAME_PLANE_MM:
            groups.append((level, []))
        if not any(p.shape == polygon.shape and np.allclose(p, polygon, atol=1e-6) for p in groups[-1][1]):
            groups[-1][1].append(polygon)
    return [ContourPlane(level, tuple(polygons)) for level, polygons in groups]


def slice_distance_mm(geometry: Geometry) -> float:
    """Distance between slices along their normal."""
    i, j, k = geometry.affine[:3, :3].T
    normal = np.cross(i, j)
    return float(abs(normal @ k) / np.linalg.norm(normal))


def plane_shares(planes: Sequence[ContourPlane]) -> FloatArray:
    """(n, 2) slice levels between which each plane stands for the region.

    Half way to its neighbors; at the ends, and at gaps of more than 1.5 plane distances, half a
    plane distance beyond. A single plane stands for one slice.
    """
    levels = np.array([p.level for p in planes])
    gaps = np.diff(levels)
    step = float(np.median(gaps)) if gaps.size else 1.0
    sides = np.where(gaps > 1.5 * step, step, gaps) / 2
    below, above = np.concatenate([[step / 2], sides]), np.concatenate([sides, [step / 2]])
    return np.column_stack([levels - below, levels + above])


def fill(planes: Sequence[ContourPlane], start: Index, shape: Index) -> Mask:
    """(ni, nj, nk) of the box at `start`: each slice takes the plane that stands for its level."""
    mask = np.zeros(shape, dtype=bool, order="F")
    for plane, (low, high) in zip(planes, plane_shares(planes), strict=True):
        first = max(0, int(np.ceil(low - LEVEL_EPSILON)) - start[2])
        last = min(shape[2], int(np.ceil(high - LEVEL_EPSILON)) - start[2])
        if first < last:
            mask[:, :, first:last] = fill_plane(plane.polygons, start, shape)[:, :, None]
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
    areas = np.array([even_odd_area(p.polygons) for p in planes])
    heights = np.diff(plane_shares(planes), axis=1)[:, 0]
    return float(areas @ heights) * geometry.voxel_volume_mm3
