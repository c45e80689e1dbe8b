"""Which visit, and which lesion, a reading is of: what is ambiguous or elsewhere is of none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import UNORDERED, Code, LesionReading, LesionStatus, Timepoint
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.pipeline.match_lesions import Ledger, LesionMatch, Place, match_lesion
from oncometry.pipeline.match_visits import VisitSaid, visit_of

pytestmark = pytest.mark.storeless

VISITS = [
    Timepoint("p", 1, "01", 0, date(2020, 1, 1)),
    Timepoint("p", 2, "02", 60, date(2020, 3, 1)),
    Timepoint("p", 3, "2", 90, date(2020, 3, 31)),
]
SAME_DAY = [Timepoint("p", 1, "am", 0, date(2020, 1, 1)), Timepoint("p", 2, "pm", 0, date(2020, 1, 1))]


@given(
    st.sampled_from(["", "01", "02", "2", "3", "week 9"]),
    st.none() | st.sampled_from([v.acquired for v in VISITS] + [date(2020, 2, 2)]),
    st.none() | st.sampled_from([0, 60, 90, 7]),
)
def test_no_visit_that_a_date_or_day_contradicts(name: str, when: date | None, day: int | None) -> None:
    found, why = visit_of(VisitSaid(name, when, day), VISITS)
    assert (found is None) == bool(why)
    if found is not None:
        assert when in (None, found.acquired)
        assert day in (None, found.day)
        assert when or day is not None or name in (found.label, str(found.number))


def test_a_name_that_is_one_visits_label_and_anothers_number_is_neither() -> None:
    found, why = visit_of(VisitSaid("2"), VISITS)
    assert found is None
    assert "any of visits 02, 2" in why


def test_two_visits_of_a_day_are_told_by_their_label() -> None:
    when = date(2020, 1, 1)
    assert visit_of(VisitSaid("pm", when), SAME_DAY) == (SAME_DAY[1], "")
    assert visit_of(VisitSaid("noon", when), SAME_DAY)[0] is None


def test_numbers_of_visits_in_no_order_say_nothing() -> None:
    visits = [Timepoint("p", 1, "b", source=UNORDERED), Timepoint("p", 2, "a", source=UNORDERED)]
    assert visit_of(VisitSaid("1"), visits)[0] is None
    assert visit_of(VisitSaid("a"), visits)[0] == visits[1]


def place(uid: str, low: tuple[float, float, float], size: float, frame: str | None = "f") -> Place:
    x, y, z = low
    middle = (x + size / 2, y + size / 2, z + size / 2)
    return Place(uid, frame, low, (x + size, y + size, z + size), middle)


def match(places: list[Place], point: tuple[float, float, float], frame: str | None = None) -> LesionMatch:
    x, y, z = point
    reading = LesionReading("p", "1", None, "R", "T1", None, LesionStatus.MEASURED)
    drawing = LesionDrawing(reading, ((x - 5, y, z), (x + 5, y, z)), frame_uid=frame)
    ledger = Ledger({"p": {"L1": "u1", "L2": "u2"}}, {"u1": "p", "u2": "p"}, {("p", 1): places})
    return match_lesion(drawing, "p", 1, ledger, reach_mm=4.0, named=False)


BIG, SMALL = place("u1", (0, 0, 0), 40), place("u2", (34, 34, 34), 8)


@pytest.mark.parametrize(
    ("point", "uid"),
    [
        ((20.0, 20.0, 20.0), "u1"),
        ((-3.9, 20.0, 20.0), "u1"),
        ((-4.1, 20.0, 20.0), None),
        ((38.0, 38.0, 38.0), None),
        ((33.0, 33.0, 33.0), None),
        ((41.0, 41.0, 41.0), "u2"),
        ((45.0, 41.0, 41.0), "u2"),
    ],
)
def test_the_middle_of_a_line_lies_in_or_near_one_lesion(
    point: tuple[float, float, float], uid: str | None
) -> None:
    """Where the box of the big one holds a point beside the small one, nobody can say which is meant."""
    found = match([BIG, SMALL], point)
    assert (found.uid, found.by) == (uid, None if uid is None else "place")
    assert (found.code is Code.ROW_UNMATCHED) == (uid is None)


def test_a_lesion_of_another_frame_of_reference_is_elsewhere() -> None:
    inside = (20.0, 20.0, 20.0)
    assert match([BIG], inside, "f").uid == "u1"
    assert "frame of reference" in match([BIG], inside, "g").reason
    assert "several frames" in match([BIG, place("u2", (100, 0, 0), 9, "g")], inside).reason
    assert match([BIG, place("u2", (100, 0, 0), 9, "g")], inside, "f").uid == "u1"
    assert match([], inside).reason == "no lesion is measured at that visit in the cohort"
