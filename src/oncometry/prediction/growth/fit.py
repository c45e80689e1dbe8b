"""A law fitted to one lesion's own readings, nothing else: bounded least squares from many starts.

Readings are compared as log(size + least) (see `courses`). What a course of few visits does not tell has no interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from oncometry.core.errors import Code
from oncometry.prediction.growth.courses import Courses, courses_of, from_scale, to_scale
from oncometry.prediction.growth.forecast import Forecast, checked_level
from oncometry.prediction.growth.law import FloatArray, GrowthLaw
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.least_squares import jacobian, least_squares
from oncometry.prediction.growth.linearized import bounds
from oncometry.prediction.growth.series import SizeSeries

__all__ = ["GrowthFit", "ParameterEstimate", "fit_each", "forecast_fit"]

Inside = NDArray[np.bool_]
"""Which coordinates (p,) lie inside their bounds."""

LEVEL = 0.95
LEAST_ERROR = 1e-4
"""Of readings on the scale: courses that a law meets exactly are not known without end."""
SINGULAR = 1e12
"""Condition of the normal matrix beyond which parameters cannot be told apart."""


@dataclass(frozen=True)
class ParameterEstimate:
    """A parameter with its 95 % interval; an end is None where `reason` says why there is none.

    `TOO_SMALL`: no more visits than parameters. `UNDEFINED`: the end, or the parameter, lies at a bound of the search, or
    readings do not tell it from another one.
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
        covariance: (p, p) of the coordinates, 0 of those held at a bound; None where there is no interval.
        error: standard deviation of readings on the scale; None with no more visits than parameters.
        freedom: visits less parameters, those held at a bound not counted where visits are more than parameters.
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
    low, high = bounds(law)
    inside = (low < at) & (at < high)
    free += int(np.sum(~inside)) if free > 0 else 0
    error = float(np.sqrt(max(squares / free, LEAST_ERROR**2))) if free > 0 else None
    covariance = None if error is None else _covariance(slopes[:count], inside, error)
    parameters = _estimates(law, at, covariance, _led(slopes[:count], inside, high - low), free)
    k = law.parameters + 1
    spare = count - k - 1
    likelihood = count * np.log(max(squares / count, LEAST_ERROR**2))
    aicc = float(likelihood + 2 * k + 2 * k * (k + 1) / spare) if spare > 0 else np.inf
    return GrowthFit(law.name, series, at, covariance, error, free, aicc, parameters)


def _covariance(slopes: FloatArray, inside: Inside, error: float) -> FloatArray | None:
    """Of the coordinates inside their bounds; 0 of the others, which are held there."""
    normal = slopes[:, inside].T @ slopes[:, inside]
    if not inside.any() or np.linalg.cond(normal) > SINGULAR:
        return None
    found = np.zeros((len(inside), len(inside)))
    found[np.ix_(inside, inside)] = np.linalg.inv(normal) * error**2
    return found


def _led(slopes: FloatArray, inside: Inside, ranges: FloatArray) -> FloatArray:
    """How far each coordinate (p,) follows those that are held, were they moved through their ranges; infinite of those."""
    found = np.full(len(inside), np.inf)
    through = slopes[:, ~inside] * ranges[~inside]
    found[inside] = np.abs(np.linalg.lstsq(slopes[:, inside], through, rcond=None)[0]).sum(axis=1)
    return found


def _estimates(
    law: GrowthLaw, at: FloatArray, covariance: FloatArray | None, led: FloatArray, free: int
) -> tuple[ParameterEstimate, ...]:
    """With their intervals; what follows a bound further than its interval reaches is known by that bound alone."""
    values, (low, high) = law.values(at), bounds(law)
    found = []
    for n, name in enumerate(law.names):
        lower = upper = None
        if covariance is not None:
            reach = float(stdtrit(free, 0.5 + LEVEL / 2) * np.sqrt(covariance[n, n]))
            if led[n] <= reach:
                lower, upper = (_end(law, at, n, way, low[n], high[n]) for way in (-reach, reach))
        reason = Code.UNDEFINED if lower is None or upper is None else None
        reason = reason if free > 0 else Code.TOO_SMALL
        found.append(ParameterEstimate(name, float(values[n]), lower, upper, reason))
    return tuple(found)


def _end(law: GrowthLaw, at: FloatArray, n: int, way: float, low: float, high: float) -> float | None:
    """Of the interval of a parameter; None where it reaches a bound of the search."""
    moved = at.copy()
    moved[n] += way
    return float(law.values(moved)[n]) if low < moved[n] < high else None


def forecast_fit(fit: GrowthFit, days: ArrayLike, level: float = 0.9) -> Forecast:
    """Of one lesion, by its own fit alone: what the law says, with the error of its readings and of its parameters.

    That the law is wrong is not in it, so that it holds fewer readings than it says; `forecast` from a population knows of it.

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
