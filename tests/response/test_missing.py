"""What was not read is never counted as less: sums that lack a target, new lesions nobody speaks of, ties of days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oncometry.core import LesionReading, LesionRole, LesionStatus, Quantity, SettingsError
from oncometry.response import Category, assess, criterion_named, timelines
from oncometry.response.recist import LIMITS

from .courses import Made, judged, timeline

RECIST = criterion_named("recist-1.1")
LONGEST = Quantity.LONGEST_DIAMETER_MM


def read(visit: str, day: int | None, size: float, role: LesionRole, **said: object) -> LesionReading:
    made = LesionReading("p", visit, day, "r", role.value, role, LesionStatus.MEASURED, {LONGEST: size})
    return replace(made, **said)  # type: ignore[arg-type]


def test_a_sum_that_lacks_a_target_is_neither_given_nor_compared() -> None:
    made = timeline(Made({"a": [20, 10], "b": [100, None]}), RECIST.quantity)
    row = assess(made, RECIST).overall()[1]
    assert row.category is Category.NE
    assert (row.total, row.change_from_baseline, row.change_from_nadir) == (None, None, None)
    assert "at least 10 mm" in row.explanation.text
    assert "%" not in row.explanation.text.split("Sum")[1]


def test_what_is_missing_is_said_with_its_reason() -> None:
    made = timeline(Made({"a": [20, 10], "b": [100, LesionStatus.NOT_EVALUABLE]}), RECIST.quantity)
    assert "(a 10, b missing (said so))" in assess(made, RECIST).overall()[1].explanation.text


def test_progression_that_is_sure_without_a_target_says_by_how_much_at_least() -> None:
    made = timeline(Made({"a": [20, 60], "b": [20, None]}), RECIST.quantity)
    row = assess(made, RECIST).overall()[1]
    assert (row.category, row.total, row.change_from_nadir) == (Category.PD, None, None)
    assert "At least +20.00 mm, +50.0 % against the nadir" in row.explanation.text


@pytest.mark.parametrize(
    ("later", "expected"),
    [(None, Category.PD), (LesionStatus.NOT_EVALUABLE, Category.PD), (LesionStatus.ABSENT, Category.PR)],
)
def test_a_new_lesion_stays_until_it_is_read_as_absent(
    later: LesionStatus | None, expected: Category
) -> None:
    made = Made({"a": [40, 40, 20], "new": [LesionStatus.ABSENT, 12, later]})
    assert judged(RECIST, made)[1:] == [Category.PD, expected]


def test_a_lesion_cannot_be_new_at_the_first_visit() -> None:
    rows = [read("v1", 0, 40, LesionRole.TARGET), read("v1", 0, 12, LesionRole.NEW)]
    with pytest.raises(SettingsError, match=r"ROW_CONFLICTING.*'new' is called new at 'v1'"):
        timelines(rows, LIMITS)


def test_visits_of_one_day_are_ordered_by_their_numbers_or_refused() -> None:
    rows = [
        read("base", 0, 40, LesionRole.TARGET),
        read("a", 56, 60, LesionRole.TARGET),
        read("b", 56, 20, LesionRole.TARGET),
    ]
    with pytest.raises(SettingsError, match=r"ROW_CONFLICTING.*'a' and 'b' are both of day 56"):
        timelines(rows, LIMITS)
    numbered = [replace(row, visit_number=number) for row, number in zip(rows, (1.0, 3.0, 2.0), strict=True)]
    (found,) = timelines(numbered, LIMITS)
    assert [visit.label for visit in found.visits] == ["base", "b", "a"]
