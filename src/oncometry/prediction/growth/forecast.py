"""Sizes to come of lesions whose past is known, from a population that others have taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.growth.courses import Courses, courses_of, from_scale
from oncometry.prediction.growth.law import FloatArray
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.linearized import Linear, linearized, most_probable
from oncometry.prediction.growth.population import GrowthPopulation
from oncometry.prediction.growth.series import SizeSeries

__all__ = ["Forecast", "Posterior", "checked_level", "forecast", "posterior"]

ITERATIONS = 60


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a reading at later days will be.

    Attributes:
        days: (k,) since the series' first visit.
        sizes: (k,) medians, in the unit of the series.
        low, high: (k,) of the interval that holds a reading with probability `level`; NaN where nothing can be said.
        level: of the interval.
    """

    days: FloatArray
    sizes: FloatArray
    low: FloatArray
    high: FloatArray
    level: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is known of m lesions after their visits.

    Attributes:
        at: (m, p) their most probable coordinates.
        linear: the law about them.
        root: (m, n, n) Cholesky factor of the covariance of their readings.
        missed: (m, n) readings less what the population's mean gives.
        scale: (m,) by which a lesion's standard deviations are multiplied: quiet ones are below 1.
        freedom: (m,) degrees of freedom left.
    """

    population: GrowthPopulation
    courses: Courses
    at: FloatArray
    linear: Linear
    root: FloatArray
    missed: FloatArray
    scale: FloatArray
    freedom: FloatArray

    def covariance(self) -> FloatArray:
        """(m, p, p) of the coordinates, scaled."""
        prior = self.population.prior.covariance
        cross = np.einsum("pq,mnq->mnp", prior, self.linear.slopes)
        solved = np.linalg.solve(self.root, cross)
        within = prior - np.einsum("mnp,mnq->mpq", solved, solved)
        return np.asarray(within * self.scale[:, None, None] ** 2)


def posterior(population: GrowthPopulation, series: Sequence[SizeSeries]) -> Posterior:
    """What the population and their own readings say of lesions.

    Raises:
        SettingsError: `SETTINGS`, another unit than the population's.
    """
    courses, law, prior = courses_of(series), law_named(population.law), population.prior
    if courses.unit is not population.unit:
        raise SettingsError(
            Code.SETTINGS, f"sizes in {courses.unit}, a population of sizes in {population.unit}."
        )
    start = np.tile(prior.mean, (len(series), 1))
    start[:, 0] = courses.first
    at = most_probable(law, courses, prior, start, ITERATIONS)
    linear = linearized(law, courses, at)
    missed = (courses.values - linear.expected(prior.mean)) * courses.known
    root: FloatArray = np.linalg.cholesky(
        (prior.scatter.of(courses) + linear.spread(prior.covariance)).astype(np.float64)
    )
    whitened = np.linalg.solve(root, missed[:, :, None])[:, :, 0]
    freedom = prior.scatter.freedom + courses.known.sum(axis=1)
    scale = np.sqrt((prior.scatter.freedom + np.sum(whitened**2, axis=1)) / freedom)
    return Posterior(population, courses, at, linear, root, missed, scale, freedom)


def forecast(known: Posterior, days: Sequence[ArrayLike], level: float = 0.9) -> tuple[Forecast, ...]:
    """Of each lesion at its days.

    Args:
        days: of each lesion, (k,) since its first visit.

    Raises:
        SettingsError: `SETTINGS`, a level that is none, or days for another number of lesions.
    """
    quantile = stdtrit(known.freedom, 0.5 + checked_level(level) / 2)
    asked = [np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in days]
    if len(asked) != len(known.at):
        raise SettingsError(Code.SETTINGS, f"days for {len(asked)} lesions, of {len(known.at)}.")
    mean, deviation = _later(known, _padded(asked, known.courses))
    reach = quantile[:, None] * deviation
    unit = known.courses.unit
    sizes, low, high = (from_scale(mean + sign * reach, unit) for sign in (0.0, -1.0, 1.0))
    return tuple(
        Forecast(one, sizes[m, : len(one)], low[m, : len(one)], high[m, : len(one)], level)
        for m, one in enumerate(asked)
    )


def checked_level(level: float) -> float:
    """Of an interval.

    Raises:
        SettingsError: `SETTINGS`, it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise SettingsError(Code.SETTINGS, f"a level lies between 0 and 1, got {level}.")
    return level


def _padded(asked: Sequence[NDArray[np.float64]], courses: Courses) -> Courses:
    """Days without readings."""
    days = np.zeros((len(asked), max(len(one) for one in asked)))
    for m, one in enumerate(asked):
        days[m, : len(one)] = one
    return Courses(
        days, np.zeros_like(days), np.ones(days.shape, dtype=np.bool_), courses.first, courses.unit
    )


def _later(known: Posterior, later: Courses) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation (m, k) of readings on the scale."""
    prior = known.population.prior
    scatter = prior.scatter
    linear = linearized(law_named(known.population.law), later, known.at)
    path = scatter.path(known.courses.days, later.days) * known.courses.known[:, :, None]
    cross = known.linear.spread(prior.covariance, linear) + path
    solved = np.linalg.solve(known.root, cross)
    whitened = np.linalg.solve(known.root, known.missed[:, :, None])[:, :, 0]
    mean = linear.expected(prior.mean) + np.einsum("mnk,mn->mk", solved, whitened)
    own = scatter.of(later) + linear.spread(prior.covariance)
    variance = np.einsum("mkk->mk", own) - np.sum(solved**2, axis=1)
    return mean, np.sqrt(np.maximum(variance, 0.0)) * known.scale[:, None]
