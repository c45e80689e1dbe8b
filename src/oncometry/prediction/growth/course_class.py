"""Whether a lesion grows, shrinks or stays, how fast, and when it turns.

The rule: the rate at the last visit, with its interval, against zero and against the rate that changes a diameter by 20 % in a year.
Above zero the lesion grows, below it shrinks; with the whole interval within that rate it is stable; in all other cases it is uncertain.
Turning points are those of RECIST 1.1 (doi:10.1016/j.ejca.2008.10.026): 20 % and 5 mm above the least size.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit

from oncometry.prediction.growth.forecast import Posterior, checked_level, forecast
from oncometry.prediction.growth.law import FloatArray
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.least_squares import jacobian
from oncometry.prediction.growth.series import SizeUnit

__all__ = ["CourseClass", "GrowthCourse", "courses_seen"]

STABLE_SHARE = 1.2
YEAR_DAYS = 365.0
MONTH_DAYS = 30.0
REGROWN_SHARE, REGROWN_MM = 1.2, 5.0
HORIZON_DAYS = 730
STEP_DAYS = 7
HALF_A_DAY = 0.5
PERCENT = 100.0


class CourseClass(StrEnum):
    """What a lesion does at its last visit."""

    GROWING = "growing"
    SHRINKING = "shrinking"
    STABLE = "stable"
    UNCERTAIN = "uncertain"
    GONE = "gone"  # its last size is 0


@dataclass(frozen=True)
class GrowthCourse:
    """How one lesion goes on.

    Attributes:
        kind: by the rule above.
        rate_percent_per_30_days, rate_low, rate_high: of the size in its unit, by the law at the last visit, with its interval.
        nadir_day: day since the first visit at which the forecast is least, within the visits or two years after; None if it is
            still falling then.
        regrowth_day: first day after it that the forecast is 20 % (of a diameter, and 5 mm) above that least size; None if it does
            not come within two years after the last visit.
    """

    kind: CourseClass
    rate_percent_per_30_days: float
    rate_low: float
    rate_high: float
    nadir_day: float | None
    regrowth_day: float | None


def courses_seen(known: Posterior, level: float = 0.9) -> tuple[GrowthCourse, ...]:
    """Of each lesion.

    Args:
        level: of the interval of the rate.

    Raises:
        SettingsError: `SETTINGS`, a level that is none.
    """
    quantile = stdtrit(known.freedom, 0.5 + checked_level(level) / 2)
    courses, unit = known.courses, known.courses.unit
    law = law_named(known.population.law)
    last = np.max(np.where(courses.known, courses.days, 0.0), axis=1)
    around = np.stack([last - HALF_A_DAY, last + HALF_A_DAY], axis=1)

    def rates(coordinates: FloatArray) -> FloatArray:
        return np.diff(law.log_size(coordinates, around, unit.dimension), axis=1)

    slopes = jacobian(rates, known.at)[:, 0]
    rate = rates(known.at)[:, 0]
    reach = quantile * np.sqrt(np.einsum("mp,mpq,mq->m", slopes, known.covariance(), slopes))
    turns = _turns(known, last)
    return tuple(
        GrowthCourse(
            _kind(_last_size(known, m) == 0, rate[m] - reach[m], rate[m] + reach[m], unit),
            *(_percent(x) for x in (rate[m], rate[m] - reach[m], rate[m] + reach[m])),
            *turns[m],
        )
        for m in range(len(rate))
    )


def _last_size(known: Posterior, m: int) -> float:
    """0 where the last reading is that of a lesion that is gone."""
    values = known.courses.values[m][known.courses.known[m]]
    return float(max(np.exp(values[-1]) - known.courses.unit.least, 0.0) > known.courses.unit.least * 1e-9)


def _kind(gone: bool, low: float, high: float, unit: SizeUnit) -> CourseClass:
    margin = unit.dimension * np.log(STABLE_SHARE) / YEAR_DAYS
    if gone:
        return CourseClass.GONE
    if -margin <= low and high <= margin:
        return CourseClass.STABLE
    if low > 0:
        return CourseClass.GROWING
    return CourseClass.SHRINKING if high < 0 else CourseClass.UNCERTAIN


def _percent(rate: float) -> float:
    return float(PERCENT * np.expm1(rate * MONTH_DAYS))


def _turns(known: Posterior, last: FloatArray) -> list[tuple[float | None, float | None]]:
    """Day of the least size and of regrowth, of each lesion."""
    asked = [np.arange(0.0, end + HORIZON_DAYS, STEP_DAYS) for end in last]
    unit = known.courses.unit
    return [_turn(found.days, found.sizes, unit) for found in forecast(known, asked)]


def _turn(days: FloatArray, sizes: FloatArray, unit: SizeUnit) -> tuple[float | None, float | None]:
    least = int(np.argmin(sizes))
    nadir = None if least == len(days) - 1 else float(days[least])
    share = REGROWN_SHARE**unit.dimension
    more = REGROWN_MM if unit is SizeUnit.MM else 0.0
    regrown = np.flatnonzero((days > days[least]) & (sizes >= share * sizes[least]) & (sizes - sizes[least] >= more))
    return nadir, float(days[regrown[0]]) if len(regrown) else None
