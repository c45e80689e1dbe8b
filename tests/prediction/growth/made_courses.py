"""Courses of known populations."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.growth import Prior, Scatter, SizeSeries, SizeUnit, law_named, size_series

VISIT_DAYS = 42.0


def draw_courses(
    law: str, prior: Prior, count: int, rng: np.random.Generator, visits: tuple[int, int] = (4, 9)
) -> list[SizeSeries]:
    """Lesions of a population, as `GrowthPopulation` says that they come about; in mm."""
    chosen, unit, scatter = law_named(law), SizeUnit.MM, prior.scatter
    found = []
    for number in range(count):
        days = VISIT_DAYS * np.arange(rng.integers(*visits)) + rng.uniform(-5, 5)
        days -= days[0]
        scale = np.sqrt(scatter.freedom / rng.chisquare(scatter.freedom))
        at = prior.mean + scale * np.linalg.cholesky(prior.covariance) @ rng.normal(size=len(prior.mean))
        steps = rng.normal(size=len(days) - 1) * np.sqrt(np.diff(days) / 100) * scatter.wander
        path = np.concatenate([[0.0], np.cumsum(steps)])
        size = np.exp(chosen.log_size(at[None], days[None], unit.dimension))[0]
        noise = path + scatter.error * rng.normal(size=len(days))
        read = (size + unit.least) * np.exp(scale * noise) - unit.least
        found.append(size_series(f"P{number}", "L1", days, np.maximum(read, 0.0), unit))
    return found


def exponential_prior(scatter: Scatter) -> Prior:
    """About 33 mm, growing or shrinking by some percent a month."""
    return Prior(np.array([3.5, 0.001]), np.diag([0.3**2, 0.002**2]), scatter)
