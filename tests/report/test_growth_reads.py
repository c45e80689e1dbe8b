"""Courses of manual reads: one quantity each, of whole lesions, and zero once a lesion is gone."""

from __future__ import annotations

from typing import Any

import pytest

from oncometry.core import Code, Compartment, LesionStatus, Quantity
from oncometry.prediction.growth import SizeOrigin, SizeUnit
from oncometry.report.growth_reads import read_courses, reads_by_lesion
from oncometry.response.linear_targets import LinearThresholds


def read(lesion: str, day: int | None, **said: Any) -> dict[str, Any]:
    row: dict[str, Any] = {quantity.value: None for quantity in Quantity}
    row |= {
        "patient_id": "P",
        "reader": "A",
        "lesion": lesion,
        "day": day,
        "ledger_lesion": None,
        "is_node": None,
    }
    row |= {"compartment": Compartment.WHOLE, "status": LesionStatus.MEASURED}
    return row | {"value_id": f"reading:{lesion}@{day}"} | said


def course(lesion: str, name: str, sizes: tuple[float, ...], **said: Any) -> list[dict[str, Any]]:
    return [read(lesion, 40 * n, **{name: size}, **said) for n, size in enumerate(sizes)]


def test_a_node_is_followed_by_its_short_axis_and_another_lesion_by_its_longest_diameter() -> None:
    rows = course("N", "longest_diameter_mm", (30, 31, 32), short_axis_mm=12.0, is_node=True)
    rows += course("L", "longest_diameter_mm", (30, 31, 32), short_axis_mm=12.0)
    found, _ = read_courses(reads_by_lesion(rows, "A", {}))
    assert {s.lesion: s.sizes.tolist() for s in found} == {"L": [30, 31, 32], "N": [12, 12, 12]}


def test_volumes_stand_in_where_no_diameter_was_read() -> None:
    rows = course("V", "volume_ml", (3, 4, 5)) + course("L", "longest_diameter_mm", (9, 8, 7))
    found, _ = read_courses(reads_by_lesion(rows, "A", {}))
    assert {s.lesion: (s.unit, s.sizes.tolist()) for s in found} == {
        "L": (SizeUnit.MM, [9, 8, 7]),
        "V": (SizeUnit.ML, [3, 4, 5]),
    }


def test_a_course_is_of_the_quantity_with_the_most_dated_readings_and_of_the_first_on_a_tie() -> None:
    rows = course("V", "volume_ml", (4, 7, 12, 20))
    rows[0]["longest_diameter_mm"] = 20.0
    rows += [read("V", None, longest_diameter_mm=float(n)) for n in range(9)]
    rows += course("T", "volume_ml", (4, 5, 6), longest_diameter_mm=9.0)
    rows += course("N", "volume_ml", (4, 5, 6), longest_diameter_mm=9.0, short_axis_mm=7.0, is_node=True)
    rows += [read("D", day, volume_ml=3.0) for day in (0, 40, 80)] + [read("D", 20, longest_diameter_mm=8.0)]
    found, left_out = read_courses(reads_by_lesion(rows, "A", {}))
    assert {s.lesion: s.sizes.tolist() for s in found} == {
        "D": [3, 3, 3],
        "N": [7, 7, 7],
        "T": [9, 9, 9],
        "V": [4, 7, 12, 20],
    }
    assert [str(n) for s in found for n in s.notices] == [
        "VALUE_MISSING: P D: no volume_ml on day 20 (only longest_diameter_mm).",
        "SOURCE_DIFFERS: P V: a course of volume_ml, which most readings have; left out is longest_diameter_mm on day 0.",
    ]
    assert [n.code for n in left_out] == [Code.DATE_MISSING]


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ({"volume_ml": 2.0}, "day 120 (only volume_ml)"),
        ({"status": LesionStatus.NOT_EVALUABLE}, "day 120 (not evaluable)"),
        ({"status": LesionStatus.NOT_IMAGED}, "day 120 (not imaged)"),
        ({}, "day 120 (no size)"),
    ],
)
def test_no_day_is_forecast_that_was_read(last: dict[str, Any], words: str) -> None:
    rows = [*course("L", "longest_diameter_mm", (9, 8, 7)), read("L", 120, **last)]
    found, (told,) = read_courses(reads_by_lesion(rows, "A", {}))
    assert found == []
    assert told.code is Code.VALUE_MISSING
    assert told.what.startswith("P L: the last longest_diameter_mm is of day 80, and it was read later, on")
    assert words in told.what


def test_what_gives_no_size_before_the_last_reading_is_told_with_its_course() -> None:
    rows = [
        *course("L", "longest_diameter_mm", (9, 8, 7)),
        read("L", 20, volume_ml=2.0),
        read("L", 30, volume_ml=2.0, product_mm2=40.0),
        *(read("L", day, status=LesionStatus.NOT_IMAGED) for day in (60, 50)),
    ]
    ((found,), left_out) = read_courses(reads_by_lesion(rows, "A", {}))
    assert found.sizes.tolist() == [9, 8, 7]
    assert left_out == []
    (told,) = found.notices
    assert told.code is Code.VALUE_MISSING
    assert told.what == (
        "P L: no longest_diameter_mm on day 20 (only volume_ml); day 30 (only product_mm2 and volume_ml); "
        "days 50, 60 (not imaged)."
    )


def test_a_course_that_is_too_short_says_which_readings_gave_no_size() -> None:
    rows = [*course("L", "longest_diameter_mm", (9, 8)), read("L", 20, status=LesionStatus.NOT_EVALUABLE)]
    _, (told,) = read_courses(reads_by_lesion(rows, "A", {}))
    assert told.code is Code.TOO_FEW_VISITS
    assert told.what.endswith("No longest_diameter_mm on day 20 (not evaluable).")


@pytest.mark.parametrize(("name", "is_node"), [("longest_diameter_mm", None), ("short_axis_mm", True)])
def test_what_is_too_small_to_measure_has_the_diameter_that_a_response_counts(
    name: str, is_node: bool
) -> None:
    small: dict[str, Any] = {"status": LesionStatus.TOO_SMALL, "is_node": is_node}
    rows = course("L", name, (20, 16, 12), is_node=is_node)
    rows += [read("L", 120, **small), read("L", 160, **small), read("L", 200, **{name: 3.0}, **small)]
    lesions = reads_by_lesion(rows, "A", {})
    ((found,), left_out) = read_courses(lesions)
    least = LinearThresholds().too_small_mm
    assert found.sizes.tolist() == [20, 16, 12, least, least, 3]
    assert left_out == []
    assert [str(n) for n in found.notices] == [
        "TOO_SMALL: P L: too small to measure on days 120, 160: 5 mm, as RECIST 1.1 has it."
    ]
    assert found.origin is not None
    assert found.origin.value_ids[-1] == "reading:L@200"


def test_what_is_too_small_to_measure_has_no_volume() -> None:
    rows = [*course("L", "volume_ml", (9, 6, 3)), read("L", 120, status=LesionStatus.TOO_SMALL)]
    found, (told,) = read_courses(reads_by_lesion(rows, "A", {}))
    assert found == []
    assert told.code is Code.VALUE_MISSING
    assert "day 120 (too small to measure)" in told.what


def test_a_lesion_is_zero_once_gone_and_nothing_before_it_came() -> None:
    gone: dict[str, Any] = {"status": LesionStatus.ABSENT}
    rows = [
        read("L", 0, **gone),
        *(read("L", d, longest_diameter_mm=9.0) for d in (80, 40)),
        read("L", 120, **gone),
    ]
    lesions = reads_by_lesion(rows, "A", {})
    ((found,), left_out) = read_courses(lesions)
    assert (found.first_day, found.days.tolist(), found.sizes.tolist()) == (40, [0, 40, 80], [9, 9, 0])
    assert left_out == []
    read_from = ("reading:L@40", "reading:L@80", "reading:L@120")
    assert found.origin == SizeOrigin("A", None, "longest_diameter_mm", read_from)


def test_a_course_names_the_lesion_of_the_cohort_that_all_its_readings_were_taken_for() -> None:
    rows = course("1", "volume_ml", (3, 4, 5), ledger_lesion="L7")
    rows[1]["ledger_lesion"] = None
    rows += course("2", "longest_diameter_mm", (9, 9, 9), ledger_lesion="L7")
    rows[-1]["ledger_lesion"] = "L8"
    found, _ = read_courses(reads_by_lesion(rows, "A", {}))
    origins = {s.lesion: s.origin for s in found}
    assert {name: (o.reader, o.lesion, o.quantity) for name, o in origins.items() if o is not None} == {
        "1": ("A", "L7", "volume_ml"),
        "2": ("A", None, "longest_diameter_mm"),
    }


def test_other_readers_parts_and_what_a_person_took_for_no_lesion_are_left_away() -> None:
    rows = course("L", "longest_diameter_mm", (9, 9, 9), reader="B")
    rows += course("C", "longest_diameter_mm", (9, 9, 9), compartment=Compartment.CORE)
    rows += course("X", "longest_diameter_mm", (9, 9, 9), ledger_lesion="L7")
    assert read_courses(reads_by_lesion(rows, "A", {"P": {"L7": "no lesion"}})) == ([], [])
    assert len(read_courses(reads_by_lesion(rows, "A", {}))[0]) == 1


def test_readings_without_a_day_and_short_courses_are_told() -> None:
    rows = [read("L", None, longest_diameter_mm=9.0), *course("L", "longest_diameter_mm", (9, 9))]
    found, left_out = read_courses(reads_by_lesion(rows, "A", {}))
    assert found == []
    assert [n.code for n in left_out] == [Code.DATE_MISSING, Code.TOO_FEW_VISITS]
    assert left_out[0].what == "P: 1 reading has no day."
