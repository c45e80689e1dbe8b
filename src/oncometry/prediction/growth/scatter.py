"""How readings lie about a law: an error of each reading, and a wandering of the lesion itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.prediction.growth.courses import Courses
from oncometry.prediction.growth.law import FloatArray

__all__ = ["WANDER_DAYS", "Scatter"]

WANDER_DAYS = 100.0


@dataclass(frozen=True)
class Scatter:
    """Standard deviations on the scale log(size + least), of a lesion of the middle; quiet and restless ones differ.

    Attributes:
        error: of a reading.
        wander: by which a lesion leaves its law in `WANDER_DAYS` days; a Brownian path: the deviation of the last visit is
            carried on.
        freedom: degrees of freedom of how lesions differ: all of a lesion's deviations are scaled by one number, whose
            square is freedom over a chi-square of it (multivariate t; Pinheiro 2001, doi:10.1198/10618600152628059).
    """

    error: float
    wander: float
    freedom: float

    def path(self, days: FloatArray, other: FloatArray) -> FloatArray:
        """Covariance (m, n, k) of the lesion's own deviations at days (m, n) and (m, k)."""
        shared = np.minimum(days[:, :, None], other[:, None, :])
        return self.wander**2 * np.maximum(shared, 0.0) / WANDER_DAYS

    def of(self, courses: Courses) -> FloatArray:
        """Covariance (m, n, n) of readings about a law; visits that are not there are independent, of variance 1."""
        known = courses.known
        path = self.path(courses.days, courses.days) * (known[:, :, None] & known[:, None, :])
        return path + np.eye(known.shape[1]) * np.where(known, self.error**2, 1.0)[:, :, None]
