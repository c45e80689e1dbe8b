"""Readers who differ are named, with whose word counts."""

from __future__ import annotations

from dataclasses import replace

from oncometry.core import LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.response import Category, ResponseRow, Scope, assess, criterion_named, disagreements, timelines


def rows(reader: str, *diameters: float, accepted: bool | None = None) -> list[ResponseRow]:
    readings = [
        LesionReading(
            "P",
            f"V{n}",
            42 * n,
            reader,
            "T1",
            LesionRole.TARGET,
            LesionStatus.MEASURED,
            values={Quantity.LONGEST_DIAMETER_MM: diameter},
            accepted=accepted,
        )
        for n, diameter in enumerate(diameters)
    ]
    criterion = criterion_named("recist-1.1")
    (timeline,) = timelines(readings, criterion.limits)
    return list(assess(timeline, criterion).rows)


def test_only_visits_with_different_overall_categories_are_named():
    (one,) = disagreements([*rows("B", 40, 39, 20, accepted=True), *rows("A", 40, 20, 20)])
    assert (one.patient_id, one.timepoint, one.ruleset) == ("P", "V1", "recist-1.1")
    assert list(one.categories.items()) == [("A", Category.PR), ("B", Category.SD)]
    assert one.accepted == ("B",)


def test_alike_readers_and_one_reader_differ_nowhere():
    alone = rows("A", 40, 20)
    assert disagreements(alone) == ()
    assert disagreements([*alone, *rows("B", 41, 20.2)]) == ()


def test_only_the_overall_category_is_compared():
    alone = rows("A", 40, 20)
    other = [
        row if row.scope is Scope.OVERALL else replace(row, category=Category.NE) for row in rows("B", 40, 20)
    ]
    assert disagreements([*alone, *other]) == ()
