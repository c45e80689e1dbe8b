"""Another head of the same make: an affine and a smooth random displacement.

The displacement is a tensor product of cubic B-splines on a coarse lattice (Rueckert 1999,
doi:10.1109/42.796284); with these amplitudes it does not fold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import BSpline

from oncometry.core.geometry import Index
from oncometry.synthesis.anatomy import Anatomy, Field

__all__ = ["Deformation", "deform", "draw_deformation", "unit_field"]

LATTICE = (7, 8, 7)
AMPLITUDE_MM = 8.0

Deformation = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Matrix (3, 3) about the center, and lattice coefficients (3, 7, 8, 7) in mm."""


def draw_deformation(rng: np.random.Generator) -> Deformation:
    """Scales within 5 %, shears within 2 %, and displacements of a few mm."""
    matrix = np.diag(1 + rng.uniform(-0.05, 0.05, 3)) + rng.uniform(-0.02, 0.02, (3, 3)) * (1 - np.eye(3))
    return matrix, np.clip(rng.normal(0, AMPLITUDE_MM, (3, *LATTICE)), -2 * AMPLITUDE_MM, 2 * AMPLITUDE_MM)


def deform(anatomy: Anatomy, deformation: Deformation) -> Anatomy:
    """Pull every tissue through the deformation onto the same grid."""
    matrix, coefficients = deformation
    shape = anatomy.geometry.shape
    middle = (np.array(shape) - 1) / 2
    axes = [np.arange(n, dtype=np.float32) - m for n, m in zip(shape, middle, strict=True)]
    coordinates = np.empty((3, *shape), np.float32)
    for row in range(3):
        linear = (
            np.float32(matrix[row, 0]) * axes[0][:, None, None]
            + np.float32(matrix[row, 1]) * axes[1][None, :, None]
            + np.float32(matrix[row, 2]) * axes[2][None, None, :]
        )
        coordinates[row] = linear + np.float32(middle[row]) + _smooth_field(coefficients[row], shape)
    fractions = {
        tissue: ndimage.map_coordinates(field, coordinates, order=1, output=np.float32)
        for tissue, field in anatomy.fractions.items()
    }
    return Anatomy(fractions, anatomy.geometry, anatomy.source)


def unit_field(rng: np.random.Generator, knots: int, shape: Index) -> Field:
    """A smooth random field of mean 0 and standard deviation 1 from a lattice of knots^3."""
    field = _smooth_field(rng.normal(0, 1, (knots, knots, knots)), shape)
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def _smooth_field(coefficients: NDArray[np.float64], shape: Index) -> Field:
    """Cubic B-spline over the whole grid from a lattice (a, b, c) of coefficients."""
    field = coefficients.astype(np.float32)
    for axis, n in enumerate(shape):
        basis = _basis(coefficients.shape[axis], n)
        field = np.moveaxis(np.tensordot(basis, field, axes=(1, axis)), 0, axis)
    return field


def _basis(knots: int, n: int) -> Field:
    """(n, knots) uniform cubic B-spline weights."""
    nodes = np.arange(-3, knots + 1, dtype=float)
    at = np.linspace(0, knots - 3 - 1e-9, n)
    return np.asarray(BSpline.design_matrix(at, nodes, 3).toarray(), np.float32)
