"""A region as drawn: polygons, slab by slab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Point
from oncometry.core.polygons import Polygons, area_and_centroid, even_odd, islands, united
from oncometry.core.segmentation import Contour
from oncometry.io.contours import contour_planes

__all__ = ["Slab", "Stack", "centroid_lps_mm", "islands_of", "stack_of", "union_of", "volume_mm3"]

SAME_LEVEL = 1e-6


@dataclass(frozen=True, eq=False)
class Slab:
    """What lies between two slice levels.

    Attributes:
        low, high: slice indices, fractional.
        level: of the plane that the polygons were drawn on.
        polygons: (n, 2) voxel indices i, j, fractional.
    """

    low: float
    high: float
    level: float
    polygons: Polygons


Stack = tuple[Slab, ...]
"""Of a union the lowest first, one at each height."""


def stack_of(contours: Sequence[Contour], geometry: Geometry) -> Stack:
    """The slabs that contours stand for (`oncometry.io.islands.level_shares`), even-odd within each island.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where a contour is not parallel to the slices.
    """
    polygons = [c for c in contours if len(c) >= 3]
    if not polygons:
        return ()
    slabs = [
        Slab(plane.low, plane.high, plane.level, even_odd(plane.polygons))
        for plane in contour_planes(polygons, geometry)
    ]
    return tuple(s for s in slabs if s.polygons)


def union_of(stacks: Sequence[Stack]) -> Stack:
    """The union at every height, so that no part is larger than it."""
    slabs = [slab for stack in stacks for slab in stack]
    levels = sorted({edge for slab in slabs for edge in (slab.low, slab.high)})
    found = []
    for low, high in pairwise(levels):
        middle = (low + high) / 2
        here = [s for s in slabs if s.low < middle < s.high]
        if here and high - low > SAME_LEVEL:
            nearest = min(here, key=lambda s: abs(s.level - middle))
            found.append(Slab(low, high, nearest.level, united([s.polygons for s in here])))
    return tuple(found)


def islands_of(stack: Stack) -> list[Slab]:
    """Each connected part of each slab."""
    return [replace(slab, polygons=part) for slab in stack for part in islands(slab.polygons)]


def volume_mm3(stack: Stack, geometry: Geometry) -> float:
    """Sum of area times height."""
    voxels = sum(area_and_centroid(s.polygons)[0] * (s.high - s.low) for s in stack)
    return voxels * geometry.voxel_volume_mm3


def centroid_lps_mm(stack: Stack, geometry: Geometry) -> Point:
    """Of the volume."""
    shares: list[float] = []
    centers: list[FloatArray] = []
    for slab in stack:
        area, i, j = area_and_centroid(slab.polygons)
        shares.append(area * (slab.high - slab.low))
        centers.append(np.array([i, j, (slab.low + slab.high) / 2]))
    x, y, z = geometry.to_world(np.average(centers, axis=0, weights=shares)).tolist()
    return x, y, z
