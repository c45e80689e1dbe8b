"""From courses to what is said of each: which population, in which unit, in which order."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.growth import (
    CourseClass,
    GrowthSettings,
    Scatter,
    analyze_growth,
    best_population,
    fit_rows,
    forecast_error,
    lesion_row,
    reference_population,
    size_series,
)

from .made_courses import draw_courses, exponential_prior

DAYS = np.array([0.0, 40.0, 90.0, 130.0])


@pytest.fixture(scope="module")
def courses():
    prior = exponential_prior(Scatter(0.03, 0.05, 8.0))
    return draw_courses("exponential", prior, 40, np.random.default_rng(3))


def test_a_forecast_far_beyond_what_was_seen_is_told():
    series = [size_series("A", "L1", DAYS, [20, 22, 24, 27], "mm")]
    near = analyze_growth(series, GrowthSettings(ahead_days=250.0, from_reference=True))
    far = analyze_growth(series, GrowthSettings(ahead_days=270.0, from_reference=True))
    assert near.notices == ()
    assert [n.code for n in far.notices] == [Code.OUTSIDE_TRAINING]


def test_few_patients_take_the_reference_and_are_told():
    found = analyze_growth([size_series("A", "L1", DAYS, [20, 22, 24, 27], "mm")], GrowthSettings())
    assert [n.code for n in found.notices] == [Code.TOO_FEW_PATIENTS]
    one = found.lesions[0]
    assert one.population is reference_population()
    assert one.course.kind is CourseClass.GROWING
    assert one.next.low[0] < 27 < one.next.high[0]
    assert one.next.days[0] == pytest.approx(130 + 40)
    assert one.curve.days[0] == 130
    assert one.curve.sizes[0] == pytest.approx(27, rel=0.02)


def test_many_patients_teach_their_own(courses):
    found = analyze_growth(courses, GrowthSettings(law="exponential"))
    assert found.notices == ()
    population = found.lesions[0].population
    assert population.law == "exponential"
    assert population.lesions == 40
    assert [one.series for one in found.lesions] == courses


def test_a_law_that_is_named_is_learned_from_three_visits(courses):
    short = [one.until(3) for one in courses]
    found = analyze_growth(short, GrowthSettings(law="gompertz"))
    assert found.notices == ()
    population = found.lesions[0].population
    assert (population.law, population.lesions, population.readings) == ("gompertz", 40, 120)


def test_enough_patients_without_a_fourth_visit_are_told_just_that(courses):
    found = analyze_growth([one.until(3) for one in courses], GrowthSettings())
    assert [n.code for n in found.notices] == [Code.TOO_FEW_VISITS]
    assert "no lesion of the 40 patients with sizes in mm has 4 visits" in found.notices[0].what
    assert found.lesions[0].population is reference_population()


def test_the_reference_population_is_of_one_law(courses):
    with pytest.raises(SettingsError, match="is of 'classical-bertalanffy', not of 'gompertz'"):
        analyze_growth(courses, GrowthSettings(law="gompertz", from_reference=True))


def test_the_law_is_the_one_of_the_least_forecast_error(courses):
    chosen = best_population(courses, ("exponential", "regression-growth"))
    errors = {
        name: forecast_error(best_population(courses, (name,)), courses)
        for name in ("exponential", "regression-growth")
    }
    assert chosen.law == min(errors, key=errors.get)
    assert forecast_error(chosen, courses) == pytest.approx(min(errors.values()))


def test_forecast_error_needs_a_fourth_visit(courses):
    with pytest.raises(SettingsError) as caught:
        forecast_error(reference_population(), [one.until(3) for one in courses])
    assert caught.value.code is Code.TOO_FEW_VISITS


def test_a_volume_is_forecast_as_its_ball():
    diameters = np.array([20.0, 22, 24, 27])
    ball = np.pi / 6 * diameters**3 / 1000
    series = [size_series("A", "d", DAYS, diameters, "mm"), size_series("A", "v", DAYS, ball, "ml")]
    wide, round_ = analyze_growth(series, GrowthSettings(from_reference=True)).lesions
    np.testing.assert_allclose(round_.next.high, np.pi / 6 * wide.next.high**3 / 1000, rtol=1e-9)
    assert str(round_.series.unit) == "ml"


def test_units_are_kept_apart_and_the_order_is_kept():
    series = [
        size_series("A", "1", DAYS, [1, 1.1, 1.2, 1.4], "ml"),
        size_series("A", "2", DAYS, [20, 22, 24, 27], "mm"),
        size_series("B", "1", DAYS, [2, 2.1, 2.0, 2.1], "ml"),
    ]
    found = analyze_growth(series, GrowthSettings(ahead_days=30))
    assert [(o.series.patient, o.series.lesion) for o in found.lesions] == [
        ("A", "1"),
        ("A", "2"),
        ("B", "1"),
    ]
    assert all(o.next.days[0] == 160 for o in found.lesions)
    assert len(found.notices) == 2


def test_three_visits_take_the_simplest_law():
    found = analyze_growth([size_series("A", "1", DAYS[:3], [20, 30, 21], "mm")], GrowthSettings())
    assert found.lesions[0].own.law == "exponential"


def test_rows_hold_days_of_the_source_and_no_nan():
    series = size_series("A", "1", DAYS + 100, [20, 12, 5, 0], "mm")
    found = analyze_growth([series], GrowthSettings(ahead_days=50))
    row = lesion_row(found.lesions[0])
    assert row["class"] == "gone"
    assert row["rate_percent_per_30_days"] is None
    assert (row["first_day"], row["last_day"], row["forecast_day"]) == (100, 230, 280)
    assert all(value is None or value == value for value in row.values())
    fits = fit_rows(found)
    assert {f["law"] for f in fits} >= {"gompertz", "linear"}
    assert all(f["low"] is None or f["low"] <= f["value"] for f in fits)
    assert all(f["high"] is None or f["value"] <= f["high"] for f in fits)
    assert all((f["reason"] == "") == (None not in (f["low"], f["high"])) for f in fits)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (GrowthSettings(level=90), "between 0 and 1"),
        (GrowthSettings(ahead_days=-3), "days ahead, not -3"),
        (GrowthSettings(ahead_days=np.nan), "days ahead, not nan"),
        (GrowthSettings(law="nothing"), "no law 'nothing'"),
        (GrowthSettings(law="linear"), "teach no population under 'linear'"),
    ],
)
def test_settings_that_do_not_hold(settings, says):
    with pytest.raises(SettingsError, match=says):
        analyze_growth([size_series("A", "1", DAYS, [20, 22, 24, 27], "mm")], settings)
