"""How much two lesions share, whatever grids they were drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import KDTree

from oncometry.core import Segment
from oncometry.core.geometry import FloatArray, Geometry
from oncometry.measurement.visit import VisitMask

__all__ = ["Place", "Shared", "gap_mm", "shared"]

MOST_POINTS = 20_000


@dataclass(frozen=True, eq=False)
class Place:
    """The voxels of a lesion in the patient's common space."""

    mask: VisitMask
    segment: Segment

    @property
    def geometry(self) -> Geometry:
        return self.mask.segmentation.geometry

    @cached_property
    def volume_mm3(self) -> float:
        return self.segment.voxels * self.geometry.voxel_volume_mm3

    @cached_property
    def points(self) -> FloatArray:
        """(n, 3) voxel centers, common LPS mm; every m-th of a huge lesion."""
        index = np.argwhere(self.segment.array)
        index = index[:: max(1, -(-len(index) // MOST_POINTS))] + self.segment.start
        return self.mask.to_common(self.geometry.to_world(index))

    @cached_property
    def center(self) -> FloatArray:
        """(3,) mean of the points."""
        return np.asarray(self.points.mean(axis=0))

    @cached_property
    def box(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest coordinate, half a voxel wider."""
        half = max(self.geometry.spacing_mm) / 2
        return self.points.min(axis=0) - half, self.points.max(axis=0) + half

    @cached_property
    def tree(self) -> KDTree:
        """Of the points."""
        return KDTree(self.points)

    def part_within(self, other: Place) -> float:
        """Which part of this lesion, 0..1, has its voxel centers in the other's voxels."""
        index = np.rint(other.geometry.to_index(other.mask.from_common(self.points))).astype(int)
        index -= other.segment.start
        fits = ((index >= 0) & (index < other.segment.array.shape)).all(axis=1)
        i, j, k = index[fits].T
        return float(np.count_nonzero(other.segment.array[i, j, k])) / len(self.points)


@dataclass(frozen=True)
class Shared:
    """Dice, 0..1; the shared volume; the part of the smaller lesion that is shared."""

    dice: float
    volume_mm3: float
    of_smaller: float


def shared(one: Place, other: Place) -> Shared:
    """The overlap of two lesions: each sampled in the other, since their grids differ."""
    (low, high), (first, last) = one.box, other.box
    if (high < first).any() or (last < low).any():
        return Shared(0.0, 0.0, 0.0)
    volume = (one.part_within(other) * one.volume_mm3 + other.part_within(one) * other.volume_mm3) / 2
    smaller = min(one.volume_mm3, other.volume_mm3)
    dice = 2 * volume / (one.volume_mm3 + other.volume_mm3)
    return Shared(min(dice, 1.0), volume, min(volume / smaller, 1.0))


def gap_mm(one: Place, other: Place, limit_mm: float) -> float:
    """Between the nearest voxel centers of two lesions; infinite where it is more than the limit."""
    (low, high), (first, last) = one.box, other.box
    if (high + limit_mm < first).any() or (last + limit_mm < low).any():
        return np.inf
    distances, _ = one.tree.query(other.points, distance_upper_bound=limit_mm)
    return float(distances.min())
