"""A dose distribution: gray on a grid, with DICOM's own words for what kind of dose it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Notice
from oncometry.core.geometry import Geometry

__all__ = ["MULTI_PLAN", "WHOLE_COURSE", "Dose", "DoseArray"]

DoseArray = NDArray[np.float32]
"""(ni, nj, nk) Gy."""

MULTI_PLAN = "MULTI_PLAN"
WHOLE_COURSE = frozenset({"PLAN", MULTI_PLAN})
"""Dose Summation Types (3004,000A) of everything that a plan, or several, gives. All others are a part of it."""


@dataclass(frozen=True, eq=False)
class Dose:
    """A dose grid.

    Attributes:
        values_gy: (ni, nj, nk) Gy at voxel centers.
        geometry: where they are.
        dose_type: Dose Type (3004,0004), 'PHYSICAL' or 'EFFECTIVE' (weighted for biological effect).
        summation_type: Dose Summation Type (3004,000A), '' where it is not said.
        key: SOP Instance UID, or 'sha256:' and a hash.
        plan_uid: SOP Instance UID of the one plan that gives it; None of a sum of plans.
        structure_set_uid: SOP Instance UID of the structure set that it names.
        notices: what was accepted with a warning while reading it.
    """

    values_gy: DoseArray
    geometry: Geometry
    dose_type: str = "PHYSICAL"
    summation_type: str = "PLAN"
    key: str = ""
    plan_uid: str | None = None
    structure_set_uid: str | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def is_whole_course(self) -> bool:
        """Whether it is all that a plan gives, and not a beam, a fraction or a part that nobody names."""
        return self.summation_type in WHOLE_COURSE

    @property
    def max_gy(self) -> float:
        """The highest dose of a voxel."""
        return float(self.values_gy.max())
