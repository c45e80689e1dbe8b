"""Which visit a value of a clinical sheet belongs to, and what of it is not used."""

from __future__ import annotations

import math
from typing import Any

import pytest

from oncometry.core import ClinicalState, ClinicalStatus, Timepoint
from oncometry.pipeline.visit_states import States, visit_states

pytestmark = pytest.mark.storeless

VISITS = (Timepoint("p", 1, "01", 0), Timepoint("p", 2, "02", 60), Timepoint("p", 3, "03", 120))
COURSE = {"kind": "radiotherapy", "end_day": -35}


def value(name: str, said: float | str, day: int | None, row: int = 2, sheet: str = "s") -> dict[str, Any]:
    number, text = (None, said) if isinstance(said, str) else (said, None)
    return {"name": name, "text": text, "number": number, "day": day, "sheet": sheet, "row": row}


def states(*values: dict[str, Any], courses: tuple[dict[str, Any], ...] = ()) -> States:
    return visit_states(VISITS, values, courses)


def at(found: States, label: str) -> ClinicalState:
    return found.by_visit["p", label]


def said(found: States) -> str:
    return " ".join(notice.what for notice in (*found.missing, *found.unused))


def test_nobody_said_anything() -> None:
    found = states()
    assert set(found.by_visit.values()) == {ClinicalState()}
    assert said(found) == "not said: steroids, clinical state, end of radiotherapy"


def test_values_belong_to_the_visit_of_their_day() -> None:
    found = states(
        value("steroid_mg", 4.0, 0), value("Clinical_Status", "Improved", 60), value("new_symptoms", 1.0, 120)
    )
    assert at(found, "01") == ClinicalState(steroid_mg=4.0)
    assert at(found, "02") == ClinicalState(status=ClinicalStatus.IMPROVED)
    assert at(found, "03") == ClinicalState(new_symptoms=True)
    assert said(found) == "not said: end of radiotherapy"


def test_a_visit_is_told_by_its_name_where_no_day_is() -> None:
    found = states(
        value("timepoint", "02", None, row=3),
        value("steroid_mg", 2.0, None, row=3),
        value("timepoint", "01", None, row=2),
        value("steroid_mg", 8.0, None, row=2),
    )
    assert [at(found, label).steroid_mg for label in ("01", "02", "03")] == [8.0, 2.0, None]


def test_a_name_that_is_no_label_leaves_the_word_to_the_day() -> None:
    found = states(value("visit", "2", 60), value("steroid_mg", 2.0, 60))
    assert at(found, "02").steroid_mg == 2.0


def test_the_name_counts_where_there_are_no_images_of_the_day() -> None:
    found = states(value("visit", "02", 63), value("steroid_mg", 2.0, 63))
    assert at(found, "02").steroid_mg == 2.0


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (
            [value("visit", "02", 120), value("steroid_mg", 2.0, 120)],
            "names one visit and the day of another",
        ),
        ([value("steroid_mg", 2.0, 61)], "steroid_mg 2 of day 61: there are no images of that day"),
        ([value("steroid_mg", 2.0, None)], "steroid_mg 2: its row tells no visit of the cohort"),
        (
            [value("visit", "09", None), value("steroid_mg", 2.0, None)],
            "steroid_mg 2 of visit 09: its row tells no visit",
        ),
        ([value("steroid_mg", -2.0, 0)], "it is not a dose in mg"),
        ([value("steroid_mg", "much", 0)], "steroid_mg 'much' of day 0: it is not a dose in mg"),
        (
            [value("steroid_mg", 2.0, 0), value("dexamethasone_mg_per_day", 4.0, 0)],
            "steroid_mg 2 of day 0, dexamethasone_mg_per_day 4 of day 0: they differ at one visit",
        ),
    ],
)
def test_what_is_not_used_is_told(values: list[dict[str, Any]], why: str) -> None:
    found = states(*values)
    assert all(state.steroid_mg is None for state in found.by_visit.values())
    assert why in said(found)
    assert "not said: steroids" in said(found)


def test_two_sheets_that_say_the_same_say_it_once() -> None:
    found = states(value("steroid_mg", 4.0, 0), value("dexamethasone_mg", 4.0, 0, sheet="other"))
    assert at(found, "01").steroid_mg == 4.0
    assert "not used" not in said(found)


def test_two_visits_of_a_day_are_told_by_name() -> None:
    twins = (Timepoint("p", 1, "01", 0), Timepoint("p", 2, "02", 0))
    unnamed = visit_states(twins, [value("steroid_mg", 4.0, 0)], [])
    assert "several visits of that day" in said(unnamed)
    named = visit_states(twins, [value("visit", "02", 0), value("steroid_mg", 4.0, 0)], [])
    assert [at(named, label).steroid_mg for label in ("01", "02")] == [None, 4.0]


def test_many_values_of_one_kind_are_counted() -> None:
    found = states(*(value("steroid_mg", 2.0, day, row=day) for day in range(200, 240)))
    assert "steroid_mg 2 of day 204 and 35 more: there are no images" in said(found)
    assert "of day 205" not in said(found)


def test_radiotherapy_ends_where_courses_say() -> None:
    found = states(courses=(COURSE, {"kind": "chemotherapy", "end_day": 0}, {**COURSE, "end_day": None}))
    assert [at(found, label).weeks_since_radiotherapy for label in ("01", "02", "03")] == [5, 95 / 7, 155 / 7]
    assert "radiotherapy" not in said(found)


def test_radiotherapy_ends_where_a_sheet_says_for_all_visits() -> None:
    found = states(value("radiotherapy_end_days", 46.0, 0))
    assert [at(found, label).weeks_since_radiotherapy for label in ("01", "02")] == [-46 / 7, 2]


@pytest.mark.parametrize("end", [46.5, "spring"])
def test_an_end_that_is_no_day_is_told(end: float | str) -> None:
    found = states(value("radiotherapy_end_days", end, 0))
    assert f"radiotherapy_end_days {end}: it is not a whole number of days" in said(found)
    assert "end of radiotherapy" in said(found)


def test_weeks_that_are_said_stand() -> None:
    found = states(
        value("weeks_since_radiotherapy", 9.0, 60),
        value("weeks_since_radiotherapy", "never", 120),
        courses=(COURSE,),
    )
    assert [at(found, label).weeks_since_radiotherapy for label in ("01", "02", "03")] == [5, 9, math.inf]
