"""Courses of manual reads: one quantity each, of whole lesions, and zero once a lesion is gone."""

from __future__ import annotations

from typing import Any

from oncometry.core import Code, Compartment, LesionStatus, Quantity
from oncometry.prediction.growth import SizeUnit
from oncometry.report.growth_reads import read_courses, reads_by_lesion, sources_of_reads


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


def test_volumes_stand_in_where_no_diameter_was_read_and_are_never_mixed_with_them() -> None:
    rows = course("V", "volume_ml", (3, 4, 5)) + course("L", "longest_diameter_mm", (9, 8, 7))
    rows.append(read("L", 120, volume_ml=2.0))
    found, _ = read_courses(reads_by_lesion(rows, "A", {}))
    assert {s.lesion: (s.unit, s.sizes.tolist()) for s in found} == {
        "L": (SizeUnit.MM, [9, 8, 7]),
        "V": (SizeUnit.ML, [3, 4, 5]),
    }


def test_a_lesion_is_zero_once_gone_and_nothing_before_it_came() -> None:
    gone: dict[str, Any] = {"status": LesionStatus.ABSENT}
    rows = [
        read("L", 0, **gone),
        *(read("L", d, longest_diameter_mm=9.0) for d in (80, 40)),
        read("L", 120, **gone),
    ]
    rows.append(read("L", 160, status=LesionStatus.TOO_SMALL))
    lesions = reads_by_lesion(rows, "A", {})
    ((found,), left_out) = read_courses(lesions)
    assert (found.first_day, found.days.tolist(), found.sizes.tolist()) == (40, [0, 40, 80], [9, 9, 0])
    assert left_out == []
    assert sources_of_reads(lesions) == {("P", "L"): ["reading:L@40", "reading:L@80", "reading:L@120"]}


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
