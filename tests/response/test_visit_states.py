"""Rows of clinical state find their visit, by name or by day."""

from __future__ import annotations

import pytest

from oncometry.core import (
    ClinicalState,
    LesionReading,
    LesionRole,
    LesionStatus,
    SettingsError,
    VisitState,
    weeks_since,
)
from oncometry.response import states_by_visit

ON = ClinicalState(steroid_mg=4.0)


def _reading(patient: str, label: str, day: int | None) -> LesionReading:
    return LesionReading(patient, label, day, "r", "a", LesionRole.TARGET, LesionStatus.ABSENT, reason="gone")


READ = [
    _reading("p1", "v0", 0),
    _reading("p1", "v1", 60),
    _reading("p2", "v0", 0),
    _reading("p2", "v1", None),
]


def test_by_name_or_by_day_and_the_rest_is_told() -> None:
    named, dated = VisitState("p1", "v1", None, ON), VisitState("p2", None, 0, ON)
    off, nobody = VisitState("p1", None, 61, ON), VisitState("p3", "v0", None, ON)
    found, left = states_by_visit(READ, [named, dated, off, nobody])
    assert found == {("p1", "v1"): ON, ("p2", "v0"): ON}
    assert left == (off, nobody)


def test_the_end_of_radiotherapy_holds_for_all_visits_of_its_patient() -> None:
    ends = VisitState("p1", "v1", None, ON, radiotherapy_end_day=-28)
    found, _ = states_by_visit(READ, [ends])
    assert found["p1", "v0"].weeks_since_radiotherapy == 4
    assert found["p1", "v1"].weeks_since_radiotherapy == 88 / 7
    assert found["p1", "v1"].steroid_mg == 4.0
    assert ("p2", "v0") not in found


def test_weeks_that_are_said_stand() -> None:
    said = VisitState(
        "p1", "v0", None, ClinicalState(weeks_since_radiotherapy=99.0), radiotherapy_end_day=-28
    )
    found, _ = states_by_visit(READ, [said])
    assert found["p1", "v0"].weeks_since_radiotherapy == 99.0


def test_two_states_of_one_visit_are_refused() -> None:
    with pytest.raises(SettingsError, match="has a state already"):
        states_by_visit(READ, [VisitState("p1", "v1", None, ON), VisitState("p1", None, 60, ON)])


@pytest.mark.parametrize(
    ("day", "ends", "weeks"),
    [
        (84, (0,), 12.0),
        (84, (0, 70), 2.0),
        (-7, (0, 70), -1.0),
        (None, (0,), None),
        (84, (), None),
        (0, (0,), 0.0),
    ],
)
def test_weeks_count_from_the_last_end_before(
    day: int | None, ends: tuple[int, ...], weeks: float | None
) -> None:
    assert weeks_since(day, ends) == weeks
