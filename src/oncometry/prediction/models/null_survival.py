# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""The naive model of survival: everyone has the incidence of all."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.curves import aalen_johansen, at_days
from oncometry.prediction.models.estimator import SurvivalEstimator
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["NullSurvival"]


class NullSurvival(SurvivalEstimator):
    """Looks at no feature: 1 - Aalen and Johansen's incidence of the event, which is Kaplan and Meier's survival where
    no event competes.

    Attributes:
        event_times_days_, survival_: (m,) the curve.
    """

    handles_competing = True
    survival_: FloatArray

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from outcomes (n,); of the rows only the number of features.

        Raises:
            SettingsError: `SETTINGS`, what came is no such table; `NO_EVENTS`, nobody had the event.
        """
        rows = self._rows_to_fit(X)
        self._outcome(y, len(rows))
        curve = aalen_johansen(np.asarray(y), weights=self._weights(sample_weight, len(rows)))
        moves = curve.events > 0
        self.event_times_days_, self.survival_ = curve.times_days[moves], 1 - curve.value[moves]
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) 0: nobody's risk is higher than another's."""
        return np.zeros(len(self._rows_to_predict(X)))

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) the same of each row."""
        count = len(self._rows_to_predict(X))
        at = at_days(self.event_times_days_, self.survival_, np.asarray(times_days, dtype=np.float64), 1.0)
        return np.tile(at, (count, 1))
