"""Laws that hold for any course: order of rows, growth, identities of the sphere, many draws at once."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.response import Category, Course, Scope, assess, criterion_named, timelines

from .courses import Made, judged, timeline

RECIST, IRECIST = criterion_named("recist-1.1"), criterion_named("irecist")
WORSE = [Category.CR, Category.PR, Category.SD, Category.PD]
SIZE = st.integers(0, 600).map(lambda tenths: tenths / 10)
COURSE = st.lists(st.tuples(SIZE, SIZE), min_size=2, max_size=5)


def made(course: list[tuple[float, float]]) -> Made:
    return Made({"a": [a for a, _ in course], "node b": [b for _, b in course]})


@given(COURSE, st.sampled_from(["a", "node b"]), st.floats(0.1, 100))
def test_more_growth_at_the_judged_visit_is_never_better(
    course: list[tuple[float, float]], name: str, more: float
) -> None:
    """With all visits before it fixed."""
    before = made(course)
    sizes = list(before.lesions[name])
    grown = replace(before, lesions={**before.lesions, name: [*sizes[:-1], sizes[-1] + more]})  # type: ignore[operator]
    assert WORSE.index(judged(RECIST, grown)[-1]) >= WORSE.index(judged(RECIST, before)[-1])


def test_monotony_does_not_hold_for_a_whole_course() -> None:
    """A smaller dip raises the nadir, so that the same end is no progression any more."""
    assert judged(RECIST, Made({"a": [100, 40, 50]}))[-1] is Category.PD
    assert judged(RECIST, Made({"a": [100, 45, 50]}))[-1] is Category.PR


@given(COURSE, st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(course: list[tuple[float, float]], order: random.Random) -> None:
    readings = [
        replace(r, is_node=lesion.is_node, organ="liver")
        for lesion in timeline(made(course), RECIST.quantity).lesions
        for r in lesion.readings
        if r is not None
    ]
    shuffled = list(readings)
    order.shuffle(shuffled)
    one, other = (
        [row.cells() for each in timelines(rows, RECIST.limits) for row in assess(each, RECIST).rows]
        for rows in (readings, shuffled)
    )
    assert one == other


@pytest.mark.parametrize("name", ["recist-1.1", "irecist", "mrecist"])
@given(course=COURSE, seed=st.integers(0, 99))
def test_many_draws_are_judged_as_each_alone(name: str, course: list[tuple[float, float]], seed: int) -> None:
    criterion = criterion_named(name)
    base = replace(made(course), new=())
    read = Course.of(timeline(base, criterion.quantity))
    rng = np.random.default_rng(seed)
    drawn = {
        q: read.values[q] * rng.uniform(0.5, 1.5, size=(4, *read.values[q].shape[1:]))
        for q in (Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM)
    }
    together = criterion.judge(read.drawn(drawn)).verdicts
    for draw in range(4):
        alone = criterion.judge(
            read.drawn({q: values[draw : draw + 1] for q, values in drawn.items()})
        ).verdicts
        for scope in (Scope.TARGET, Scope.OVERALL):
            assert (together[scope].categories[draw] == alone[scope].categories[0]).all()
            assert (together[scope].clauses[draw] == alone[scope].clauses[0]).all()


@given(COURSE)
def test_a_later_visit_never_changes_an_earlier_verdict(course: list[tuple[float, float]]) -> None:
    for criterion in (RECIST, IRECIST):
        assert judged(criterion, made(course))[:-1] == judged(criterion, made(course[:-1]))


@given(st.floats(10, 100))
def test_a_sphere_meets_diameter_area_and_volume_thresholds_together(diameter: float) -> None:
    """Diameter +20 % is area +44 % and volume +73 %; area +25 % is volume +40 %; area -50 % is volume -65 %."""
    assert math.isclose(1.2**2, 1.44)
    assert math.isclose(1.2**3, 1.728)
    volume = math.pi / 6 * diameter**3 / 1000
    volumetric = criterion_named("volumetric")

    def by_volume(scale: float) -> Category:
        return judged(volumetric, Made({"a": [volume, volume * scale]}))[-1]

    assert by_volume(1.25**1.5) is Category.SD  # +39.8 %
    assert by_volume(1.26**1.5) is Category.PD
    assert by_volume(0.5**1.5) is Category.SD  # -64.6 %
    assert by_volume(0.49**1.5) is Category.PR
    if diameter >= 25:
        assert judged(RECIST, Made({"a": [diameter, diameter * 1.2]}))[-1] is Category.PD
        assert by_volume(1.2**3) is Category.PD


@given(st.floats(25, 500), st.integers(1, 5))
def test_thresholds_are_exact(baseline: float, lesions: int) -> None:
    """Whatever the last bits: parts that add up to exactly 70 % or 120 % are at the threshold."""
    parts = {f"l{n}": baseline / lesions for n in range(lesions)}

    def at(scale: float) -> Category:
        return judged(RECIST, Made({name: [size, size * scale] for name, size in parts.items()}))[-1]

    assert at(0.7) is Category.PR
    assert at(0.7001) is Category.SD
    assert at(1.2) is Category.PD
    assert at(1.1999) is Category.SD


def test_nodes_may_remain_in_a_complete_response_and_its_sum() -> None:
    course = Made({"a": [30, 0], "node": [20, 9]})
    rows = assess(timeline(course, RECIST.quantity), RECIST).overall()
    assert (rows[1].category, rows[1].total) == (Category.CR, 9.0)


def test_progression_is_against_the_nadir_and_response_against_the_baseline() -> None:
    course = Made({"a": [100, 40, 50]})
    row = assess(timeline(course, RECIST.quantity), RECIST).overall()[2]
    assert (row.category, row.nadir) == (Category.PD, 40.0)
    assert row.change_from_baseline == pytest.approx(-0.5)
    assert row.change_from_nadir == pytest.approx(0.25)


def test_nothing_is_divided_by_a_nadir_of_zero() -> None:
    row = assess(timeline(Made({"a": [50, 0, 5]}), RECIST.quantity), RECIST).overall()[2]
    assert (row.category, row.nadir, row.change_from_nadir) == (Category.PD, 0.0, None)


def test_reappearance_beside_persisting_disease_needs_5_mm() -> None:
    """Overall complete response was never assigned: the ordinary rule holds."""
    lesions = {"non-target": [LesionStatus.MEASURED] * 4}
    assert judged(RECIST, Made({"a": [50, 0, 0, 4], **lesions}))[-1] is Category.PR
    assert judged(RECIST, Made({"a": [50, 0, 0, 5], **lesions}))[-1] is Category.PD


def test_probabilities_are_shares_of_draws() -> None:
    read = timeline(Made({"a": [100, 70]}), RECIST.quantity)
    course = Course.of(read)
    sizes = np.array([[[100.0], [size]] for size in (69.0, 70.0, 71.0, 130.0)])
    rows = assess(read, RECIST, draws=course.drawn({Quantity.LONGEST_DIAMETER_MM: sizes})).rows
    overall = next(row for row in rows if row.scope is Scope.OVERALL and row.timepoint == "v1")
    assert overall.probabilities == {Category.PR: 0.5, Category.SD: 0.25, Category.PD: 0.25}
    assert sum(rows[-1].probabilities.values()) == 1


def test_a_reader_without_roles_gets_targets_by_the_rules() -> None:
    def reading(name: str, size: float, day: int) -> LesionReading:
        return LesionReading(
            "p",
            f"d{day}",
            day,
            "r",
            name,
            None,
            LesionStatus.MEASURED,
            {Quantity.LONGEST_DIAMETER_MM: size},
            organ="liver",
        )

    rows = [
        reading(n, s, day)
        for day in (0, 42)
        for n, s in (("big", 40), ("mid", 30), ("less", 20), ("small", 9))
    ]
    rows.append(reading("late", 8, 42))
    (found,) = timelines(rows, RECIST.limits)
    assert {lesion.name: lesion.role for lesion in found.lesions} == {
        "big": LesionRole.TARGET,
        "mid": LesionRole.TARGET,
        "less": LesionRole.NON_TARGET,
        "small": LesionRole.NON_TARGET,
        "late": LesionRole.NEW,
    }
    assert assess(found, RECIST).overall()[1].category is Category.PD
