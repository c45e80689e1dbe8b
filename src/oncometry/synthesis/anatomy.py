"""A head at 1 mm: which fraction of each voxel is which tissue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Geometry
from oncometry.core.geometry import Point
from oncometry.synthesis.tissue import Tissue

__all__ = ["Anatomy", "Field"]

Field = NDArray[np.float32]
"""(ni, nj, nk) values on a 1 mm grid, indexed [i, j, k]."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Tissue fractions on an axis-aligned LPS grid of 1 mm; what they leave of 1 is air.

    Attributes:
        fractions: tissue -> (ni, nj, nk), 0..1.
        geometry: the grid, centered on the brain.
        source: what it was made from, for the truth file.
    """

    fractions: Mapping[Tissue, Field]
    geometry: Geometry
    source: str

    @property
    def parenchyma(self) -> Field:
        """Fraction of white and gray matter: where tumor cells can live."""
        return self.fractions[Tissue.WHITE_MATTER] + self.fractions[Tissue.GRAY_MATTER]

    @property
    def center_lps_mm(self) -> Point:
        """Center of the grid."""
        x, y, z = self.geometry.to_world((np.array(self.geometry.shape) - 1) / 2)
        return float(x), float(y), float(z)
