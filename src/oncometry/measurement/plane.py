"""The plane of a grid's slices: where in-plane lengths come from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.core import Geometry, Segment
from oncometry.core.geometry import FloatArray, Index

__all__ = ["TOLERANCE", "in_plane_metric", "slice_axis", "slice_normal", "turned"]

TOLERANCE = 0.5
"""A line may run this part of the smaller in-plane spacing outside a region and still count as within."""

COARSER = 1.2
"""An axis with this many times the spacing of the others is the one that slices were taken along."""


def slice_axis(geometry: Geometry) -> int:
    """The axis across the plane of acquisition: 0, 1 or 2 for i, j, k.

    Of grids from DICOM it is k, since io stacks slices along it. Other files may have been reoriented: there
    it is the axis with a single slice, else the clearly coarsest, else the one nearest to the patient's long
    axis (axial slices).
    """
    flat = [axis for axis, size in enumerate(geometry.shape) if size == 1]
    if len(flat) == 1:
        return flat[0]
    if geometry.frame_of_reference_uid is not None:
        return 2
    spacing = np.array(geometry.spacing_mm)
    coarsest = int(np.argmax(spacing))
    if spacing[coarsest] >= COARSER * np.delete(spacing, coarsest).max():
        return coarsest
    return int(np.argmax(np.abs(geometry.direction[2])))


def turned(segment: Segment, geometry: Geometry, axis: int) -> tuple[Segment, Geometry]:
    """Segment and grid with `axis` as k; no voxel moves in space."""
    if axis == 2:
        return segment, geometry
    order = (*(a for a in range(3) if a != axis), axis)
    affine = geometry.affine[:, [*order, 3]]
    probability = segment.probability
    if probability is not None:
        probability = np.asfortranarray(probability.transpose(order))
    array = np.asfortranarray(segment.array.transpose(order))
    grid = Geometry(_ordered(geometry.shape, order), affine, geometry.frame_of_reference_uid)
    start = _ordered(segment.start, order)
    return replace(segment, start=start, array=array, probability=probability), grid


def _ordered(index: Index, order: tuple[int, ...]) -> Index:
    i, j, k = (index[axis] for axis in order)
    return i, j, k


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
