"""The longest line of a region in space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry import _native
from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Point
from oncometry.measurement.plane import slice_normal

__all__ = ["furthest_points"]

Outline = Sequence[FloatArray]
"""Polygons (n, 3) LPS mm of one slice."""

BLUNT = 0.85
"""First to second area of an end that does not taper."""


def furthest_points(outlines: Sequence[Outline], geometry: Geometry) -> tuple[Point, Point, float]:
    """The two points furthest apart, and their distance in mm.

    All points of all outlines count, and the two ends beyond the first and the last of them (`_end`).

    Args:
        outlines: of each slice, in order along k.
        geometry: gives the slice distance.
    """
    step = slice_normal(geometry)
    ends = [_end(outlines, -step), _end(outlines[::-1], step)]
    points = np.ascontiguousarray(np.concatenate([*(p for outline in outlines for p in outline), *ends]))
    a, b = _native.furthest_pair(points, 8 * max(geometry.spacing_mm))
    start, end = points[a].tolist(), points[b].tolist()
    length = float(np.linalg.norm(points[a] - points[b]))
    return (start[0], start[1], start[2]), (end[0], end[1], end[2]), length


def _end(outlines: Sequence[Outline], step: FloatArray) -> FloatArray:
    """(n, 3) points between the first outline and the next slice, which shows nothing.

    A round end is a cap: with areas A1 and A2 of the first two outlines, s apart, a sphere ends at the depth d
    that solves d^2 + d ((A2 - A1) / (pi s) + s) = A1 / pi. Where that cap would reach the next slice, or three
    slices do not taper as those of a sphere (A1 <= 3/4 A2), the end is flat, half a slice beyond.

    Args:
        outlines: from this end on.
        step: (3,) mm from the first to the next slice outside.
    """
    first = np.concatenate(outlines[0])
    if len(outlines) == 1:
        return np.asarray(first.mean(axis=0)[None] + step / 2)
    between = float(np.linalg.norm(step))
    areas = [_filled(outline, step / between) / np.pi for outline in outlines[:2]]
    slope = (areas[1] - areas[0]) / between + between
    depth = (np.sqrt(slope * slope + 4 * areas[0]) - slope) / 2
    if depth > between or (len(outlines) > 2 and areas[0] > BLUNT * areas[1]):
        return np.asarray(first + step / 2)
    toward = first.mean(axis=0) - np.concatenate(outlines[1]).mean(axis=0)
    return np.asarray(first.mean(axis=0) + toward * depth / between)[None]


def _filled(outline: Outline, normal: FloatArray) -> float:
    """Area with the holes filled: a hole that opens on the next slice is no taper."""
    around = [polygon - polygon[0] for polygon in outline]
    areas = [float(np.cross(p, np.roll(p, -1, axis=0)).sum(axis=0) @ normal) / 2 for p in around]
    outer = np.sign(max(areas, key=abs))
    return sum(abs(area) for area in areas if area * outer > 0)
