"""A part of the tumor that is measured on its own: which lesions count in it, their sizes, their sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Compartment, LesionRole
from oncometry.response.burden import Burden, burden
from oncometry.response.course import Course, FloatArray

__all__ = ["ENHANCING", "NON_ENHANCING", "T2_FLAIR", "Component", "Thresholds", "sum_from"]

ENHANCING = frozenset({Compartment.ENHANCING, Compartment.CORE, Compartment.WHOLE, Compartment.OTHER})
"""Counted where the criterion measures enhancing tumor: cavity, cyst, necrosis, edema are not. A reader who names no
part measured what the criterion asks for."""
NON_ENHANCING = frozenset({Compartment.NON_ENHANCING})
T2_FLAIR = frozenset({Compartment.NON_ENHANCING, Compartment.WHOLE, Compartment.EDEMA, Compartment.OTHER})


@dataclass(frozen=True)
class Thresholds:
    """Fractions of a sum at which the category changes.

    Attributes:
        pr: of the baseline: at most this much is left.
        pd: of the smallest sum: at least this much is there.
        mr: of the baseline, minor response; None where the criterion knows none.
        growth_mm: at least one lesion must also have grown by this; None where the fraction is enough.
    """

    pr: float
    pd: float
    mr: float | None = None
    growth_mm: float | None = None


@dataclass(frozen=True)
class Component:
    """What is summed together, how it is called, and its thresholds."""

    name: str
    compartments: frozenset[Compartment]
    thresholds: Thresholds

    def targets(self, course: Course) -> NDArray[np.intp]:
        """Indices of the target lesions of this part; a lesion is of the part of its first reading."""
        return np.array(
            [i for i in course.role(LesionRole.TARGET) if self._has(course, int(i))], dtype=np.intp
        )

    def _has(self, course: Course, lesion: int) -> bool:
        read = [r for r in course.timeline.lesions[lesion].readings if r is not None]
        return bool(read) and read[0].compartment in self.compartments


def sum_from(sizes: FloatArray, first: int) -> Burden:
    """Sums with the visit `first` as baseline; NaN before it."""
    later = burden(sizes[:, first:])
    if first == 0:
        return later
    before = ((0, 0), (first, 0))
    return Burden(
        np.pad(later.total, before, constant_values=np.nan),
        np.pad(later.complete, before, constant_values=False),
        np.pad(later.baseline, before, constant_values=np.nan),
        np.pad(later.nadir, before, constant_values=np.nan),
        sizes,
        first,
    )
