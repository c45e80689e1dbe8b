"""The drawn course: what is drawn, about what, and what no draw may change."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.measurement import reader_spread
from oncometry.response.assess import assess
from oncometry.response.category import Category, Scope
from oncometry.response.registry import criteria, criterion_named
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit
from oncometry.response.uncertainty import UncertaintySettings, drawn_course
from oncometry.response.volumetric import PD_FRACTION, Volumetric

V = Quantity.VOLUME_ML
MANY = UncertaintySettings(draws=20_000)


def lesion(name, volumes, error=None, *, node=False):
    """A target; None is absent, NaN not evaluable; `error` a part of the volume."""
    readings = []
    for visit, volume in enumerate(volumes):
        gone, lost = volume is None, volume is not None and math.isnan(volume)
        status = LesionStatus.MEASURED
        if gone or lost:
            status = LesionStatus.ABSENT if gone else LesionStatus.NOT_EVALUABLE
        values = {} if gone or lost else {V: volume}
        errors = {V: error * volume} if error and values else {}
        readings.append(
            LesionReading("p", str(visit), None, "R", name, LesionRole.TARGET, status, values, errors)
        )
    return TimelineLesion(name, LesionRole.TARGET, tuple(readings), is_node=node)


def timeline(*lesions):
    visits = tuple(TimelineVisit(str(v)) for v in range(len(lesions[0].readings)))
    return Timeline("p", "R", visits, tuple(lesions))


def chance(course, category, visit):
    verdict = Volumetric().judge(course).verdicts[Scope.OVERALL]
    return float(verdict.is_(category)[:, visit].mean())


def test_a_quantity_is_drawn_alike_whichever_others_are():
    longest, short = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM
    one = lesion("a", (10, 8, 12))
    sized = tuple(replace(r, values={V: 5.0, longest: 20.0, short: 12.0}) for r in one.readings)
    read = timeline(replace(one, readings=sized))
    every, some = drawn_course(read), drawn_course(read, quantities=(longest,))
    assert np.array_equal(every.values[longest], some.values[longest])
    assert some.draws == every.draws
    assert np.ptp(some.values[V]) == np.ptp(some.values[short]) == 0 < np.ptp(every.values[V])


def test_the_same_timeline_gives_the_same_draws_whatever_the_order_and_what_comes_later():
    one, two = lesion("a", (10, 8, 12)), lesion("b", (5, None, 7))
    drawn = drawn_course(timeline(one, two)).values[V]
    assert np.array_equal(drawn, drawn_course(timeline(one, two)).values[V])
    assert np.array_equal(drawn, drawn_course(timeline(two, one)).values[V][:, :, ::-1])
    earlier = drawn_course(timeline(lesion("a", (10, 8)), lesion("b", (5, None)))).values[V]
    assert np.array_equal(drawn[:, :2], earlier)
    other = drawn_course(replace(timeline(one, two), patient_id="q")).values[V]
    assert not np.array_equal(drawn, other)


def test_sizes_spread_by_the_standard_error_about_what_was_read():
    volumes = drawn_course(timeline(lesion("a", (10, 20, 5), error=0.3)), MANY).values[V][:, :, 0]
    assert np.median(volumes, axis=0) == pytest.approx([10, 20, 5], rel=0.02)
    bias = [reader_spread(V, volume).bias for volume in (10, 20, 5)]
    told = np.sqrt(np.log1p(0.09) + np.log1p(np.square(bias)))
    assert np.log(volumes).std(axis=0) == pytest.approx(told, rel=0.04)
    assert (volumes > 0).all()


def test_what_a_reader_does_alike_cancels_in_change():
    """Within a reader's own spread changes by the root of two, though each reading spreads by more."""
    drawn = np.log(drawn_course(timeline(lesion("a", (10, 10))), MANY).values[V][:, :, 0])
    spread = reader_spread(V, 10)
    assert drawn.std(axis=0) == pytest.approx(math.hypot(spread.own, spread.bias), rel=0.03)
    assert (drawn[:, 1] - drawn[:, 0]).std() == pytest.approx(math.sqrt(2) * spread.own, rel=0.03)


def test_what_has_no_number_gets_none_and_what_nobody_measured_stays_as_read():
    lost = timeline(lesion("a", (10, float("nan"))), lesion("b", (4, 4)))
    assert np.isnan(drawn_course(lost).values[V][:, 1, 0]).all()
    reading = lesion("a", (1, 1)).readings[0]
    glycolysis = {Quantity.TOTAL_LESION_GLYCOLYSIS_ML: 30.0}
    read = TimelineLesion("a", LesionRole.TARGET, (replace(reading, values=glycolysis),))
    drawn = drawn_course(timeline(read)).values[Quantity.TOTAL_LESION_GLYCOLYSIS_ML]
    assert (drawn == 30).all()
    assert drawn_course(Timeline("p", "R", (), ())).draws == 1


@pytest.mark.parametrize("name", list(criteria()))
def test_every_criterion_judges_draws_also_where_what_it_sums_was_not_read(name):
    """Volumes alone; of nothing that was read, every draw says the same."""
    read = timeline(lesion("a", (10, 3, None)), lesion("b", (5, 6, 7), node=True))
    found = assess(read, criterion_named(name), draws=drawn_course(read))
    for row in found.rows:
        assert sum(row.probabilities.values()) == pytest.approx(1)
        if row.scope is Scope.OVERALL and criterion_named(name).quantity is not V:
            assert row.probabilities == {row.category: 1}


def test_a_lesion_called_absent_may_have_been_missed_and_a_node_not():
    drawn = drawn_course(timeline(lesion("a", (10, None)), lesion("n", (3, None), node=True)), MANY)
    sizes = drawn.sizes(V)[:, 1]
    assert (sizes[:, 0] > 0).mean() == pytest.approx(0.05, abs=0.005)
    assert sizes[:, 0].max() <= math.pi / 6000 * 5**3
    assert (sizes[:, 1] == 0).all()
    assert chance(drawn, Category.CR, 1) == pytest.approx(0.95, abs=0.005)
    sure = drawn_course(timeline(lesion("a", (10, None))), UncertaintySettings(missed=0))
    assert chance(sure, Category.CR, 1) == 1


def test_chances_are_even_at_a_threshold_and_certain_far_from_it():
    at = drawn_course(timeline(lesion("a", (10, 10 * PD_FRACTION), error=0.1)), MANY)
    assert chance(at, Category.PD, 1) == pytest.approx(0.5, abs=0.015)
    far = drawn_course(timeline(lesion("a", (10, 100), error=0.1)), MANY)
    assert chance(far, Category.PD, 1) == 1


def test_baseline_and_nadir_are_drawn_too():
    """A change of 40 % where only the last reading errs, and where the nadir errs as much."""
    known, erring = lesion("a", (10, 14 * 1.1), error=1e-6), lesion("a", (10, 14 * 1.1), error=0.1)
    mixed = TimelineLesion("a", LesionRole.TARGET, (known.readings[0], erring.readings[1]))
    alone = chance(drawn_course(timeline(mixed), MANY), Category.PD, 1)
    both = chance(drawn_course(timeline(erring), MANY), Category.PD, 1)
    assert 0.5 < both < alone - 0.02


def test_more_error_makes_a_call_less_sure():
    chances = [
        chance(drawn_course(timeline(lesion("a", (10, 17), error=e)), MANY), Category.PD, 1)
        for e in (0.05, 0.15, 0.4)
    ]
    assert chances == sorted(chances, reverse=True)
