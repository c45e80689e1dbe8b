"""A law fitted to one lesion's own readings, nothing else: bounded least squares from many starts.

Readings are compared as log(size + least) (see `courses`). What a course of few visits does not tell has no interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from oncometry.core.errors import Code
from oncometry.prediction.growth.courses import Courses, courses_of, from_scale, to_scale
from oncometry.prediction.growth.forecast import Forecast, checked_level
from oncometry.prediction.growth.law import HIGHEST_LOG, FloatArray, GrowthLaw
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.least_squares import jacobian, least_squares
from oncometry.prediction.growth.linearized import bounds
from oncometry.prediction.growth.series import SizeSeries

__all__ = ["GrowthFit", "ParameterEstimate", "fit_each", "forecast_fit"]

LEVEL = 0.95
LEAST_ERROR = 1e-4
"""Of readings on the scale: courses that a law meets exactly are not known without end."""
SINGULAR = 1e12
"""Condition of the normal matrix beyond which parameters cannot be told apart."""


@dataclass(frozen=True)
class ParameterEstimate:
    """A parameter with its 95 % interval; None where `reason` says why there is none.

    `TOO_SMALL`: no more visits than parameters. `UNDEFINED`: it lies at a bound, or readings do not tell it from another one.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    reason: Code | None = None


@dataclass(frozen=True, eq=False)
class GrowthFit:
    """A law and one lesion.

    Attributes:
        law: by name.
        series: that it was fitted to.
        coordinates: (p,) of the law.
        covariance: (p, p) of the coordinates; None where there is no interval.
        error: standard deviation of readings on the scale; None with no more visits than parameters.
        freedom: visits less parameters.
        aicc: Akaike's criterion for few readings; infinite with fewer than p + 3 visits.
        parameters: with their intervals.
    """

    law: str
    series: SizeSeries
    coordinates: FloatArray
    covariance: FloatArray | None
    error: float | None
    freedom: int
    aicc: float
    parameters: tuple[ParameterEstimate, ...]

    def sizes(self, days: ArrayLike) -> FloatArray:
        """(k,) of the law at days (k,) since the first visit."""
        law, unit = law_named(self.law), self.series.unit
        return np.exp(law.log_size(self.coordinates, np.atleast_1d(np.asarray(days, float)), unit.dimension))


def fit_each(series: Sequence[SizeSeries], law: GrowthLaw) -> tuple[GrowthFit, ...]:
    """The law, fitted to each series by itself.

    Raises:
        SettingsError: `SETTINGS`, units differ.
    """
    courses = courses_of(series)
    at, squares = _best(law, courses)
    slopes = jacobian(lambda coordinates: courses.expected(law, coordinates), at)
    return tuple(_described(law, one, at[m], slopes[m], float(squares[m])) for m, one in enumerate(series))


def _best(law: GrowthLaw, courses: Courses) -> tuple[FloatArray, FloatArray]:
    """The least sum of squares from all starts: coordinates (m, p), sums (m,)."""
    shapes = np.array(list(product(*(parameter.starts for parameter in law.shape))))
    count = len(courses.first)
    tiled = courses.taken(np.tile(np.arange(count), len(shapes)))
    start = np.column_stack([tiled.first, np.repeat(shapes, count, axis=0)])
    found = least_squares(lambda tried: tiled.expected(law, tried) - tiled.values, start, *bounds(law))
    best = np.argmin(found.squares.reshape(len(shapes), count), axis=0) * count + np.arange(count)
    return found.at[best], found.squares[best]


def _described(
    law: GrowthLaw, series: SizeSeries, at: FloatArray, slopes: FloatArray, squares: float
) -> GrowthFit:
    count, free = len(series.days), len(series.days) - law.parameters
    error = float(np.sqrt(max(squares / free, LEAST_ERROR**2))) if free > 0 else None
    covariance = None if error is None else _covariance(slopes[:count], error)
    parameters = _estimates(law, at, covariance, free)
    k = law.parameters + 1
    spare = count - k - 1
    likelihood = count * np.log(max(squares / count, LEAST_ERROR**2))
    aicc = float(likelihood + 2 * k + 2 * k * (k + 1) / spare) if spare > 0 else np.inf
    return GrowthFit(law.name, series, at, covariance, error, free, aicc, parameters)


def _covariance(slopes: FloatArray, error: float) -> FloatArray | None:
    normal = slopes.T @ slopes
    if np.linalg.cond(normal) > SINGULAR:
        return None
    return np.asarray(np.linalg.inv(normal) * error**2)


def _estimates(
    law: GrowthLaw, at: FloatArray, covariance: FloatArray | None, free: int
) -> tuple[ParameterEstimate, ...]:
    values = law.values(at)
    low, high = bounds(law)
    found = []
    for n, name in enumerate(law.names):
        reason = None if free > 0 else Code.TOO_SMALL
        if reason is None and (covariance is None or not low[n] < at[n] < high[n]):
            reason = Code.UNDEFINED
        if reason is not None or covariance is None:
            found.append(ParameterEstimate(name, float(values[n]), None, None, reason))
            continue
        reach = float(stdtrit(free, 0.5 + LEVEL / 2) * np.sqrt(covariance[n, n]))
        ends = []
        for end in (at[n] - reach, at[n] + reach):
            moved = at.copy()
            moved[n] = min(end, HIGHEST_LOG) if n == 0 else np.clip(end, low[n], high[n])
            ends.append(float(law.values(moved)[n]))
        found.append(ParameterEstimate(name, float(values[n]), ends[0], ends[1]))
    return tuple(found)


def forecast_fit(fit: GrowthFit, days: ArrayLike, level: float = 0.9) -> Forecast:
    """Of one lesion, by its own fit alone: what the law says, with the error of its readings and of its parameters.

    Without more visits than parameters, or where parameters cannot be told apart, the interval is NaN.

    Raises:
        SettingsError: `SETTINGS`, a level that is none.
    """
    part = 0.5 + checked_level(level) / 2
    when = np.atleast_1d(np.asarray(days, dtype=np.float64))
    unit, law = fit.series.unit, law_named(fit.law)

    def on_scale(coordinates: FloatArray) -> FloatArray:
        return to_scale(np.exp(law.log_size(coordinates, when, unit.dimension)), unit)

    mean = on_scale(fit.coordinates[None])[0]
    reach = np.full(len(when), np.nan)
    if fit.error is not None and fit.covariance is not None:
        slopes = jacobian(on_scale, fit.coordinates[None])[0]
        variance = np.einsum("np,pq,nq->n", slopes, fit.covariance, slopes) + fit.error**2
        reach = stdtrit(fit.freedom, part) * np.sqrt(variance)
    sizes, low, high = (from_scale(mean + sign * reach if sign else mean, unit) for sign in (0, -1, 1))
    return Forecast(when, sizes, low, high, level)
