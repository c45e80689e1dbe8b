# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Cox's proportional hazards with an elastic-net penalty, for more features than patients.

Source: Simon, Friedman, Hastie and Tibshirani, doi:10.18637/jss.v039.i05.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.elastic_net import AtPredictors, ElasticNetSettings
from oncometry.prediction.models.estimator import SurvivalEstimator
from oncometry.prediction.models.hazard_model import BaselineHazard
from oncometry.prediction.models.partial_likelihood import PartialLikelihood, Ties
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["CoxElasticNet"]

_LEAST_CURVATURE = 1e-6
_JITTER = 1e-6
"""Of the largest curvature: what all rows share changes nothing, and a root needs something there."""
_MOST_ROWS = 1000
"""With more, rows are taken apart: their joint curvature costs rows^2 x features, and patients matter less to each other."""


@dataclass(frozen=True)
class _CoxLoss:
    """Minus the log partial likelihood by the sum of weights."""

    likelihood: PartialLikelihood
    total: float

    def at(self, predictors: FloatArray) -> AtPredictors:
        found = self.likelihood.at(predictors)
        return AtPredictors(
            -found.value / self.total,
            found.gradient / self.total,
            np.maximum(found.curvature / self.total, _LEAST_CURVATURE),
        )

    def root(self, predictors: FloatArray) -> FloatArray | None:
        if len(predictors) > _MOST_ROWS:
            return None
        hessian = self.likelihood.hessian(predictors) / self.total
        hessian[np.diag_indices_from(hessian)] += _JITTER * float(np.diag(hessian).max())
        return np.asarray(np.linalg.cholesky(hessian), dtype=np.float64)


class CoxElasticNet(ElasticNetSettings, SurvivalEstimator):
    """Log hazard linear in the features, many of them 0; competing events count as censored (cause-specific).

    The minimum of - log partial likelihood / sum of weights + alpha (l1_ratio |coef| + (1 - l1_ratio) coef^2 / 2), ties by
    Breslow; it equals scikit-survival's CoxnetSurvivalAnalysis. Features should be on one scale.

    Args are those of `ElasticNetSettings`.

    Attributes:
        coef_: (p,).
        alphas_, coef_path_: (k,), (p, k).
        mean_: (p,) of the features, at which the risk is 0.
        baseline_: cumulative hazard at the mean, by Breslow.
    """

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
        found = self._minimum(rows, weights, _CoxLoss(likelihood, float(weights.sum())), intercept=False)
        self.mean_, self.coef_ = found.mean, found.coefficients
        self.event_times_days_ = likelihood.event_times_days
        scores = (rows - self.mean_) @ self.coef_
        self.baseline_ = BaselineHazard(self.event_times_days_, likelihood.cumulative_baseline(scores))
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) log hazard against that of the mean row."""
        found: FloatArray = (self._rows_to_predict(X) - self.mean_) @ self.coef_
        return found

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        scores = self.predict(X)
        return self.baseline_.survival(scores, times_days)
