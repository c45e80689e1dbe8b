"""A region as drawn: its polygons, plane by plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oncometry import _native
from oncometry.core import Geometry, Segment
from oncometry.core.geometry import FloatArray, Point
from oncometry.core.segmentation import Contour
from oncometry.io.islands import level_shares
from oncometry.measurement.plane import TOLERANCE, slice_distance_mm
from oncometry.measurement.section import Section, section_of
from oncometry.measurement.slices import slice_table

__all__ = ["Drawn", "measure_drawn"]

PLANE_MM = 0.05
"""Contours nearer than this, along the normal, lie on one plane."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The volume of the stack, its centroid, the section with the longest line, all polygons by plane."""

    volume_mm3: float
    centroid_lps_mm: Point
    section: Section
    polygons_lps_mm: tuple[Contour, ...]


@dataclass(frozen=True, eq=False)
class _Plane:
    """Polygons of one plane: in mm of the plane's frame, and as they came."""

    height_mm: float
    polygons: tuple[FloatArray, ...]
    contours: tuple[Contour, ...]
    slice: int


def measure_drawn(segment: Segment, geometry: Geometry, *, within: bool) -> Drawn:
    """Measure a segment's polygons.

    The volume is the sum over planes of even-odd area (holes, keyholes and XOR come out right) times the
    plane's share of the height (`level_shares`).

    Args:
        segment: with contours.
        geometry: the grid; its slice distance is that of planes which show no other.
        within: lines stay within the polygons.
    """
    planes = _planes(segment.contours, geometry)
    heights = np.array([p.height_mm for p in planes])
    shares = _shares(heights, slice_distance_mm(geometry))
    moments = [_even_odd(p.polygons) for p in planes]
    areas = np.array([m[0] for m in moments])
    volumes = areas * shares
    frame = _frame(geometry)
    centers = np.array([[m[1], m[2], h] for m, h in zip(moments, heights, strict=True)])
    center = (volumes @ centers) / volumes.sum() @ frame + np.asarray(geometry.origin_lps_mm)
    x, y, z = center.tolist()
    polygons = tuple(c for p in planes for c in p.contours)
    section = _longest_section(planes, geometry, within)
    return Drawn(float(volumes.sum()), (x, y, z), section, polygons)


def _frame(geometry: Geometry) -> FloatArray:
    """Rows: unit vectors along i, across i in the slice plane, and along the normal (toward +k)."""
    i, j, k = geometry.affine[:3, :3].T
    along = i / np.linalg.norm(i)
    across = j - (j @ along) * along
    across /= np.linalg.norm(across)
    normal = np.cross(along, across)
    return np.array([along, across, normal * np.sign(normal @ k)])


def _planes(contours: Sequence[Contour], geometry: Geometry) -> list[_Plane]:
    frame, origin = _frame(geometry), np.asarray(geometry.origin_lps_mm)
    placed = [((c - origin) @ frame.T, c) for c in contours if len(c) >= 3]
    placed.sort(key=lambda p: float(p[0][:, 2].mean()))
    planes: list[_Plane] = []
    for flat, contour in placed:
        height = float(flat[:, 2].mean())
        polygon = np.ascontiguousarray(flat[:, :2])
        if planes and height - planes[-1].height_mm <= PLANE_MM:
            last = planes[-1]
            both = ((*last.polygons, polygon), (*last.contours, contour))
            planes[-1] = _Plane(last.height_mm, *both, last.slice)
        else:
            k = round(height / slice_distance_mm(geometry))
            planes.append(_Plane(height, (polygon,), (contour,), k))
    return planes


def _shares(heights: FloatArray, slice_mm: float) -> FloatArray:
    return np.asarray(np.diff(level_shares(heights / slice_mm), axis=1)[:, 0] * slice_mm)


def _even_odd(polygons: Sequence[FloatArray]) -> tuple[float, float, float]:
    """Area and centroid of the even-odd inside: strips between neighboring vertex heights."""
    starts = np.concatenate(polygons)
    ends = np.concatenate([np.roll(p, -1, axis=0) for p in polygons])
    levels = np.unique(starts[:, 1])
    area = x = y = 0.0
    for low, high in pairwise(levels.tolist()):
        middle = (low + high) / 2
        hit = (starts[:, 1] <= middle) != (ends[:, 1] <= middle)
        a, b = starts[hit], ends[hit]
        at = np.sort(a[:, 0] + (b[:, 0] - a[:, 0]) * (middle - a[:, 1]) / (b[:, 1] - a[:, 1]))
        widths = at[1::2] - at[::2]
        strip = float(widths.sum()) * (high - low)
        area += strip
        x += float((widths * (at[1::2] + at[::2])).sum()) / 2 * (high - low)
        y += strip * middle
    if area == 0.0:
        center = starts.mean(axis=0)
        return 0.0, float(center[0]), float(center[1])
    return area, x / area, y / area


def _longest_section(planes: Sequence[_Plane], geometry: Geometry, within: bool) -> Section:
    tolerance = TOLERANCE * min(geometry.spacing_mm[:2])
    best: Section | None = None
    frame, origin = _frame(geometry), np.asarray(geometry.origin_lps_mm)
    identity = (1.0, 0.0, 0.0, 1.0)
    for plane in planes:
        starts = np.cumsum([0, *(len(p) for p in plane.polygons)]).tolist()
        arrays = _native.polygon_diameters(np.concatenate(plane.polygons), starts, within, tolerance)
        table = slice_table(arrays, identity)
        if best is None or table.longest_mm[0] > best.longest.length_mm:

            def to_world(flat: FloatArray, height: float = plane.height_mm) -> FloatArray:
                return np.asarray(np.array([*flat, height]) @ frame + origin)

            best = section_of(table, 0, to_world, plane.slice, plane.contours)
    if best is None:
        raise ValueError("a drawn region has no polygon of three points or more.")
    return best
