"""Non-measurable disease, judged by eye."""

from __future__ import annotations

import numpy as np

from oncometry.core import LesionRole, NonTargetState, Quantity
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import Course
from oncometry.response.linear_others import non_targets
from oncometry.response.units import unit_of

__all__ = ["judge_non_targets", "unjudged_growth"]


def judge_non_targets(ruleset: Ruleset, course: Course, first: int) -> Verdict:
    """(draws, visits): CR, non-CR/non-PD, PD or NE; NONE at the baseline, and where there is no non-target lesion."""
    others = non_targets(course, node_normal_mm=0.0)
    visit = np.arange(len(course.timeline.visits))
    return first_of(
        ruleset,
        (course.draws, len(visit)),
        Case(others.count == 0, Category.NONE, "non-target-none"),
        Case(visit <= first, Category.NONE, "baseline"),
        Case(others.progressed, Category.PD, "non-target-pd"),
        Case(~others.evaluated, Category.NE, "non-target-ne"),
        Case(others.gone, Category.CR, "non-target-cr"),
        Case(True, Category.NON_CR_NON_PD, "non-target-persists"),
    )


def unjudged_growth(course: Course, quantity: Quantity, pd: float) -> tuple[str, ...]:
    """Per visit, sentences: non-target lesions whose numbers grew like targets in progression, which nobody called so.

    Args:
        course: as it was read.
        quantity: of the criterion.
        pd: this much of the smallest size before would be a target's progression.
    """
    sizes, unit = course.sizes(quantity)[0], unit_of(quantity)
    called = course.state(NonTargetState.PROGRESSION)
    said = [""] * len(sizes)
    for lesion in course.role(LesionRole.NON_TARGET):
        smallest = np.fmin.accumulate(sizes[:, lesion])
        for visit in range(1, len(sizes)):
            now, least = float(sizes[visit, lesion]), float(smallest[visit - 1])
            if now > least and now >= pd * least and not called[visit, lesion]:
                name = course.timeline.lesions[lesion].name
                said[visit] += (
                    f"Non-target {name} grew from {least:.2f} to {now:.2f} {unit}; nobody said whether that is clear "
                    "progression. "
                )
    return tuple(sentence.strip() for sentence in said)
