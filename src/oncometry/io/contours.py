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
from oncometry.core.polygons import area, even_odd
from oncometry.core.segmentation import Contour, Mask
from oncometry.io.islands import islands, level_shares

__all__ = ["ContourPlane", "DrawnPlane", "contour_planes", "drawn_planes", "fill", "stack_volume_mm3"]

SAME_PLANE_MM = 0.05
PLANAR_MM = 0.1
LEVEL_EPSILON = 1e-6


@dataclass(frozen=True, eq=False)
class DrawnPlane:
    """The contours on one plane: its slice index, fractional, and of each contour (n, 2) voxel indices i, j."""

    level: float
    contours: tuple[Contour, ...]
    polygons: tuple[FloatArray, ...]


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
    """Group contours by island and plane.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where a contour is not parallel to the slices.
    """
    drawn = drawn_planes(contours, geometry)
    levels = np.array([plane.level for plane in drawn for _ in plane.polygons])
    polygons = [polygon for plane in drawn for polygon in plane.polygons]
    found: list[ContourPlane] = []
    for number, members in enumerate(islands(polygons)):
        heights = np.unique(levels[members])
        for level, (low, high) in zip(heights.tolist(), level_shares(heights).tolist(), strict=True):
            here = tuple(polygons[m] for m in members if levels[m] == level)
            found.append(ContourPlane(level, here, number, low, high))
    return found


def drawn_planes(contours: Sequence[Contour], geometry: Geometry) -> list[DrawnPlane]:
    """Group contours by plane, lowest first.

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
        placed.append((float(index[:, 2].mean()), contour, index[:, :2]))
    placed.sort(key=lambda one: one[0])
    planes: list[DrawnPlane] = []
    for level, contour, polygon in placed:
        if not planes or (level - planes[-1].level) * step > SAME_PLANE_MM:
            planes.append(DrawnPlane(level, (contour,), (polygon,)))
        else:
            last = planes.pop()
            planes.append(DrawnPlane(last.level, (*last.contours, contour), (*last.polygons, polygon)))
    return planes


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


def stack_volume_mm3(planes: Sequence[ContourPlane], geometry: Geometry) -> float:
    """Sum over planes of even-odd area times the height it stands for."""
    volumes = [area(even_odd(p.polygons)) * (p.high - p.low) for p in planes]
    return float(sum(volumes)) * geometry.voxel_volume_mm3
