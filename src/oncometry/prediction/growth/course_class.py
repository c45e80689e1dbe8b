"""Whether a lesion grows, shrinks or stays, how fast, and when it turns.

The class says what was seen, not what will be. The rule: the rate over the last three visits is the slope of
log(size + least), taken to log(size) at the mean of the three, with an interval from the error of reading a diameter again
on the same day (Zhao 2009, doi:10.1148/radiol.2522081593). Above zero, and faster than 20 % of the diameter in half a year,
the lesion grows; below zero and faster it shrinks; with the whole interval slower than that it is stable; in all other cases
it is uncertain. Regrowth is that of RECIST 1.1 (doi:10.1016/j.ejca.2008.10.026): 20 % and 5 mm above the least diameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from oncometry.prediction.growth.courses import from_scale, to_scale
from oncometry.prediction.growth.forecast import Posterior, checked_level, forecast
from oncometry.prediction.growth.law import FloatArray
from oncometry.prediction.growth.series import SizeSeries, SizeUnit

__all__ = ["CourseClass", "GrowthCourse", "TurningDays", "course_seen", "turning_days"]

RECENT_VISITS = 3
READING_ERROR = 0.0244
"""Of one reading: limits of -7.3 % and +6.2 % hold 95 % of differences of two."""
STABLE_SHARE, STABLE_DAYS = 1.2, 182.0
MONTH_DAYS = 30.0
REGROWN_SHARE, REGROWN_MM = 1.2, 5.0
HORIZON_DAYS = 730
STEP_DAYS = 7
PERCENT = 100.0


class CourseClass(StrEnum):
    """What a lesion did at its last visits."""

    GROWING = "growing"
    SHRINKING = "shrinking"
    STABLE = "stable"
    UNCERTAIN = "uncertain"
    GONE = "gone"  # its last size is 0


@dataclass(frozen=True)
class GrowthCourse:
    """What was seen of one lesion.

    Attributes:
        kind: by the rule above.
        percent_per_30_days, low, high: rate over the last three visits, with its interval; NaN of one that is gone.
    """

    kind: CourseClass
    percent_per_30_days: float
    low: float
    high: float


@dataclass(frozen=True)
class TurningDays:
    """When a forecast is least, and when it has grown again; days since the first visit.

    Attributes:
        nadir: None where it still falls two years after the last visit.
        regrowth: None where it does not come within two years after the last visit.
    """

    nadir: float | None
    regrowth: float | None


def course_seen(series: SizeSeries, level: float = 0.9) -> GrowthCourse:
    """Of one lesion, from its last three visits.

    Args:
        level: of the interval of the rate.

    Raises:
        SettingsError: `SETTINGS`, a level that is none.
    """
    unit, part = series.unit, 0.5 + checked_level(level) / 2
    if series.sizes[-1] == 0:
        return GrowthCourse(CourseClass.GONE, np.nan, np.nan, np.nan)
    days = series.days[-RECENT_VISITS:] - series.days[-RECENT_VISITS:].mean()
    values = to_scale(series.sizes[-RECENT_VISITS:], unit)
    width, mean = float(days @ days), float(from_scale(values.mean(), unit))
    of_size = (mean + unit.least) / mean
    rate = of_size * float(days @ values) / width
    reach = of_size * float(ndtri(part)) * READING_ERROR * unit.dimension / float(np.sqrt(width))
    ends = [PERCENT * x * MONTH_DAYS for x in (rate, rate - reach, rate + reach)]
    return GrowthCourse(_kind(rate, reach, unit), *ends)


def _kind(rate: float, reach: float, unit: SizeUnit) -> CourseClass:
    """By the rate of log(size) a day, and how far its interval reaches."""
    margin = unit.dimension * np.log(STABLE_SHARE) / STABLE_DAYS
    if abs(rate) + reach <= margin:
        return CourseClass.STABLE
    if abs(rate) > margin and abs(rate) > reach:
        return CourseClass.GROWING if rate > 0 else CourseClass.SHRINKING
    return CourseClass.UNCERTAIN


def turning_days(known: Posterior) -> tuple[TurningDays, ...]:
    """Of each lesion, by the median of its forecast."""
    courses = known.courses
    last = np.max(np.where(courses.known, courses.days, 0.0), axis=1)
    asked = [
        np.union1d(np.arange(0.0, end + HORIZON_DAYS, STEP_DAYS), days[there])
        for end, days, there in zip(last, courses.days, courses.known, strict=True)
    ]
    return tuple(_turn(found.days, found.sizes, courses.unit) for found in forecast(known, asked))


def _turn(days: FloatArray, sizes: FloatArray, unit: SizeUnit) -> TurningDays:
    least = int(np.argmin(sizes))
    more = REGROWN_MM if unit is SizeUnit.MM else 0.0
    enough = np.maximum(REGROWN_SHARE**unit.dimension * sizes[least], sizes[least] + more)
    regrown = np.flatnonzero((days > days[least]) & (sizes >= enough))
    return TurningDays(
        None if least == len(days) - 1 else float(days[least]),
        float(days[regrown[0]]) if len(regrown) else None,
    )
