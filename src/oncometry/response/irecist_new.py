"""New lesions as iRECIST follows them: measurable ones by their own sum, the others one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import LesionRole, LesionStatus, NonTargetState, Quantity
from oncometry.response.course import BoolArray, Course, FloatArray
from oncometry.response.linear_targets import LinearThresholds, diameters
from oncometry.response.selection import Limits, measurable

__all__ = ["NewLesions", "new_lesions"]

THERE = (LesionStatus.MEASURED, LesionStatus.TOO_SMALL)


@dataclass(frozen=True, eq=False)
class NewLesions:
    """The new lesions of a course.

    Attributes:
        targets: lesions of the timeline that are new targets: measurable when first seen, as many as of targets.
        others: the other new lesions.
        there: (visits,) whether any is.
        another: (visits,) whether one is there that was not before.
        total: (draws, visits) sum of new targets; 0 before there are any.
        sizes: (draws, visits, others); NaN where one has no number.
        progressed: (visits,) whether one is called unequivocal progression.
    """

    targets: NDArray[np.intp]
    others: NDArray[np.intp]
    there: BoolArray
    another: BoolArray
    total: FloatArray
    sizes: FloatArray
    progressed: BoolArray


def new_lesions(course: Course, limits: Limits, thresholds: LinearThresholds) -> NewLesions:
    """Follow the new lesions; the first visit has none."""
    new = course.role(LesionRole.NEW)
    there = course.status(*THERE)[:, new]
    there[0] = False
    said = np.array([bool(word) for word in course.timeline.new_lesions or (None,) * len(there)])
    said[0] = False
    seen = np.logical_or.accumulate(np.column_stack([there, said]), axis=0)
    another = np.zeros(len(there), dtype=bool)
    another[1:] = (seen[1:] & ~seen[:-1]).any(axis=1)
    sizes = np.where(there, diameters(course, thresholds)[:, :, new], 0.0)
    chosen = _measurable(course, new, there, limits)
    return NewLesions(
        new[chosen],
        new[~chosen],
        np.asarray(there.any(axis=1) | said),
        another,
        np.nansum(sizes[:, :, chosen], axis=2),
        sizes[:, :, ~chosen],
        np.asarray((course.state(NonTargetState.PROGRESSION)[:, new] & there).any(axis=1)),
    )


def _measurable(course: Course, new: NDArray[np.intp], there: BoolArray, limits: Limits) -> BoolArray:
    """(new lesions,): the new targets, in the order they are seen, at one visit the largest first."""
    lesions = course.timeline.lesions
    found: list[tuple[int, float, int]] = []
    for at, lesion in enumerate(new):
        visits = np.flatnonzero(there[:, at])
        reading = lesions[lesion].readings[visits[0]] if visits.size else None
        if reading is not None and measurable(reading, limits):
            quantity = Quantity.SHORT_AXIS_MM if lesions[lesion].is_node else Quantity.LONGEST_DIAMETER_MM
            found.append((int(visits[0]), -reading.values.get(quantity, 0.0), at))
    chosen = np.zeros(len(new), dtype=bool)
    taken: Counter[str | None] = Counter()
    for _, _, at in sorted(found):
        organ = lesions[new[at]].organ
        crowded = limits.per_organ is not None and organ is not None and taken[organ] >= limits.per_organ
        if not crowded and (limits.targets is None or taken.total() < limits.targets):
            chosen[at] = True
            taken[organ] += 1
    return chosen
