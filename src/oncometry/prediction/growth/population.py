"""A population of lesions under one law: mixed effects, learned from many courses.

Coordinates of a law vary between lesions, readings lie about it by `Scatter`. Mean and covariance come by expectation
maximization about the linearized law (Lindstrom and Bates 1990, doi:10.2307/2532087), the scatter by maximizing the marginal
likelihood in between, with heavy tails between lesions (Pinheiro 2001, doi:10.1198/10618600152628059).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.growth.courses import Courses, courses_of
from oncometry.prediction.growth.law import FloatArray, GrowthLaw
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.linearized import Linear, Prior, linearized, most_probable
from oncometry.prediction.growth.scatter import Scatter
from oncometry.prediction.growth.series import SizeSeries, SizeUnit

__all__ = ["LEAST_PATIENTS", "GrowthPopulation", "fit_population", "population_from_state"]

LEAST_PATIENTS = 20
ROUNDS = 150
SCATTER_EVERY = 3
ENOUGH = 0.1
"""Gain of log likelihood over `SCATTER_EVERY` rounds that is no more worth a round."""
SEARCHES = 40
LOW = np.log([0.004, 0.001, 1.2])
HIGH = np.log([1.0, 2.0, 200.0])
JITTER = 1e-6


@dataclass(frozen=True, eq=False)
class GrowthPopulation:
    """What is known of a lesion's course before it is seen.

    Attributes:
        law: by name.
        unit: of its sizes.
        prior: mean and covariance of the law's coordinates, and the scatter.
        log_likelihood: marginal, at the end.
        readings, lesions: that it was learned from.
        patients: whose they were.
    """

    law: str
    unit: SizeUnit
    prior: Prior
    log_likelihood: float
    readings: int
    lesions: int
    patients: tuple[str, ...]

    @property
    def bic(self) -> float:
        """Bayesian information criterion: laws are compared by it, the least is best."""
        p = len(self.prior.mean)
        free = p + p * (p + 1) // 2 + 3
        return float(free * np.log(self.lesions) - 2 * self.log_likelihood)

    def state(self) -> tuple[dict[str, Any], dict[str, FloatArray]]:
        """What can be written as JSON, and named arrays; `population_from_state` takes it back."""
        scatter = self.prior.scatter
        plain = {
            "law": self.law,
            "unit": str(self.unit),
            "error": scatter.error,
            "wander": scatter.wander,
            "freedom": scatter.freedom,
            "log_likelihood": self.log_likelihood,
            "readings": self.readings,
            "lesions": self.lesions,
            "patients": list(self.patients),
        }
        return plain, {"mean": self.prior.mean, "covariance": self.prior.covariance}


def population_from_state(plain: Mapping[str, Any], arrays: Mapping[str, Any]) -> GrowthPopulation:
    """The population of that state.

    Raises:
        SettingsError: `SETTINGS`, no such law, or arrays of another shape than its coordinates.
    """
    law = law_named(str(plain["law"]))
    mean, covariance = (np.asarray(arrays[name], dtype=np.float64) for name in ("mean", "covariance"))
    if mean.shape != (law.parameters,) or covariance.shape != (law.parameters, law.parameters):
        raise SettingsError(
            Code.SETTINGS, f"{law.name} has {law.parameters} coordinates, the state's mean {mean.shape}."
        )
    scatter = Scatter(float(plain["error"]), float(plain["wander"]), float(plain["freedom"]))
    return GrowthPopulation(
        law.name,
        SizeUnit(plain["unit"]),
        Prior(mean, covariance, scatter),
        float(plain["log_likelihood"]),
        int(plain["readings"]),
        int(plain["lesions"]),
        tuple(plain["patients"]),
    )


def fit_population(series: Sequence[SizeSeries], law: GrowthLaw) -> GrowthPopulation:
    """Learn a population.

    Args:
        series: of one unit; several lesions of a patient are taken as independent.

    Raises:
        SettingsError: `TOO_FEW_PATIENTS`, fewer than `LEAST_PATIENTS`; `SETTINGS`, units differ.
    """
    patients = tuple(sorted({one.patient for one in series}))
    if len(patients) < LEAST_PATIENTS:
        raise SettingsError(
            Code.TOO_FEW_PATIENTS,
            f"{len(patients)} patients with a course; a population takes {LEAST_PATIENTS}.",
            advice="Take the reference population.",
        )
    courses = courses_of(series)
    prior, likelihood = _learn(law, courses)
    readings = int(courses.known.sum())
    return GrowthPopulation(law.name, courses.unit, prior, likelihood, readings, len(series), patients)


def _learn(law: GrowthLaw, courses: Courses) -> tuple[Prior, float]:
    """Rounds until the likelihood stays."""
    prior, at = _begin(law, courses)
    before = likelihood = -np.inf
    for number in range(ROUNDS):
        at = most_probable(law, courses, prior, at, 30 if number == 0 else 4)
        linear = linearized(law, courses, at)
        if number % SCATTER_EVERY == 0:
            scatter, likelihood = _best_scatter(courses, linear, prior)
            prior = Prior(prior.mean, prior.covariance, scatter)
            if number > SCATTER_EVERY and likelihood - before < ENOUGH:
                break
            before = likelihood
        prior = _updated(courses, linear, prior)
    return prior, float(likelihood)


def _begin(law: GrowthLaw, courses: Courses) -> tuple[Prior, FloatArray]:
    """The law's wide guess, about the first sizes as they are."""
    mean = np.array([courses.first.mean(), *(parameter.usual for parameter in law.shape)])
    variances = [courses.first.var() + 0.01, *(parameter.spread**2 for parameter in law.shape)]
    at = np.tile(mean, (len(courses.first), 1))
    at[:, 0] = courses.first
    return Prior(mean, np.diag(variances), Scatter(0.08, 0.1, 5.0)), at


def _best_scatter(courses: Courses, linear: Linear, prior: Prior) -> tuple[Scatter, float]:
    """A few steps towards the highest marginal likelihood, and that likelihood."""
    spread = linear.spread(prior.covariance)
    missed = (courses.values - linear.expected(prior.mean)) * courses.known
    counts = courses.known.sum(axis=1)

    def loss(logs: FloatArray) -> float:
        if (logs < LOW).any() or (logs > HIGH).any():
            return np.inf
        error, wander, freedom = np.exp(logs)
        distance, log_root = _distance(Scatter(error, wander, freedom).of(courses) + spread, missed)
        each = gammaln((freedom + counts) / 2) - gammaln(freedom / 2) - counts / 2 * np.log(freedom * np.pi)
        return -float(np.sum(each - log_root - (freedom + counts) / 2 * np.log1p(distance / freedom)))

    start = np.log([prior.scatter.error, prior.scatter.wander, prior.scatter.freedom])
    start = np.clip(start, LOW, HIGH - 0.2)
    corners = np.vstack([start, start + 0.15 * np.eye(3)])
    found = minimize(
        loss, start, method="Nelder-Mead", options={"maxfev": SEARCHES, "initial_simplex": corners}
    )
    error, wander, freedom = (float(x) for x in np.exp(found.x))
    return Scatter(error, wander, freedom), -float(found.fun)


def _distance(covariance: FloatArray, missed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Squared Mahalanobis distances (m,) and half the log determinants (m,)."""
    root = np.linalg.cholesky(covariance)
    whitened = np.linalg.solve(root, missed[:, :, None])[:, :, 0]
    return np.sum(whitened**2, axis=1), np.sum(np.log(np.einsum("mii->mi", root)), axis=1)


def _updated(courses: Courses, linear: Linear, prior: Prior) -> Prior:
    """One round of expectation maximization of the mean and the covariance."""
    readings = prior.scatter.of(courses)
    missed = (courses.values - linear.expected(prior.mean)) * courses.known
    distance, _ = _distance(readings + linear.spread(prior.covariance), missed)
    freedom = prior.scatter.freedom
    weight = (freedom + courses.known.sum(axis=1)) / (freedom + distance)
    weighed = np.linalg.solve(readings, linear.slopes)
    inner = np.linalg.inv(prior.covariance) + np.einsum("mnp,mnq->mpq", linear.slopes, weighed)
    within = np.linalg.inv(inner)
    moved = np.einsum("mpq,mnq,mn->mp", within, weighed, missed, optimize=True)
    step = np.sum(weight[:, None] * moved, axis=0) / np.sum(weight)
    apart = moved - step
    between = weight[:, None, None] * apart[:, :, None] * apart[:, None, :]
    covariance = np.mean(within + between, axis=0) + JITTER * np.eye(len(step))
    return Prior(prior.mean + step, covariance, prior.scatter)
