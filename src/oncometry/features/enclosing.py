"""The smallest bodies of a kind around a set of points: convex hull, oriented box, ellipsoid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import ConvexHull

from oncometry import _native
from oncometry.core.geometry import FloatArray

__all__ = ["Hull", "convex_hull", "enclosing_ellipsoid", "oriented_box"]


class Hull(NamedTuple):
    """Convex hull of points in mm: its corners, (n, 3); its faces' directions, (m, 3); area and volume."""

    corners: FloatArray
    normals: FloatArray
    area_mm2: float
    volume_mm3: float


def convex_hull(points_mm: FloatArray) -> Hull:
    """Of (n, 3) points that do not lie in a plane, by Qhull (Barber et al. 1996, doi:10.1145/235815.235821)."""
    hull = ConvexHull(points_mm)
    normals = np.unique(np.round(hull.equations[:, :3], 9), axis=0)
    return Hull(points_mm[hull.vertices], normals, float(hull.area), float(hull.volume))


def oriented_box(hull: Hull) -> tuple[float, float, float]:
    """Edges in mm of the box of least volume of which one face lies on a face of the hull.

    The least box of all may lean on edges of the hull alone (O'Rourke 1985, doi:10.1007/BF00991005), and is then a
    little smaller.
    """
    a, b, c = _native.oriented_box(hull.corners, hull.normals[_half(hull.normals)])
    return a, b, c


def _half(normals: FloatArray) -> FloatArray:
    """One of each two opposite directions."""
    oriented = normals * np.where(np.sign(normals) @ (9, 3, 1) < 0, -1.0, 1.0)[:, None]
    return np.sort(np.unique(oriented + 0.0, axis=0, return_index=True)[1])


def enclosing_ellipsoid(points_mm: FloatArray, tolerance: float = 1e-7) -> tuple[float, float, float]:
    """Semi-axes in mm, falling, of the ellipsoid of least volume around (n, 3) points, to a relative tolerance.

    Grown so that it holds all points, where rounding and tolerance leave some outside.
    """
    weights = _native.ellipsoid_weights(points_mm, tolerance)
    offsets = points_mm - weights @ points_mm
    shape = (offsets.T * weights) @ offsets
    reach = np.max(np.einsum("ij,ji->i", offsets, np.linalg.solve(shape, offsets.T)))
    least, middle, most = np.sqrt(np.linalg.eigvalsh(shape) * reach).tolist()
    return most, middle, least
