"""Progression in the weeks after radiotherapy: open until it is settled, and dated back once it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oncometry.core import ClinicalState, LesionStatus
from oncometry.response import assess
from oncometry.response.category import Category, Scope
from oncometry.response.rano import RANO_2, RANO_HGG, RanoCriterion
from oncometry.response.uncertainty import drawn_course

from .courses import ON_4_MG, WELL, WORSE, course, judged

PR, SD, PD, NE, NONE = (Category(c) for c in ("PR", "SD", "PD", "NE", "NONE"))


def at(*weeks: float | None) -> list[ClinicalState]:
    return [replace(WELL, weeks_since_radiotherapy=w) for w in weeks]


def onset_of(
    criterion: RanoCriterion, sizes: list[object], states: list[ClinicalState], days: list[int]
) -> list[int]:
    onset = criterion.judge(course(criterion.quantity, {"a": sizes}, states, days=days)).onset  # type: ignore[dict-item]
    assert onset is not None
    return [int(visit) for visit in onset[0]]


def test_a_second_scan_four_weeks_later_settles_it_in_rano_2_alone() -> None:
    sizes, states = [100.0, 150.0, 160.0], at(1, 5, 9)
    made = course(RANO_2.quantity, {"a": sizes}, states, days=[0, 28, 56])
    assert judged(RANO_2, made) == [NONE, NE, PD]
    assert judged(RANO_2, made, Scope.IMAGING) == [NONE, PD, PD]
    assert onset_of(RANO_2, sizes, states, [0, 28, 56]) == [0, 1, 1], (
        "it dates from the first suspicious scan"
    )
    assert judged(RANO_HGG, made) == [NONE, NE, NE]


@pytest.mark.parametrize(("day", "then"), [(55, NE), (56, PD)])
def test_four_weeks_are_28_days(day: int, then: Category) -> None:
    made = course(RANO_2.quantity, {"a": [100.0, 150.0, 160.0]}, at(1, 5, 9), days=[0, 28, day])
    assert judged(RANO_2, made)[2] is then


def test_without_a_date_no_scan_repeats_another() -> None:
    made = course(RANO_2.quantity, {"a": [100.0, 150.0, 160.0]}, at(1, 5, 9), days=[0, 28, None])
    assert judged(RANO_2, made)[2] is NE


def test_pseudoprogression_that_goes_back_is_forgotten() -> None:
    sizes, states = [100.0, 150.0, 100.0, 150.0], at(1, 5, 9, 11.9)
    assert judged(RANO_2, course(RANO_2.quantity, {"a": sizes}, states, days=[0, 28, 56, 80])) == [
        NONE,
        NE,
        SD,
        NE,
    ]
    later = at(1, 5, 9, 20)
    assert onset_of(RANO_2, sizes, later, [0, 28, 56, 130]) == [0, 1, 2, 3]


def test_a_visit_that_tells_nothing_neither_clears_nor_confirms() -> None:
    sizes = [100.0, 150.0, LesionStatus.NOT_EVALUABLE, 160.0]
    states = at(1, 4, 8, 14)
    assert onset_of(RANO_2, sizes, states, [0, 20, 48, 90])[3] == 1


@pytest.mark.parametrize("criterion", [RANO_HGG, RANO_2])
@pytest.mark.parametrize(("weeks", "then"), [(11.99, NE), (12.0, PD), (None, PD)])
def test_the_window_is_twelve_weeks(criterion: RanoCriterion, weeks: float | None, then: Category) -> None:
    made = course(criterion.quantity, {"a": [100.0, 150.0]}, at(1, weeks))
    assert judged(criterion, made)[1] is then
    worse = [WELL, replace(WORSE, weeks_since_radiotherapy=weeks)]
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 100.0]}, worse))[1] is then


def test_observation_under_raised_steroids_dates_the_progression_that_follows() -> None:
    sizes: list[object] = [100.0, 100.0, 100.0, 130.0]
    states = [WELL, ON_4_MG, ON_4_MG, ON_4_MG]
    assert judged(RANO_HGG, course(RANO_HGG.quantity, {"a": sizes}, states)) == [NONE, NE, NE, PD]  # type: ignore[dict-item]
    assert onset_of(RANO_HGG, sizes, states, [0, 56, 112, 168]) == [0, 1, 2, 1]
    declined = [WELL, ON_4_MG, replace(WORSE, steroid_mg=4.0)]
    assert onset_of(RANO_HGG, [100.0, 100.0, 100.0], declined, [0, 56, 112]) == [0, 1, 1]
    back = [WELL, ON_4_MG, WELL, WELL]
    assert judged(RANO_HGG, course(RANO_HGG.quantity, {"a": sizes}, back)) == [NONE, NE, SD, PD]  # type: ignore[dict-item]
    assert onset_of(RANO_HGG, sizes, back, [0, 56, 112, 168]) == [0, 1, 2, 3]


def test_lower_steroids_at_the_scan_than_at_the_smallest_sum_leave_growth_open() -> None:
    """The nadir's dose counts, not the baseline's: 4 mg at baseline and 0 at the nadir is no taper."""
    states = [ON_4_MG, WELL, WELL]
    assert judged(RANO_HGG, course(RANO_HGG.quantity, {"a": [100.0, 40.0, 60.0]}, states)) == [NONE, PR, PD]
    states = [ON_4_MG, ON_4_MG, WELL]
    assert judged(RANO_HGG, course(RANO_HGG.quantity, {"a": [100.0, 40.0, 60.0]}, states)) == [NONE, PR, NE]
    assert judged(RANO_2, course(RANO_2.quantity, {"a": [100.0, 40.0, 60.0]}, states)) == [NONE, PR, PD]


def test_a_newly_diagnosed_tumor_is_compared_with_the_first_scan_after_radiotherapy() -> None:
    made = course(RANO_2.quantity, {"a": [400.0, 100.0, 110.0]}, at(-7, 4, 20))
    assert judged(RANO_2, made) == [NONE, NONE, SD], (
        "against the scan before radiotherapy it would be a response"
    )
    burden = RANO_2.judge(made).burden
    assert burden.baseline_visit == 1
    assert burden.baseline[0, 2] == 100.0
    recurrent = course(RANO_2.quantity, {"a": [400.0, 100.0, 110.0]}, at(60, 68, 76))
    assert judged(RANO_2, recurrent) == [NONE, PR, PR]
    before = course(RANO_2.quantity, {"a": [400.0, 100.0]}, at(-7, -1))
    assert judged(RANO_2, before) == [NONE, NONE]


def test_the_outcome_dates_progression_from_the_first_suspicious_scan() -> None:
    made = course(RANO_2.quantity, {"a": [100.0, 150.0, 160.0]}, at(1, 5, 9), days=[0, 28, 56])
    found = assess(made.timeline, RANO_2).outcome
    assert (found.progression_visit, found.progression_confirmed) == (1, True)


def test_chances_of_a_course_in_the_window_stay_open() -> None:
    made = course(RANO_2.quantity, {"a": [400.0, 500.0]}, at(1, 5))
    row = assess(made.timeline, RANO_2, draws=drawn_course(made.timeline)).overall()[1]
    assert PD not in row.probabilities
    assert 0.2 < row.probabilities[NE] < 0.8
    assert sum(row.probabilities.values()) == pytest.approx(1)
