# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Gradient boosting of Cox's partial likelihood.

Sources: Ridgeway (Computing Science and Statistics 31:172, 1999); Friedman, doi:10.1016/S0167-9473(01)00065-2 (subsamples).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.boosting import BoostingSettings, LeafSteps, Loss
from oncometry.prediction.models.estimator import SurvivalEstimator
from oncometry.prediction.models.hazard_model import BaselineHazard
from oncometry.prediction.models.partial_likelihood import PartialLikelihood, Ties
from oncometry.prediction.models.survival_forest import reached_times
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["GradientBoostedSurvival"]


class GradientBoostedSurvival(BoostingSettings, SurvivalEstimator):
    """Log hazard as a sum of small trees, each fitted to the gradient of what the trees before left; competing
    events count as censored (cause-specific).

    Settings are those of `BoostingSettings`.

    Attributes:
        steps_: the trees; their leaves add to the log hazard.
        baseline_: cumulative hazard at log hazard 0, by Breslow.
    """

    steps_: LeafSteps
    baseline_: BaselineHazard

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and outcomes (n,).

        Raises:
            SettingsError: `SETTINGS`, what came is no such table; `NO_EVENTS`, nobody had the event.
        """
        rows = self._rows_to_fit(X)
        times, events = self._outcome(y, len(rows))
        weights = self._weights(sample_weight, len(rows))
        kept = weights > 0
        rows, times, events, weights = rows[kept], times[kept], events[kept], weights[kept]
        if not (events == 1).any():
            raise SettingsError(Code.NO_EVENTS, "no row with a weight above 0 has the event.")
        likelihood = PartialLikelihood(times, events, weights, Ties.BRESLOW)
        reached = reached_times(times, events)[1]
        outcomes = np.stack([reached.astype(np.float64), (events == 1).astype(np.float64)])
        self.steps_, scores = self._boost(Loss.COX, rows, outcomes, weights, np.zeros(1))
        self.event_times_days_ = likelihood.event_times_days
        self.baseline_ = BaselineHazard(self.event_times_days_, likelihood.cumulative_baseline(scores[0]))
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) log hazard."""
        rows = self._rows_to_predict(X)
        found: FloatArray = self.steps_.of(rows)[:, 0]
        return found

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        scores = self.predict(X)
        return self.baseline_.survival(scores, times_days)
