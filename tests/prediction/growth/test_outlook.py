"""What the interval of a forecast says against the last reading."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.prediction.growth import (
    CourseClass,
    Forecast,
    GrowthCourse,
    SizeUnit,
    course_expected,
    seen_and_expected,
)

SEEN = GrowthCourse(CourseClass.GROWING, 5.0, 3.0, 7.0)


def said(low: float, high: float) -> Forecast:
    day, middle = np.array([40.0]), np.array([(low + high) / 2])
    return Forecast(day, middle, np.array([low]), np.array([high]), 0.9)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (31, 50, CourseClass.GROWING),
        (10, 29, CourseClass.SHRINKING),
        (26, 35, CourseClass.STABLE),
        (20, 35, CourseClass.UNCERTAIN),
        (26, 45, CourseClass.UNCERTAIN),
        (np.nan, np.nan, CourseClass.UNCERTAIN),
    ],
)
def test_by_the_interval_against_a_last_reading_of_30(low: float, high: float, expected: CourseClass) -> None:
    assert course_expected(30.0, said(low, high), SizeUnit.MM) is expected


@given(st.floats(5, 60), st.floats(5, 60), st.floats(5, 60))
def test_a_sphere_is_called_as_its_diameter(last: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    margin = [abs(x / last / share - 1) for x in (low, high) for share in (1, 1.2, 1 / 1.2)]
    if min(margin) > 1e-9:
        as_volume = course_expected(last**3, said(low**3, high**3), SizeUnit.ML)
        assert as_volume is course_expected(last, said(low, high), SizeUnit.MM)


def test_the_words_never_leave_the_two_side_by_side() -> None:
    forecast = said(25.0, 40.0)
    words = seen_and_expected(SEEN, forecast, CourseClass.UNCERTAIN, 140.0, SizeUnit.MM)
    assert words == (
        "growing over its last three visits (+5.0 % in 30 days, +3.0 to +7.0); forecast for day 140: 32.5 mm, 90 % interval "
        "25 to 40: the last reading is in it: whether it grows or shrinks is not sure"
    )
    gone = GrowthCourse(CourseClass.GONE, np.nan, np.nan, np.nan)
    assert seen_and_expected(gone, forecast, CourseClass.UNCERTAIN, 140.0, SizeUnit.MM).endswith(
        "comes back is not sure"
    )
    unknown = seen_and_expected(SEEN, said(np.nan, np.nan), CourseClass.UNCERTAIN, 140.0, SizeUnit.MM)
    assert unknown.endswith("nothing sure can be said of it")
