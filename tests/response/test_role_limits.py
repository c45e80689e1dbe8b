"""Roles beyond a criterion's limits, and targets without a baseline: judged as the reader said, and announced."""

from __future__ import annotations

import math

import pytest

from oncometry.core import ClinicalState, Compartment, LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.response import Assessment, Category, assess, criterion_named, timelines

LONGEST, SHORT = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM
TARGET = LesionRole.TARGET


def reading(
    lesion: str, size: float, visit: int = 0, role: LesionRole | None = TARGET, **said: object
) -> LesionReading:
    quantity = SHORT if said.get("is_node") else LONGEST
    values = said.pop("values", {quantity: size})
    status = said.pop("status", LesionStatus.MEASURED)
    return LesionReading("p1", f"v{visit}", 42 * visit, "A", lesion, role, status, values, **said)  # type: ignore[arg-type]


def assessed(readings: list[LesionReading], name: str = "recist-1.1", **clinical: object) -> Assessment:
    criterion = criterion_named(name)
    (found,) = timelines(readings, criterion.limits, **clinical)  # type: ignore[arg-type]
    return assess(found, criterion)


def told(assessment: Assessment) -> list[str]:
    assert {notice.code for notice in assessment.notices} <= {"ROLE_BEYOND_LIMITS"}
    return [notice.what for notice in assessment.notices]


def test_more_targets_than_the_criterion_takes_are_judged_and_told() -> None:
    rows = [reading(f"L{n}", 20, visit) for n in range(7) for visit in (0, 1)]
    found = assessed(rows)
    assert found.overall()[1].total == 140
    names = ", ".join(f"L{n}" for n in range(7))
    assert told(found) == [f"7 targets ({names}), recist-1.1 takes 5; judged as the reader said."]


def test_more_targets_in_an_organ_than_the_criterion_takes() -> None:
    rows = [reading(f"L{n}", 20, organ=organ) for n, organ in enumerate(("Liver", "LIVER", "liver"))] + [
        reading("K", 20, organ="kidney")
    ]
    assert told(assessed(rows)) == [
        "3 targets in 'liver' (L0, L1, L2), recist-1.1 takes 2; judged as the reader said."
    ]
    assert told(assessed(rows, "mrecist")) == [
        "3 targets in 'liver' (L0, L1, L2), mrecist takes 2; judged as the reader said."
    ]
    assert told(assessed(rows, "volumetric")) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            reading("N", 14.9, is_node=True),
            "target 'N' has short_axis_mm 14.9, of a node recist-1.1 takes 15",
        ),
        (reading("N", 15.0, is_node=True), ""),
        (reading("L", 9.9), "target 'L' has longest_diameter_mm 9.9, of a lesion recist-1.1 takes 10"),
        (reading("L", 10.0), ""),
        (
            reading("L", 15.9, slice_thickness_mm=8.0),
            "target 'L' has longest_diameter_mm 15.9, of a lesion recist-1.1 takes 16",
        ),
        (reading("L", 0, status=LesionStatus.TOO_SMALL, values={}), "target 'L' is too small to measure"),
        (reading("L", 0, status=LesionStatus.ABSENT, values={}), "target 'L' is absent at the baseline"),
        (reading("L", 0, values={Quantity.VOLUME_ML: 3.0}), ""),
    ],
)
def test_a_target_that_is_not_measurable_at_the_baseline(row: LesionReading, words: str) -> None:
    found = told(assessed([row]))
    assert len(found) == bool(words)
    assert all(line.startswith(words) for line in found)


def test_what_the_criterion_selects_is_within_its_limits() -> None:
    rows = [reading(f"L{n}", 9 + n, organ="liver", role=None) for n in range(9)]
    assert told(assessed(rows)) == []


def test_parts_are_counted_apart_and_at_the_criterions_own_baseline() -> None:
    """RANO 2.0 starts with the first scan after radiotherapy: of those before it nothing is asked."""
    sizes = {LONGEST: 20.0, SHORT: 15.0}
    small = {LONGEST: 9.0, SHORT: 9.0}
    rows = [
        reading(f"{part[0]}{n}", 0, visit, values=small if visit == 0 else sizes, compartment=part)
        for part in (Compartment.ENHANCING, Compartment.NON_ENHANCING)
        for n in range(3)
        for visit in (0, 1)
    ]
    states = {("p1", f"v{at}"): ClinicalState(weeks_since_radiotherapy=w) for at, w in ((0, -4.0), (1, 3.0))}
    assert told(assessed(rows, "rano-2.0", clinical=states)) == [
        "3 targets of the enhancing part (e0, e1, e2), rano-2.0 takes 2; judged as the reader said.",
        "3 targets of the non-enhancing part (n0, n1, n2), rano-2.0 takes 2; judged as the reader said.",
    ]


@pytest.mark.parametrize("name", ["recist-1.1", "irecist", "volumetric", "percist-1.0", "macdonald"])
def test_a_target_that_nobody_read_at_the_baseline_is_named_with_what_to_do(name: str) -> None:
    quantity = criterion_named(name).quantity
    rows = [
        reading("T1", 0, values={quantity: 20.0}),
        reading("T1", 0, 1, values={quantity: 20.0}),
        reading("T2", 0, 1, values={quantity: 12.0}),
    ]
    found = assessed(rows, name)
    words = (
        "T2 was not read at v0, the baseline, so that nothing can be compared with it: give its size there or, if it "
        "was not there yet, call it new."
    )
    assert found.overall()[1].category is Category.NE
    assert words in found.overall()[1].explanation.text
    assert [(n.code, n.what) for n in found.notices] == [("VALUE_MISSING", words)]


def test_a_late_target_of_the_other_part_is_named_too() -> None:
    sizes = {LONGEST: 20.0, SHORT: 15.0}
    parts = ((Compartment.ENHANCING, "E", (0, 1)), (Compartment.NON_ENHANCING, "T2", (1,)))
    rows = [
        reading(name, 0, visit, values=sizes, compartment=part)
        for part, name, when in parts
        for visit in when
    ]
    states = {("p1", f"v{at}"): ClinicalState(weeks_since_radiotherapy=math.inf) for at in (0, 1)}
    found = assessed(rows, "rano-2.0", clinical=states)
    assert "T2 was not read at v0, the baseline" in found.overall()[1].explanation.text


def test_a_target_without_a_size_at_the_baseline_is_named_with_its_reason() -> None:
    rows = [
        reading("T1", 20),
        reading("T2", 0, values={}, status=LesionStatus.NOT_EVALUABLE, reason="moved"),
        *(reading(name, 20, 1) for name in ("T1", "T2")),
    ]
    text = assessed(rows).overall()[1].explanation.text
    assert "Without a size at v0: T2 not evaluable (moved)." in text


def test_a_lesion_that_nothing_tells_to_be_measurable_is_no_target_and_named() -> None:
    product = {Quantity.PRODUCT_MM2: 400.0}
    said = (
        "L is no target, for it has no longest_diameter_mm and no short_axis_mm at the baseline to tell that it is large "
        "enough: give that, or its role."
    )
    found = assessed([reading("L", 0, role=None, values=product)], "rano-hgg")
    assert [(notice.code, notice.what) for notice in found.notices] == [("VALUE_MISSING", said)]
    assert not assessed([reading("L", 0, values=product)], "rano-hgg").notices
    assert not assessed([reading("L", 0, role=None, values=product)], "macdonald").notices
