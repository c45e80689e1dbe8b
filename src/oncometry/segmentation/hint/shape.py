"""Where a hint says the lesion is: an ellipsoid, and how far each voxel is from its middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.segmentation.hint.working_grid import Values, WorkingGrid

__all__ = ["Shape", "of_box", "of_line", "of_region"]

ACROSS = 0.8
"""Half width of a lesion to half its longest diameter, from which the image then departs."""
THIN = 0.35
"""What learns the lesion's intensities: this part of the ellipsoid."""

MANY = 8
"""Voxels that have an extent in three directions."""


@dataclass(frozen=True, eq=False)
class Shape:
    """An ellipsoid, or with a power above 2 a rounded box.

    Attributes:
        center_mm: (3,) along the image's axes from its first voxel ("image mm").
        axes: (3, 3), unit rows.
        half_mm: (3,) half axes.
        power: 2 for an ellipsoid.
        seed: (3,) half axes of the seeds, in parts of the half axes.
    """

    center_mm: FloatArray
    axes: FloatArray
    half_mm: FloatArray
    power: float = 2.0
    seed: tuple[float, float, float] = (THIN, THIN, THIN)

    def radius(self, grid: WorkingGrid, scale: FloatArray | None = None) -> Values:
        """(ni, nj, nk): 0 in the middle, 1 on the surface.

        Args:
            scale: (3,) of the half axes.
        """
        half = self.half_mm if scale is None else self.half_mm * scale
        places = [p - np.float32(c) for p, c in zip(grid.places(), self.center_mm, strict=True)]
        total: Values = np.zeros(grid.values.shape, dtype=np.float32)
        for row, length in zip(self.axes.astype(np.float32), half, strict=True):
            along = sum(r * p for r, p in zip(row, places, strict=True)) / np.float32(max(length, 1e-3))
            total += np.abs(along) ** np.float32(self.power)
        return np.asarray(total ** np.float32(1 / self.power), dtype=np.float32)

    def seeds(self, grid: WorkingGrid) -> Values:
        """(ni, nj, nk) 1 where the hint is sure of the lesion; one voxel at least."""
        radius = self.radius(grid, np.array(self.seed))
        return (radius <= max(1.0, float(radius.min()) + 1e-6)).astype(np.float32)


def of_line(ends_mm: FloatArray) -> Shape:
    """Of a longest diameter, (2, 3) image mm: round across it, as nothing else is known."""
    along = ends_mm[1] - ends_mm[0]
    length = float(np.linalg.norm(along))
    first = along / length
    other = np.eye(3)[int(np.argmin(np.abs(first)))]
    second = np.cross(first, other)
    second /= np.linalg.norm(second)
    axes = np.stack([first, second, np.cross(first, second)])
    half = np.array([1.0, ACROSS, ACROSS]) * length / 2
    return Shape(ends_mm.mean(axis=0), axes, half, seed=(0.7, 0.25, 0.25))


def of_box(corners_mm: FloatArray) -> Shape:
    """Of a box along the image's axes, (2, 3) image mm of two opposite corners."""
    half = np.abs(corners_mm[1] - corners_mm[0]) / 2
    return Shape(corners_mm.mean(axis=0), np.eye(3), half, power=2.5)


def of_region(grid: WorkingGrid, inside: Values) -> Shape | None:
    """The ellipsoid with the second moments of a region, (ni, nj, nk) in 0..1; None for one without extent."""
    taken = np.argwhere(inside > 0.5)
    if len(taken) < MANY:
        return None
    points = taken * grid.step_mm + grid.first_mm
    spread, axes = np.linalg.eigh(np.cov(points.T) + np.diag(grid.step_mm**2) / 12)
    return Shape(points.mean(axis=0), axes.T, np.sqrt(5 * spread), seed=(0.5, 0.5, 0.5))
