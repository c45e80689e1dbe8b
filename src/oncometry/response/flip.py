"""The smallest change of one measurement that would change the overall category of its visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import LesionStatus, Quantity
from oncometry.response.category import CATEGORIES, Category, Scope
from oncometry.response.course import BoolArray, Course, FloatArray
from oncometry.response.criterion import Criterion, Judgement

__all__ = ["Flip", "flips"]

NUDGE = 1e-6
"""Beyond a critical size, as a fraction of the sum: above the tolerance of thresholds, below what anyone measures."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One lesion measured differently at one visit, all else as it is, and what the visit would then be called.

    Attributes:
        lesion: its name.
        quantity: what of it.
        measured, size: as it was read, and as it would have to be read, in the unit of the quantity.
        category: the overall category then.
        at_threshold: it was read at the threshold: any change to that side is enough, and `size` is a hair beyond.
    """

    lesion: str
    quantity: Quantity
    measured: float
    size: float
    category: Category
    at_threshold: bool = False

    @property
    def amount(self) -> float:
        """The change, in the unit of the quantity; 0 at a threshold."""
        return 0.0 if self.at_threshold else self.size - self.measured


def flips(course: Course, criterion: Criterion, judgement: Judgement) -> tuple[Flip | None, ...]:
    """The smallest flip of every visit; None where no change of one measurement flips it.

    Every candidate is judged: what the criterion calls critical is only where to look.

    Args:
        course: as it was read: one draw.
        judgement: of that course.
    """
    best: list[Flip | None] = [None] * len(course.timeline.visits)
    for quantity, critical in judgement.critical.items():
        tried = _candidates(course, judgement, quantity, critical)
        found = _categories(course, criterion, quantity, tried)
        was = judgement.verdicts[Scope.OVERALL].categories[0, tried.visits]
        for at in np.flatnonzero(found != was):
            visit = int(tried.visits[at])
            flip = _flip(course, quantity, tried, int(at), int(found[at]))
            known = best[visit]
            if known is None or abs(flip.amount) < abs(known.amount):
                best[visit] = flip
    return tuple(best)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Sizes to be tried, each of one lesion at one visit; (n,) each. `beside`: no farther off than a nudge."""

    visits: NDArray[np.intp]
    lesions: NDArray[np.intp]
    sizes: FloatArray
    beside: BoolArray


def _candidates(
    course: Course, judgement: Judgement, quantity: Quantity, critical: FloatArray
) -> _Candidates:
    """Critical sizes of what was measured, as they are and a little to both sides."""
    read = ~np.isnan(course.values[quantity][0]) & ~course.status(LesionStatus.ABSENT)
    visits, lesions, which = np.nonzero(read[:, :, None] & ~np.isnan(critical))
    at = critical[visits, lesions, which]
    totals = np.nan_to_num(np.abs(judgement.burden.total[0, visits]))
    nudge = NUDGE * np.maximum(np.maximum(1.0, np.abs(at)), totals)
    sizes = np.concatenate([at, at - nudge, at + nudge])
    kept = sizes >= 0
    visits, lesions, nudge = (np.tile(array, 3)[kept] for array in (visits, lesions, nudge))
    beside = np.abs(sizes[kept] - course.values[quantity][0, visits, lesions]) <= 1.5 * nudge
    return _Candidates(visits, lesions, sizes[kept], beside)


def _categories(
    course: Course, criterion: Criterion, quantity: Quantity, tried: _Candidates
) -> NDArray[np.int8]:
    """(n,): the overall category of its visit under each candidate; all are judged in one call."""
    count = len(tried.sizes)
    if not count:
        return np.empty(0, dtype=np.int8)
    values = np.repeat(course.values[quantity], count, axis=0)
    values[np.arange(count), tried.visits, tried.lesions] = tried.sizes
    changed: Mapping[Quantity, FloatArray] = {quantity: values}
    overall = criterion.judge(course.drawn(changed)).verdicts[Scope.OVERALL].categories
    return overall[np.arange(count), tried.visits]


def _flip(course: Course, quantity: Quantity, tried: _Candidates, at: int, category: int) -> Flip:
    visit, lesion = int(tried.visits[at]), int(tried.lesions[at])
    measured = float(course.values[quantity][0, visit, lesion])
    name = course.timeline.lesions[lesion].name
    beside = bool(tried.beside[at])
    return Flip(name, quantity, measured, float(tried.sizes[at]), CATEGORIES[category], beside)
