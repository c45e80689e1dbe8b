"""What a region's surface is, and the diameters of its vertices, in plain Python.

The surface is drawn by marching cubes halfway between voxels inside and outside (Lorensen and Cline 1987,
doi:10.1145/37401.37422); IBSI reference manual, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, product
from math import dist

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.region import Box

__all__ = ["largest_distances", "outline", "surface", "vertices"]

_CORNERS = ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))
_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))


def _triangles(mask: Box, spacing_mm: Point, closed: bool) -> Iterator[FloatArray]:
    """(3, 3) corners of each triangle in mm, along k, j, i, the region's box having a border of one voxel."""
    padded = np.pad(mask, 1)
    for at in product(*(range(size - 1) for size in padded.shape)):
        inside = [padded[tuple(np.add(at, corner))] for corner in _CORNERS]
        edges = _native.cube_triangles(sum(1 << c for c in range(8) if inside[c]), closed)
        for first in range(0, len(edges), 3):
            ends = [_EDGES[edge] for edge in edges[first : first + 3]]
            middles = [np.add(_CORNERS[a], _CORNERS[b]) / 2 + at for a, b in ends]
            yield np.array(middles) * spacing_mm[::-1]


def surface(mask: Box, spacing_mm: Point, closed: bool) -> tuple[float, float]:
    """Area in mm2 and volume in mm3: of the tetrahedra from the origin to each triangle, with their signs.

    Args:
        mask: (k, j, i), the region's box.
        spacing_mm: along i, j, k.
        closed: whether ambiguous faces are settled alike from both sides; else as PyRadiomics does.
    """
    area = volume = 0.0
    for a, b, c in _triangles(mask, spacing_mm, closed):
        area += float(np.linalg.norm(np.cross(b - a, c - a))) / 2
        volume += float(a @ np.cross(b, c)) / 6
    return area, volume


def vertices(mask: Box, spacing_mm: Point) -> list[tuple[float, ...]]:
    """Middles between a voxel inside and one of its six neighbors outside, in mm, along k, j, i."""
    padded = np.pad(mask, 1)
    found = []
    for at in np.argwhere(padded):
        for axis, sign in product(range(3), (-1, 1)):
            step = np.eye(3, dtype=int)[axis] * sign
            if not padded[tuple(at + step)]:
                found.append(tuple(((at + step / 2) * spacing_mm[::-1]).tolist()))
    return found


def largest_distances(points: list[tuple[float, ...]]) -> tuple[float, float, float, float]:
    """Of all pairs; of those with the same k, of those with the same j, of those with the same i."""
    largest = [0.0] * 4
    for a, b in combinations(points, 2):
        apart = dist(a, b)
        for n, counts in enumerate((True, a[0] == b[0], a[1] == b[1], a[2] == b[2])):
            if counts:
                largest[n] = max(largest[n], apart)
    return largest[0], largest[1], largest[2], largest[3]


def outline(mask: Box, spacing_mm: tuple[float, float]) -> tuple[float, float]:
    """Perimeter in mm and area in mm2 of a slice (j, i): lines join the middles of two sides of a square of pixels.

    Between the middles of sides that are crossed in going around the square, out of the region and in again, so that
    pixels that face each other over a corner are apart.
    """
    padded = np.pad(mask, 1)
    perimeter = area = 0.0
    for j, i in product(*(range(size - 1) for size in padded.shape)):
        corners = [(j, i), (j, i + 1), (j + 1, i + 1), (j + 1, i)]
        around = list(pairwise([*corners, corners[0]]))
        leaving = [(a, b) for a, b in around if padded[a] and not padded[b]]
        for out in leaving:
            back = around.index(out)
            entering = next(side for side in (around[back - n] for n in range(1, 5)) if not padded[side[0]])
            p, q = (np.add(*side) / 2 * spacing_mm[::-1] for side in (out, entering))
            perimeter += float(np.linalg.norm(p - q))
            area += float(q[0] * p[1] - q[1] * p[0]) / 2
    return perimeter, abs(area)
