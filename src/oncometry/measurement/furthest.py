"""The longest line of a region in space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry import _native
from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Point
from oncometry.measurement.plane import slice_normal

__all__ = ["furthest_points"]


def furthest_points(sections: Sequence[FloatArray], geometry: Geometry) -> tuple[Point, Point, float]:
    """The two points furthest apart, and their distance in mm.

    A region ends between its last slice and the next, half a slice beyond the last on average: the centers
    of the first and the last outline count there, besides all points of all outlines.

    Args:
        sections: outline polygons (n, 3) LPS mm, in order along k.
        geometry: gives the slice distance.
    """
    half = slice_normal(geometry) / 2
    ends = np.array([sections[0].mean(axis=0) - half, sections[-1].mean(axis=0) + half])
    points = np.ascontiguousarray(np.concatenate([*sections, ends]))
    a, b = _native.furthest_pair(points, 8 * max(geometry.spacing_mm))
    start, end = points[a].tolist(), points[b].tolist()
    length = float(np.linalg.norm(points[a] - points[b]))
    return (start[0], start[1], start[2]), (end[0], end[1], end[2]), length
