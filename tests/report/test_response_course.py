"""Rows of an assessment put together: visits, readers who differ, best change, progression."""

from __future__ import annotations

import pytest
from tests.report.build import Frames
from tests.report.judged import Call, add_course

from oncometry.report.cohort_responses import best_change_percent, progression_day
from oncometry.report.response_course import ResponseCourse, disagreements, response_courses
from oncometry.report.tables import Tables


def courses_of(frames: Frames) -> list[ResponseCourse]:
    return response_courses(Tables(frames.source).rows)


def course_of(*calls: tuple[str, float], best: str = "SD") -> ResponseCourse:
    """A course of categories and sums; the baseline is 100."""
    frames = Frames()
    add_course(frames, "P", [Call("NONE", 100.0), *(Call(*call) for call in calls)], best)
    return courses_of(frames)[0]


def test_a_course_has_its_visits_scopes_shares_and_roles() -> None:
    frames = Frames()
    calls = [Call("NONE", 30.0), Call("NE", 20.0, {"PR": 0.9, "SD": 0.1}, imaging="PR")]
    add_course(frames, "P", calls, "PR", reader="A")
    add_course(frames, "P", calls[:1], "NE", reader="B")
    add_course(frames, "Q", calls[:1], "NE")
    first, second, third = courses_of(frames)
    assert [(c.patient_id, c.reader) for c in (first, second, third)] == [
        ("P", "A"),
        ("P", "B"),
        ("Q", "oncometry"),
    ]
    assert [v.category for v in first.visits] == ["NONE", "NE"]
    assert [v.category for v in first.judged] == ["NE"]
    assert first.judged[0].imaging_only == "PR"
    assert first.judged[0].probabilities == {"PR": 0.9, "SD": 0.1}
    assert first.judged[0].imaging_probabilities == {"PR": 1.0}
    assert first.best_category == "PR"
    assert first.roles == {("L1", "whole"): "target"}
    assert len(first.inputs) == 2


def test_readers_who_differ_are_named_with_whom_an_adjudicator_took() -> None:
    frames = Frames()
    for reader, category, accepted in (("A", "PR", None), ("B", "SD", True)):
        calls = [Call("NONE", 30.0), Call(category, 20.0, accepted=accepted), Call("PR", 10.0)]
        add_course(frames, "P", calls, "PR", reader=reader)
    add_course(frames, "P", [Call("NONE", 30.0), Call("PD", 60.0)], "PD", criteria="volumetric")
    (found,) = disagreements(courses_of(frames))
    assert found.text == "RECIST 1.1, visit 2: A PR and B SD; adjudicated: B."


def test_visits_that_only_a_readers_file_has_are_told_apart_by_day() -> None:
    frames = Frames()
    for reader, day in (("A", 40), ("B", 47)):
        add_course(
            frames, "P", [Call("NONE", 30.0), Call("PR" if day == 40 else "SD", 20.0)], "PR", reader=reader
        )
        for row in frames.rows["responses"]:
            if row["reader"] == reader and row.get("timepoint") == 2:
                row |= {"timepoint": None, "day": day}
    assert disagreements(courses_of(frames)) == []


def test_the_best_change_is_the_lowest_up_to_progression() -> None:
    assert best_change_percent(course_of(("SD", 80.0), ("PD", 110.0), ("PR", 20.0))) == pytest.approx(-20.0)
    assert best_change_percent(course_of(("PD", 130.0))) == pytest.approx(30.0)
    assert best_change_percent(course_of()) is None


@pytest.mark.parametrize(
    ("calls", "day"),
    [
        ((("SD", 90.0), ("PD", 130.0)), 84),
        ((("iUPD", 130.0), ("iCPD", 140.0)), 42),
        ((("iUPD", 130.0), ("NE", 130.0), ("iCPD", 140.0)), 42),
        ((("iUPD", 130.0), ("iSD", 100.0), ("iUPD", 130.0), ("iCPD", 140.0)), 126),
        ((("iUPD", 130.0), ("iSD", 100.0)), None),
        ((("NE", 100.0), ("SD", 100.0)), None),
    ],
)
def test_progression_dates_from_the_first_suspicion_that_held(
    calls: tuple[tuple[str, float], ...], day: int | None
) -> None:
    assert progression_day(course_of(*calls)) == day
