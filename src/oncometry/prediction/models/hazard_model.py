"""Survival from a linear or other score on the log hazard and one baseline hazard over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.curves import at_days

__all__ = ["BaselineHazard"]

_LARGEST_EXPONENT = 500.0


@dataclass(frozen=True)
class BaselineHazard:
    """Cumulative hazard of a row with score 0.

    Attributes:
        times_days: (m,) increasing.
        cumulative: (m,) from each time on; 0 before the first.
    """

    times_days: FloatArray
    cumulative: FloatArray

    def survival(self, scores: FloatArray, times_days: ArrayLike) -> FloatArray:
        """(n, t) of rows with log hazards `scores` (n,): exp(-H(t) exp(score))."""
        at = at_days(self.times_days, self.cumulative, np.asarray(times_days, dtype=np.float64), 0.0)
        hazard = np.exp(np.clip(scores, -_LARGEST_EXPONENT, _LARGEST_EXPONENT))
        found: FloatArray = np.exp(-np.outer(hazard, at))
        return found
