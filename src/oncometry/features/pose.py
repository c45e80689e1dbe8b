"""How a grid is laid on an image: turned within its slices, and moved by parts of a voxel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray, Geometry, Index, Point

__all__ = ["STILL", "Pose"]


@dataclass(frozen=True)
class Pose:
    """Rotation about the slice axis through the grid's center, then a translation along the turned axes.

    Attributes:
        rotation_deg: from axis i towards axis j.
        shift: along i, j, k, in voxels of the new grid.
    """

    rotation_deg: float = 0.0
    shift: Point = (0.0, 0.0, 0.0)

    @property
    def moves(self) -> bool:
        """Whether any voxel comes to lie elsewhere."""
        return self.rotation_deg != 0 or any(self.shift)

    @property
    def matrix(self) -> FloatArray:
        """(3, 3) rotation, of lengths along i, j, k."""
        turn = math.radians(self.rotation_deg)
        c, s = math.cos(turn), math.sin(turn)
        return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])

    def shape_over(self, shape: Index, spacing_mm: Point) -> Index:
        """Of the moved grid that still covers a grid of this shape and spacing about the same center."""
        if not self.moves:
            return shape
        lengths = np.abs(self.matrix) @ (np.array(shape) * spacing_mm)
        i, j, k = (math.ceil(round(n, 9)) + 2 for n in lengths / np.array(spacing_mm))
        return i, j, k

    def applied_to(self, geometry: Geometry) -> Geometry:
        """A grid of the same spacing in this pose, that covers the given one."""
        if not self.moves:
            return geometry
        shape = self.shape_over(geometry.shape, geometry.spacing_mm)
        direction = geometry.direction @ self.matrix
        steps = direction * geometry.spacing_mm
        center = geometry.to_world((np.array(geometry.shape) - 1) / 2)
        origin = center - steps @ ((np.array(shape) - 1) / 2 - self.shift)
        return Geometry.from_parts(
            shape, geometry.spacing_mm, origin, direction, geometry.frame_of_reference_uid
        )


STILL = Pose()
