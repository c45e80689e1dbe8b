"""The smallest change of one measurement that would change the overall category of its visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    tried = _tried(course, judgement)
    found = _categories(course, criterion, tried)
    was = judgement.verdicts[Scope.OVERALL].categories[0, tried.visits]
    flipped = np.flatnonzero(found != was)
    nearest_first = flipped[np.argsort(tried.amounts[flipped], kind="stable")]
    visits, nearest = np.unique(tried.visits[nearest_first], return_index=True)
    for visit, at in zip(visits, nearest_first[nearest], strict=True):
        best[visit] = _flip(course, tried, int(at), int(found[at]))
    return tuple(best)


@dataclass(frozen=True, slots=True)
class _Tried:
    """Sizes to be tried, each of one lesion at one visit; (n,) each.

    Attributes:
        quantities: that the sizes are of; `which` counts in them.
        measured: what was read.
        beside: no farther off than a nudge.
    """

    quantities: tuple[Quantity, ...]
    which: NDArray[np.intp]
    visits: NDArray[np.intp]
    lesions: NDArray[np.intp]
    sizes: FloatArray
    measured: FloatArray
    beside: BoolArray

    @property
    def amounts(self) -> FloatArray:
        """How large the changes are; 0 at a threshold."""
        return np.where(self.beside, 0.0, np.abs(self.sizes - self.measured))


def _tried(course: Course, judgement: Judgement) -> _Tried:
    """Critical sizes of what was measured, as they are and a little to both sides."""
    quantities = tuple(judgement.critical)
    parts = [_around(course, judgement, number, quantity) for number, quantity in enumerate(quantities)]
    if not parts:
        nowhere, nothing = np.empty(0, dtype=np.intp), np.empty(0)
        return _Tried((), nowhere, nowhere, nowhere, nothing, nothing, np.empty(0, dtype=bool))
    which, visits, lesions, sizes, measured, nudge = map(np.concatenate, zip(*parts, strict=True))
    return _Tried(
        quantities, which, visits, lesions, sizes, measured, np.abs(sizes - measured) <= 1.5 * nudge
    )


def _around(
    course: Course, judgement: Judgement, number: int, quantity: Quantity
) -> tuple[NDArray[Any], ...]:
    """Of one quantity: its number, visits, lesions, sizes, what was read, and how much a nudge is."""
    critical = judgement.critical[quantity]
    read = ~np.isnan(course.values[quantity][0]) & ~course.status(LesionStatus.ABSENT)
    visits, lesions, which = np.nonzero(read[:, :, None] & ~np.isnan(critical))
    at = critical[visits, lesions, which]
    totals = np.nan_to_num(np.abs(judgement.burden.total[0, visits]))
    nudge = NUDGE * np.maximum(np.maximum(1.0, np.abs(at)), totals)
    sizes = np.concatenate([at, at - nudge, at + nudge])
    kept = sizes >= 0
    visits, lesions, nudge = (np.tile(array, 3)[kept] for array in (visits, lesions, nudge))
    measured = course.values[quantity][0, visits, lesions]
    return np.full(len(visits), number), visits, lesions, sizes[kept], measured, nudge


def _categories(course: Course, criterion: Criterion, tried: _Tried) -> NDArray[np.int8]:
    """(n,): the overall category of its visit under each candidate; all are judged in one call."""
    count = len(tried.sizes)
    if not count:
        return np.empty(0, dtype=np.int8)
    changed: dict[Quantity, FloatArray] = {}
    for number, quantity in enumerate(tried.quantities):
        own = np.flatnonzero(tried.which == number)
        values = np.repeat(course.values[quantity], count, axis=0)
        values[own, tried.visits[own], tried.lesions[own]] = tried.sizes[own]
        changed[quantity] = values
    overall = criterion.judge(course.drawn(changed)).verdicts[Scope.OVERALL].categories
    return overall[np.arange(count), tried.visits]


def _flip(course: Course, tried: _Tried, at: int, category: int) -> Flip:
    return Flip(
        course.timeline.lesions[tried.lesions[at]].name,
        tried.quantities[tried.which[at]],
        float(tried.measured[at]),
        float(tried.sizes[at]),
        CATEGORIES[category],
        bool(tried.beside[at]),
    )
