"""Courses about a law made linear at each lesion's own most probable parameters.

Source: Lindstrom and Bates 1990, doi:10.2307/2532087.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.prediction.growth.courses import Courses
from oncometry.prediction.growth.law import FloatArray, GrowthLaw
from oncometry.prediction.growth.least_squares import jacobian, least_squares
from oncometry.prediction.growth.scatter import Scatter

__all__ = ["Linear", "Prior", "bounds", "linearized", "most_probable"]

LEAST_LOG, MOST_LOG = -12.0, 12.0
"""Of the logarithm of an initial size."""


@dataclass(frozen=True, eq=False)
class Prior:
    """Of a law's coordinates in a population: mean (p,), covariance (p, p), and the scatter about the law."""

    mean: FloatArray
    covariance: FloatArray
    scatter: Scatter


@dataclass(frozen=True, eq=False)
class Linear:
    """m courses as linear in p coordinates: values = offset + slopes x coordinates + scatter.

    Attributes:
        at: (m, p) where it is so.
        slopes: (m, n, p).
        offset: (m, n).
    """

    at: FloatArray
    slopes: FloatArray
    offset: FloatArray

    def expected(self, coordinates: FloatArray) -> FloatArray:
        """(m, n) at coordinates (p,) or (m, p)."""
        wide = np.broadcast_to(coordinates, self.at.shape)
        return np.asarray(self.offset + np.einsum("mnp,mp->mn", self.slopes, wide))

    def spread(self, covariance: FloatArray, other: Linear | None = None) -> FloatArray:
        """Covariance (m, n, k) that coordinates of a covariance (p, p) give, with those of other days."""
        right = self if other is None else other
        return np.asarray(np.einsum("mnp,pq,mkq->mnk", self.slopes, covariance, right.slopes, optimize=True))


def bounds(law: GrowthLaw) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest coordinates, (p,) each."""
    low = np.array([LEAST_LOG, *(parameter.low for parameter in law.shape)])
    high = np.array([MOST_LOG, *(parameter.high for parameter in law.shape)])
    return low, high


def most_probable(
    law: GrowthLaw, courses: Courses, prior: Prior, start: FloatArray, iterations: int
) -> FloatArray:
    """Coordinates (m, p) of the highest posterior density.

    Whatever a lesion's own scale is: it multiplies the deviations of its parameters and of its readings alike.
    """
    whiten = np.linalg.inv(np.linalg.cholesky(prior.scatter.of(courses)))
    root = np.linalg.cholesky(np.linalg.inv(prior.covariance))

    def residuals(at: FloatArray) -> FloatArray:
        missed = np.einsum("mij,mj->mi", whiten, courses.expected(law, at) - courses.values)
        return np.concatenate([missed, (at - prior.mean) @ root], axis=1)

    return least_squares(residuals, start, *bounds(law), iterations).at


def linearized(law: GrowthLaw, courses: Courses, at: FloatArray) -> Linear:
    """The courses made linear at coordinates (m, p)."""
    slopes = jacobian(lambda coordinates: courses.expected(law, coordinates), at)
    offset = courses.expected(law, at) - np.einsum("mnp,mp->mn", slopes, at)
    return Linear(at, slopes, offset)
