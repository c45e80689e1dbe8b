"""A smooth displacement on a coarse lattice: it carries places between dates, never voxels or sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oncometry.core.geometry import FloatArray

__all__ = ["Deformation"]

ITERATIONS = 20
"""Of the fixed point x = y - u(x); with a Jacobian above 0.3 it converges to micrometers in a few."""


@dataclass(frozen=True, eq=False)
class Deformation:
    """x -> x + u(x), in LPS mm of the fixed image, before its rigid transform to the moving one.

    Attributes:
        affine: (4, 4), lattice index to fixed LPS mm.
        displacement_mm: (3, a, b, c), u at the nodes; between them linear, beyond the lattice that of its border.
        jacobian: least and greatest determinant of x + u(x) at the nodes: 1 keeps volume, 0 or less folds.
        inverse_error_mm: mean distance that going there and back, by the registration of the moving image to the
            fixed one, leaves over the foreground.
    """

    affine: FloatArray
    displacement_mm: FloatArray
    jacobian: tuple[float, float]
    inverse_error_mm: float

    def carry(self, points: FloatArray) -> FloatArray:
        """(n, 3) fixed LPS mm to where they lie, still in the fixed image's space."""
        return points + self._at(points)

    def back(self, points: FloatArray) -> FloatArray:
        """The inverse of `carry`, by a fixed point."""
        found = points
        for _ in range(ITERATIONS):
            found = points - self._at(found)
        return found

    def _at(self, points: FloatArray) -> FloatArray:
        index = (points - self.affine[:3, 3]) @ np.linalg.inv(self.affine[:3, :3]).T
        moved = [
            ndimage.map_coordinates(part, index.T, order=1, mode="nearest") for part in self.displacement_mm
        ]
        return np.stack(moved, axis=1)
