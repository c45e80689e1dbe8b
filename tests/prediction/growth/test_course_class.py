"""What a course is called, and when its forecast turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.prediction.growth import (
    CourseClass,
    course_seen,
    population_from_state,
    posterior,
    size_series,
    turning_days,
)

DAYS = np.array([0.0, 42.0, 84.0, 126.0])


def kind(sizes, unit="mm", days=DAYS):
    return course_seen(size_series("P", "L", days, sizes, unit)).kind


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([30, 33, 37, 41], CourseClass.GROWING),
        ([41, 37, 33, 30], CourseClass.SHRINKING),
        ([30, 30, 30, 30], CourseClass.STABLE),
        ([30, 30, 34, 31.5], CourseClass.UNCERTAIN),
        ([30, 20, 5, 0], CourseClass.GONE),
        ([10, 20, 30, 30], CourseClass.GROWING),
    ],
)
def test_classes(sizes, expected):
    assert kind(sizes) is expected


def test_the_last_three_visits_count():
    assert kind([60, 30, 34, 39]) is CourseClass.GROWING


def test_a_volume_is_called_as_its_diameter():
    diameters = np.array([30.0, 33, 37, 41])
    assert kind(np.pi / 6 * (diameters / 10) ** 3, "ml") is CourseClass.GROWING
    assert kind(np.full(4, 14.0), "ml") is CourseClass.STABLE


@pytest.mark.parametrize("first", [2.0, 8.0, 80.0])
@pytest.mark.parametrize("rate", [-0.002, 0.002])
def test_the_rate_is_that_of_exponential_growth(first, rate):
    days = np.arange(3) * 91.0
    course = course_seen(size_series("P", "L", days, first * np.exp(rate * days), "mm"))
    assert course.percent_per_30_days == pytest.approx(3000 * rate, rel=0.02)
    assert course.low < 3000 * rate < course.high


HALF_YEAR = np.array([0.0, 91.0, 182.0])


@pytest.mark.parametrize("sizes", [[2.0, 2.4, 2.8], [6.0, 6.7, 7.4], [30.0, 33.5, 37.0]])
def test_a_small_lesion_grows_by_the_same_share_as_a_large_one(sizes):
    """All by more than 20 % in half a year, and by more than their errors of reading."""
    assert kind(sizes, days=HALF_YEAR) is CourseClass.GROWING
    assert kind(sizes[::-1], days=HALF_YEAR) is CourseClass.SHRINKING


def test_a_small_lesion_within_its_error_of_reading_is_not_called_stable():
    assert kind([3.0, 3.0, 3.0, 3.0]) is CourseClass.UNCERTAIN


@given(st.lists(st.floats(1, 100), min_size=3, max_size=3), st.sampled_from(["mm", "ml"]))
def test_the_class_is_that_of_the_rate_beside_it(sizes, unit):
    course = course_seen(size_series("P", "L", HALF_YEAR, sizes, unit))
    margin = 100 * (3 if unit == "ml" else 1) * np.log(1.2) * 30 / 182
    assert (course.kind is CourseClass.STABLE) == (-margin <= course.low and course.high <= margin)
    sure = abs(course.percent_per_30_days) > margin and course.low * course.high > 0
    assert (course.kind in (CourseClass.GROWING, CourseClass.SHRINKING)) == sure


@given(st.lists(st.floats(6, 100), min_size=3, max_size=6))
def test_a_course_read_backwards_has_the_opposite_class(sizes):
    days = np.arange(len(sizes)) * 42.0
    last = sizes[-3:]
    opposite = {CourseClass.GROWING: CourseClass.SHRINKING, CourseClass.SHRINKING: CourseClass.GROWING}
    forward, backward = kind(last, days=days[:3]), kind(last[::-1], days=days[:3])
    assert backward is opposite.get(forward, forward)


def sure(law, mean):
    """A population whose lesions all follow the law."""
    plain = {"law": law, "unit": "mm", "error": 0.01, "wander": 0.001, "freedom": 50.0, "log_likelihood": 0.0,
             "readings": 0, "lesions": 0, "patients": []}  # fmt: skip
    return population_from_state(plain, {"mean": mean, "covariance": np.eye(len(mean)) * 1e-4})


def test_nadir_and_regrowth_are_those_of_the_law():
    """Of exp(-d t) + exp(g t) - 1 the least is at log(d / g) / (d + g)."""
    d, g = 0.01, 0.002
    days = np.array([0.0, 42.0, 84.0])
    sizes = 60 * (np.exp(-d * days) + np.exp(g * days) - 1)
    known = posterior(
        sure("regression-growth", np.log([60, d, g])), [size_series("P", "L", days, sizes, "mm")]
    )
    turn = turning_days(known)[0]
    assert turn.nadir == pytest.approx(np.log(d / g) / (d + g), abs=7)
    later = np.arange(0, 700.0)
    curve = 60 * (np.exp(-d * later) + np.exp(g * later) - 1)
    grown = later[(later > turn.nadir) & (curve >= np.maximum(1.2 * curve.min(), curve.min() + 5))][0]
    assert turn.regrowth == pytest.approx(grown, abs=14)


def test_a_lesion_that_only_shrinks_has_no_nadir_yet():
    days = np.array([0.0, 42.0, 84.0])
    known = posterior(
        sure("exponential", np.array([4.0, -0.003])),
        [size_series("P", "L", days, 54 * np.exp(-0.003 * days), "mm")],
    )
    assert turning_days(known)[0].nadir is None
    assert turning_days(known)[0].regrowth is None
