"""The smallest bodies of a kind around a set of points: convex hull, oriented box, ellipsoid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import ConvexHull

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
    best = (np.inf, np.inf, np.inf)
    for normal in hull.normals[_half(hull.normals)]:
        u = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
        u /= np.linalg.norm(u)
        across = hull.corners @ np.stack((u, np.cross(normal, u)), axis=1)
        height = float(np.ptp(hull.corners @ normal))
        edges = (height, *_least_rectangle(across))
        best = min(best, edges, key=lambda box: box[0] * box[1] * box[2])
    return best


def _half(normals: FloatArray) -> FloatArray:
    """One of each two opposite directions."""
    oriented = normals * np.where(np.sign(normals) @ (9, 3, 1) < 0, -1.0, 1.0)[:, None]
    return np.sort(np.unique(oriented + 0.0, axis=0, return_index=True)[1])


def _least_rectangle(points: FloatArray) -> tuple[float, float]:
    """Of (n, 2) points: one side lies on a side of their hull (Freeman and Shapira 1975, doi:10.1145/360881.360919)."""
    corners = points[ConvexHull(points).vertices]
    sides = np.roll(corners, -1, axis=0) - corners
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    along = np.ptp(corners @ sides.T, axis=0)
    across = np.ptp(corners @ np.stack((-sides[:, 1], sides[:, 0])), axis=0)
    least = int(np.argmin(along * across))
    return float(along[least]), float(across[least])


def enclosing_ellipsoid(points_mm: FloatArray, tolerance: float = 1e-7) -> tuple[float, float, float]:
    """Semi-axes in mm, falling, of the ellipsoid of least volume around (n, 3) points, to a relative tolerance.

    Khachiyan's ascent with steps away from points (Todd and Yildirim 2007, doi:10.1016/j.dam.2007.02.013,
    algorithm 4.2), in coordinates in which the covariance of the points is one.
    """
    n, d = points_mm.shape
    lifted = np.vstack((points_mm.T, np.ones(n)))
    weights = np.full(n, 1 / n)
    for _ in range(100_000):
        scatter = (lifted * weights) @ lifted.T
        distance = np.einsum("ij,ij->j", lifted, np.linalg.solve(scatter, lifted))
        far = int(np.argmax(distance))
        near = int(np.argmin(np.where(weights > 0, distance, np.inf)))
        above, below = distance[far] / (d + 1) - 1, 1 - distance[near] / (d + 1)
        if max(above, below) <= tolerance:
            break
        one = far if above > below else near
        step = (distance[one] - d - 1) / ((d + 1) * (distance[one] - 1))
        step = max(step, -weights[one] / (1 - weights[one]))
        weights *= 1 - step
        weights[one] = max(0.0, weights[one] + step)
    center = points_mm.T @ weights
    shape = (points_mm.T * weights) @ points_mm - np.outer(center, center)
    reach = np.max(
        np.einsum(
            "ij,ij->j", points_mm.T - center[:, None], np.linalg.solve(shape, points_mm.T - center[:, None])
        )
    )
    semi_axes = np.sqrt(np.linalg.eigvalsh(shape) * reach)
    return float(semi_axes[2]), float(semi_axes[1]), float(semi_axes[0])
