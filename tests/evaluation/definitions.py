"""What the native distances are, in plain Python: every pair of elements is looked at."""

from __future__ import annotations

import itertools

import numpy as np

from oncometry import _native

CORNERS = ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))
"""Of a cube, in the order of the bits of its configuration."""
EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))


def border_voxels(mask):
    """Indices (n, 3) of the voxels with a face-neighbor outside, and their weights."""
    padded = np.pad(mask, 1)
    found = []
    for index in np.argwhere(padded):
        neighbors = [index + step for axis in np.eye(3, dtype=int) for step in (axis, -axis)]
        if not all(padded[tuple(n)] for n in neighbors):
            found.append(index)
    return np.array(found).reshape(-1, 3), np.ones(len(found))


def surfels(mask, spacing):
    """Indices (n, 3) of the cubes that the surface cuts, and the areas of their triangles."""
    padded = np.pad(mask, 1)
    found, areas = [], []
    for index in itertools.product(*(range(n - 1) for n in padded.shape)):
        inside = [padded[tuple(np.add(index, corner))] for corner in CORNERS]
        if any(inside) and not all(inside):
            found.append(index)
            areas.append(_area(inside, np.asarray(spacing)))
    return np.array(found).reshape(-1, 3), np.array(areas)


def _area(inside, spacing):
    """Of the closed surface around the corners that are fewer."""
    turned = sum(inside) > 4
    configuration = sum(bool(value) != turned and 1 << bit for bit, value in enumerate(inside))
    edges = _native.cube_triangles(configuration, True)
    middles = [(np.add(CORNERS[EDGES[e][0]], CORNERS[EDGES[e][1]]) / 2) * spacing for e in edges]
    return sum(
        np.linalg.norm(np.cross(middles[n + 1] - middles[n], middles[n + 2] - middles[n])) / 2
        for n in range(0, len(middles), 3)
    )


def nearest(first, second, spacing):
    """(n,) mm of each of the first to the nearest of the second."""
    if len(second) == 0:
        return np.full(len(first), np.inf)
    gaps = (first[:, None] - second[None]) * np.asarray(spacing)
    return np.sqrt((gaps**2).sum(axis=2)).min(axis=1)
