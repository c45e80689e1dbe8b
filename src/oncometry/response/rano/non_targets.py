"""Non-measurable disease, judged by eye."""

from __future__ import annotations

import numpy as np

from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import Course
from oncometry.response.linear_others import non_targets

__all__ = ["judge_non_targets"]


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
