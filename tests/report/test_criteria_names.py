"""Limits that are drawn are those that are judged by."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Compartment, LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.report.criteria_names import NAMED, criterion_title
from oncometry.response.category import Scope
from oncometry.response.course import Course
from oncometry.response.registry import criteria, criterion_named
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit

BUILT_IN = sorted(criteria())
BASELINE = 100.0
READ_IN_A_REVIEW = {"mrecist", "percist-1.0"}
"""Their rules cite the review that they were read in; a methods paragraph cites the paper."""


def reading(visit: int, quantity: Quantity, value: float) -> LesionReading:
    """One large lesion whose summed quantity alone changes."""
    values = dict.fromkeys(Quantity, BASELINE) | {quantity: value}
    return LesionReading(
        "P", f"v{visit}", 60 * visit, "", "L1", LesionRole.TARGET, LesionStatus.MEASURED, values,
        is_node=False, compartment=Compartment.WHOLE, slice_thickness_mm=1.0,
    )  # fmt: skip


def called(name: str, percent: float) -> str:
    """What the scans alone are called when the sum changes so from baseline."""
    criterion = criterion_named(name)
    values = (BASELINE, BASELINE * (1 + percent / 100))
    readings = tuple(reading(n, criterion.quantity, value) for n, value in enumerate(values))
    visits = tuple(TimelineVisit(r.timepoint, r.day) for r in readings)
    lesion = TimelineLesion("L1", LesionRole.TARGET, readings)
    verdicts = criterion.judge(Course.of(Timeline("P", "", visits, (lesion,)))).verdicts
    scope = next(s for s in (Scope.TARGET, Scope.IMAGING, Scope.OVERALL) if s in verdicts)
    return str(verdicts[scope].at(1))


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_criterion_has_a_title_a_paper_and_limits(name: str) -> None:
    assert criterion_title(name) == NAMED[name].title != name
    cited = {clause.doi for clause in criterion_named(name).ruleset.clauses}
    assert NAMED[name].paper.doi in cited or name in READ_IN_A_REVIEW


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_limits_drawn_are_where_the_category_changes(name: str) -> None:
    limits = NAMED[name]
    before = called(name, limits.response_percent + 0.1)
    assert called(name, limits.response_percent) in ("PR", "PMR", "iPR")
    assert before not in ("PR", "PMR", "iPR")
    assert "PD" in called(name, limits.progression_percent).replace("PMD", "PD")
    assert "PD" not in called(name, limits.progression_percent - 0.1).replace("PMD", "PD")


def test_criteria_from_elsewhere_have_their_own_name() -> None:
    assert criterion_title("house-rules") == "house-rules"
    assert np.isfinite([n.response_percent for n in NAMED.values()]).all()
