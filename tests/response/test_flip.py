"""The flip is the smallest one: against a search of every size on a grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import LesionStatus, Quantity
from oncometry.response import Course, Criterion, Scope, assess, criterion_named

from .courses import Made, timeline

STEP = 0.1
GRID = np.round(np.arange(STEP, 100, STEP), 6)
"""Above 0: an absent lesion is no measurement to be changed; 0 itself is tried by the flips alone."""
SIZE = st.integers(10, 600).map(lambda tenths: tenths / 10)
COURSE = st.lists(st.tuples(SIZE, SIZE, st.booleans()), min_size=2, max_size=4)


def searched(criterion: Criterion, course: Course, visit: int) -> float:
    """The smallest change on the grid of one measurement of the visit that changes its overall category."""
    was = criterion.judge(course).verdicts[Scope.OVERALL].categories[0, visit]
    best = np.inf
    for quantity in (criterion.quantity, Quantity.SHORT_AXIS_MM):
        for lesion in np.flatnonzero(~np.isnan(course.values[quantity][0, visit])):
            values = np.repeat(course.values[quantity], len(GRID), axis=0)
            values[:, visit, lesion] = GRID
            judged = (
                criterion.judge(course.drawn({quantity: values})).verdicts[Scope.OVERALL].categories[:, visit]
            )
            changes = np.abs(GRID - course.values[quantity][0, visit, lesion])[judged != was]
            best = min(best, changes.min(initial=np.inf))
    return float(best)


@pytest.mark.parametrize("name", ["recist-1.1", "irecist", "mrecist", "volumetric", "percist-1.0"])
@settings(max_examples=12)
@given(course=COURSE)
def test_no_smaller_change_flips(name: str, course: list[tuple[float, float, bool]]) -> None:
    criterion = criterion_named(name)
    made = Made(
        {
            "a": [a for a, _, _ in course],
            "node b": [b for _, b, _ in course],
            "new": [None, *(12.0 if new else 0.0 for _, _, new in course[1:])],
        }
    )
    read = timeline(made, criterion.quantity)
    rows = assess(read, criterion).overall()
    for visit in range(1, len(course)):
        found, flip = searched(criterion, Course.of(read), visit), rows[visit].flip
        if flip is None:
            assert found == np.inf
            continue
        assert abs(flip.amount) <= found + 1e-3
        assert abs(flip.amount) > found - STEP - 1e-3 or flip.size == 0


@pytest.mark.parametrize("name", ["recist-1.1", "irecist"])
@given(course=COURSE)
def test_a_flip_flips(name: str, course: list[tuple[float, float, bool]]) -> None:
    """Read so, the visit is called what the flip says."""
    criterion = criterion_named(name)
    read = timeline(
        Made({"a": [a for a, _, _ in course], "node b": [b for _, b, _ in course]}), criterion.quantity
    )
    for visit, row in enumerate(assess(read, criterion).overall()):
        if row.flip is None:
            continue
        lesions = tuple(
            replace(
                lesion,
                readings=tuple(
                    replace(r, values={row.flip.quantity: row.flip.size})
                    if r is not None and at == visit and lesion.name == row.flip.lesion
                    else r
                    for at, r in enumerate(lesion.readings)
                ),
            )
            for lesion in read.lesions
        )
        again = assess(replace(read, lesions=lesions), criterion).overall()[visit]
        assert again.category is row.flip.category is not row.category


def test_what_was_not_measured_cannot_be_measured_otherwise() -> None:
    criterion = criterion_named("recist-1.1")
    for size in (LesionStatus.NOT_EVALUABLE, 0.0):
        read = timeline(Made({"a": [50, size]}), criterion.quantity)
        assert assess(read, criterion).overall()[1].flip is None


def test_a_flip_is_told_with_its_lesion_and_amount() -> None:
    criterion = criterion_named("recist-1.1")
    row = assess(timeline(Made({"a": [50, 34], "b": [50, 37]}), criterion.quantity), criterion).overall()[1]
    assert row.flip is not None
    assert (row.flip.lesion, row.flip.category) == ("a", "PR")
    assert row.flip.amount == pytest.approx(-1.0, abs=1e-3)
    assert "It would be PR if a had 33 mm instead of 34 (-1.00 mm)." in row.explanation.text


def test_an_overall_proof_has_the_rules_of_its_parts_the_numbers_and_the_rows() -> None:
    criterion = criterion_named("recist-1.1")
    text = (
        assess(timeline(Made({"a": [50, 40, 60]}), criterion.quantity), criterion)
        .overall()[2]
        .explanation.text
    )
    for said in (
        "Progression of the target lesions is progression, whatever else. (Table 1, doi:10.1016/j.ejca.2008.10.026)",
        "Target lesions PD: The sum of diameters is at least 20 % and at least 5 mm above the smallest so far",
        "Sum 60 mm at v2 (a 60).",
        "+10.00 mm, +20.0 % against the baseline 50 mm (v0).",
        "+20.00 mm, +50.0 % against the nadir 40 mm (v1).",
        "It would be SD if a had 48 mm instead of 60 (-12.00 mm).",
        "From row a 2, row a 0, row a 1.",
    ):
        assert said in text


@pytest.mark.parametrize(("size", "side", "then"), [(70.0, "more", "SD"), (120.0, "less", "SD")])
def test_a_size_at_a_threshold_is_said_to_be_there(size: float, side: str, then: str) -> None:
    """No minus before a zero: the change that flips it has no size of its own."""
    criterion = criterion_named("recist-1.1")
    row = assess(timeline(Made({"a": [100, size]}), criterion.quantity), criterion).overall()[1]
    assert row.flip is not None
    assert (str(row.cells()["flip_mm"]), row.flip.at_threshold, row.flip.category) == ("0.0", True, then)
    told = f"It is at the threshold: it would be {then} if a had any {side} than {size:g} mm."
    assert told in row.explanation.text
    off = assess(timeline(Made({"a": [100, size + 0.01]}), criterion.quantity), criterion).overall()[1]
    assert off.flip is not None
    assert not off.flip.at_threshold


def test_no_change_has_no_sign() -> None:
    """0.3 against 0.1 + 0.2: equal but for the last bit."""
    criterion = criterion_named("recist-1.1")
    made = timeline(Made({"a": [0.1, 0.3], "b": [0.2, 0]}), criterion.quantity)
    row = assess(made, criterion).overall()[1]
    assert str(row.cells()["change_from_baseline_percent"]) == "0.0"
    assert "+0.00 mm, +0.0 % against the baseline" in row.explanation.text
