"""The plane of a grid's slices: where in-plane lengths come from."""

from __future__ import annotations

import numpy as np

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray

__all__ = ["TOLERANCE", "in_plane_metric", "slice_distance_mm", "slice_normal"]

TOLERANCE = 0.5
"""A line may run this part of the smaller in-plane spacing outside a region and still count as within."""


def in_plane_metric(geometry: Geometry) -> tuple[float, float, float, float]:
    """Millimeters of one step along i, then along j, in an orthonormal frame of the slice plane."""
    first, second = geometry.affine[:3, 0], geometry.affine[:3, 1]
    along = first / np.linalg.norm(first)
    across = second - (second @ along) * along
    return float(np.linalg.norm(first)), 0.0, float(second @ along), float(np.linalg.norm(across))


def slice_normal(geometry: Geometry) -> FloatArray:
    """(3,) mm from a slice plane to the next, along their normal."""
    i, j, k = geometry.affine[:3, :3].T
    normal = np.cross(i, j)
    normal /= np.linalg.norm(normal)
    return np.asarray((k @ normal) * normal)


def slice_distance_mm(geometry: Geometry) -> float:
    """Distance between neighboring slice planes, along their normal."""
    return float(np.linalg.norm(slice_normal(geometry)))
