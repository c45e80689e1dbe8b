"""Non-measurable disease, judged by eye."""

from __future__ import annotations

import numpy as np

from oncometry.core import LesionReading, LesionRole, LesionStatus, NonTargetState
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import Course

__all__ = ["judge_non_targets"]


def judge_non_targets(ruleset: Ruleset, course: Course) -> Verdict:
    """(draws, visits): CR, non-CR/non-PD, PD, NE, or NONE where there is no non-target lesion."""
    lesions = [course.timeline.lesions[int(i)] for i in course.role(LesionRole.NON_TARGET)]
    visits = len(course.timeline.visits)
    states = np.array([[_state(x.readings[v]) for x in lesions] for v in range(visits)], dtype=object)
    states = states.reshape(visits, len(lesions))
    return first_of(
        ruleset,
        (course.draws, visits),
        Case(not lesions, Category.NONE, "non-target-none"),
        Case((states == NonTargetState.PROGRESSION).any(axis=1), Category.PD, "non-target-pd"),
        Case((states == None).any(axis=1), Category.NE, "non-target-ne"),  # noqa: E711 - elementwise
        Case((states == NonTargetState.ABSENT).all(axis=1), Category.CR, "non-target-cr"),
        Case(True, Category.NON_CR_NON_PD, "non-target-present"),
    )


def _state(reading: LesionReading | None) -> NonTargetState | None:
    if reading is None or reading.status in (LesionStatus.NOT_EVALUABLE, LesionStatus.NOT_IMAGED):
        return None
    if reading.status is LesionStatus.ABSENT:
        return NonTargetState.ABSENT
    return reading.state or NonTargetState.PRESENT
