"""Where voxels are: one affine per image, LPS millimeters.

Axis order, stated once for the whole program: arrays are indexed `[i, j, k]`, in the order of the
affine's columns; `i` runs fastest in memory (Fortran order), so `array.T` is the C-contiguous
`(k, j, i)` that SimpleITK and the native kernels take, without a copy. `k` is the slice axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core.errors import Code, GeometryError

__all__ = ["FloatArray", "Geometry", "Index", "Point", "equal_spacing"]

FloatArray = NDArray[np.float64]
Index = tuple[int, int, int]
Point = tuple[float, float, float]

SINGULAR = 1e-9
EQUAL_SPACING = 1e-3
"""Spacings that differ by less than this part are equal: a volume is then off by 0.3 % at most."""


def equal_spacing(one_mm: Point, other_mm: Point) -> bool:
    """Whether voxels of two grids have the same size, whatever a millimeter is."""
    return all(abs(a - b) <= EQUAL_SPACING * max(a, b) for a, b in zip(one_mm, other_mm, strict=True))


@dataclass(frozen=True, eq=False)
class Geometry:
    """A voxel grid in space.

    Attributes:
        shape: number of voxels along i, j, k.
        affine: (4, 4), voxel index (i, j, k, 1) of a voxel's center to LPS mm.
        frame_of_reference_uid: DICOM (0020,0052), None where unknown (NIfTI, NRRD).
    """

    shape: Index
    affine: FloatArray
    frame_of_reference_uid: str | None = None

    def __post_init__(self) -> None:
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise GeometryError(
                Code.GEOMETRY_NONFINITE, f"the affine must be a finite 4x4 matrix, got {affine.tolist()}."
            )
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise GeometryError(Code.EMPTY, f"a grid needs three positive sizes, got {self.shape}.")
        columns = np.linalg.norm(affine[:3, :3], axis=0)
        if columns.min() < SINGULAR or abs(np.linalg.det(affine[:3, :3] / columns)) < 1e-3:
            raise GeometryError(
                Code.GEOMETRY_SINGULAR,
                f"the affine is singular (columns {affine[:3, :3].T.tolist()}): voxels have no volume.",
            )
        affine.setflags(write=False)
        object.__setattr__(self, "affine", affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))

    @classmethod
    def from_parts(
        cls,
        shape: Index,
        spacing_mm: ArrayLike,
        origin_lps_mm: ArrayLike = (0.0, 0.0, 0.0),
        direction: ArrayLike | None = None,
        frame_of_reference_uid: str | None = None,
    ) -> Geometry:
        """Build from spacing (3,), origin (3,) and direction cosines (3, 3), columns i, j, k."""
        affine = np.eye(4)
        cosines = np.eye(3) if direction is None else np.asarray(direction, float).reshape(3, 3)
        affine[:3, :3] = cosines * np.asarray(spacing_mm, float)
        affine[:3, 3] = np.asarray(origin_lps_mm, float)
        return cls(shape, affine, frame_of_reference_uid)

    @cached_property
    def spacing_mm(self) -> Point:
        """Distance between voxel centers along i, j, k."""
        i, j, k = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(i), float(j), float(k)

    @cached_property
    def direction(self) -> FloatArray:
        """(3, 3) unit columns along i, j, k."""
        return np.asarray(self.affine[:3, :3] / np.asarray(self.spacing_mm))

    @property
    def origin_lps_mm(self) -> Point:
        """Center of voxel (0, 0, 0)."""
        x, y, z = self.affine[:3, 3]
        return float(x), float(y), float(z)

    @cached_property
    def inverse(self) -> FloatArray:
        """(4, 4), LPS mm to voxel index."""
        return np.asarray(np.linalg.inv(self.affine))

    @property
    def voxel_volume_mm3(self) -> float:
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    @property
    def is_orthogonal(self) -> bool:
        """Whether the axes are perpendicular to 1e-4 (no shear)."""
        gram = self.direction.T @ self.direction
        return bool(np.abs(gram - np.eye(3)).max() < 1e-4)

    def to_world(self, index: ArrayLike) -> FloatArray:
        """Voxel indices (..., 3) to LPS mm (..., 3)."""
        return np.asarray(index, float) @ self.affine[:3, :3].T + self.affine[:3, 3]

    def to_index(self, point_lps_mm: ArrayLike) -> FloatArray:
        """LPS mm (..., 3) to fractional voxel indices (..., 3)."""
        return np.asarray(point_lps_mm, float) @ self.inverse[:3, :3].T + self.inverse[:3, 3]

    def corners(self) -> FloatArray:
        """(8, 3) LPS mm of the outer corners of the grid (voxel faces, not centers)."""
        ends = [(-0.5, n - 0.5) for n in self.shape]
        return self.to_world([[i, j, k] for i in ends[0] for j in ends[1] for k in ends[2]])

    def matches(self, other: Geometry, tolerance_mm: float = 1e-3) -> bool:
        """Same shape, and no voxel center further than `tolerance_mm` from its namesake."""
        if self.shape != other.shape:
            return False
        far = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * (
            np.array(self.shape) - 1
        )
        return bool(np.abs(self.to_world(far) - other.to_world(far)).max() <= tolerance_mm)

    def crop(self, start: Index, shape: Index) -> Geometry:
        """The grid of the sub-box that begins at voxel `start`."""
        affine = self.affine.copy()
        affine[:3, 3] = self.to_world(start)
        return Geometry(shape, affine, self.frame_of_reference_uid)

    def describe(self) -> str:
        """One line in mm, for messages that show two grids."""
        spacing = " x ".join(f"{s:.4g}" for s in self.spacing_mm)
        corners = self.corners()
        low, high = corners.min(axis=0).round(1).tolist(), corners.max(axis=0).round(1).tolist()
        return (
            f"{self.shape[0]}x{self.shape[1]}x{self.shape[2]} voxels of {spacing} mm from {low} to {high} LPS"
        )
