"""What a forecast says of a lesion beside what was seen of it: a class from its interval, and both in one sentence.

Seen and forecast may differ: a lesion that grew over its last visits may have a flat forecast, since a forecast is drawn from
what other lesions did as well, and what was read last counts with its error.
"""

from __future__ import annotations

import math

from oncometry.prediction.growth.course_class import STABLE_SHARE, CourseClass, GrowthCourse
from oncometry.prediction.growth.forecast import Forecast
from oncometry.prediction.growth.series import SizeUnit

__all__ = ["course_expected", "seen_and_expected"]

PERCENT = 100
EXPECTED = {
    CourseClass.GROWING: "all of it is above the last reading: it grows on",
    CourseClass.SHRINKING: "all of it is below the last reading: it shrinks",
    CourseClass.STABLE: "all of it is within 20 % of the last diameter: it stays",
    CourseClass.UNCERTAIN: "the last reading is in it: whether it grows or shrinks is not sure",
}
AWAY = "whether it comes back is not sure"
UNKNOWN = "nothing sure can be said of it"


def course_expected(last: float, said: Forecast, unit: SizeUnit) -> CourseClass:
    """By the interval of the last day of a forecast.

    Growing or shrinking where it lies wholly above or below the last reading, stable where it holds that and lies within 20 %
    of it (of the diameter), else uncertain; so is all of which there is no interval.

    Args:
        last: the last reading, in the unit of the forecast.
    """
    low, high = float(said.low[-1]), float(said.high[-1])
    if low > last:
        return CourseClass.GROWING
    if high < last:
        return CourseClass.SHRINKING
    share = STABLE_SHARE**unit.dimension
    return CourseClass.STABLE if last / share <= low and high <= last * share else CourseClass.UNCERTAIN


def seen_and_expected(
    course: GrowthCourse, said: Forecast, expected: CourseClass, day: float, unit: SizeUnit
) -> str:
    """Both in a sentence, without the names of patient and lesion.

    Args:
        day: that the forecast is for, as the source counts days.
    """
    if course.kind is CourseClass.GONE:
        seen = "gone at its last visit"
    else:
        ends = f"{course.low:+.1f} to {course.high:+.1f}"
        rate = f"{course.percent_per_30_days:+.1f} % in 30 days, {ends}"
        seen = f"{course.kind} over its last three visits ({rate})"
    low, high = float(said.low[-1]), float(said.high[-1])
    how = EXPECTED[expected] if math.isfinite(low) and math.isfinite(high) else UNKNOWN
    if course.kind is CourseClass.GONE and expected is CourseClass.UNCERTAIN:
        how = AWAY
    interval = f"{PERCENT * said.level:.0f} % interval {low:.3g} to {high:.3g}"
    return f"{seen}; forecast for day {day:g}: {float(said.sizes[-1]):.3g} {unit}, {interval}: {how}"
