"""An image: voxel values on a grid, with what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, GeometryError
from oncometry.core.geometry import Geometry
from oncometry.core.terms import Contrast, Modality, Unit

__all__ = ["Image", "Voxels"]

Voxels = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Image:
    """Voxel values on a grid.

    Attributes:
        array: (ni, nj, nk) real values, indexed [i, j, k]; Fortran-contiguous after construction.
        geometry: the grid, of the same shape.
        modality, contrast: what made it, what it shows.
        unit: of the values.
        key: identifies the series in the manifest (Series Instance UID, or a content hash).
    """

    array: Voxels
    geometry: Geometry
    modality: Modality = Modality.UNKNOWN
    contrast: Contrast = Contrast.UNKNOWN
    unit: Unit = Unit.ARBITRARY
    key: str = ""

    def __post_init__(self) -> None:
        if self.array.shape != self.geometry.shape:
            raise GeometryError(
                Code.GEOMETRY_MISMATCH,
                f"the array has shape {self.array.shape}, its grid {self.geometry.shape}.",
            )
        array = np.asfortranarray(self.array).view()
        array.setflags(write=False)
        object.__setattr__(self, "array", array)

    def with_array(self, array: Voxels, geometry: Geometry | None = None) -> Image:
        """The same image with other values (and grid)."""
        return replace(self, array=array, geometry=geometry or self.geometry)
