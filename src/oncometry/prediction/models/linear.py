# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Linear regression with an elastic-net penalty.

Source: Zou and Hastie, doi:10.1111/j.1467-9868.2005.00503.x; fitted as doi:10.18637/jss.v033.i01.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.elastic_net import AtPredictors, ElasticNetSettings
from oncometry.prediction.models.estimator import Regressor

__all__ = ["LinearElasticNet"]


@dataclass(frozen=True)
class _SquaredLoss:
    """Half the mean squared error to outcomes (n,), under weights (n,) that sum to 1."""

    outcomes: FloatArray
    weights: FloatArray

    def at(self, predictors: FloatArray) -> AtPredictors:
        rest = self.outcomes - predictors
        return AtPredictors(float(self.weights @ rest**2) / 2, self.weights * rest, self.weights)

    def root(self, predictors: FloatArray) -> None:
        """Rows do not matter to each other."""


class LinearElasticNet(ElasticNetSettings, Regressor):
    """Half the mean squared error + alpha s (l1_ratio |coef| + (1 - l1_ratio) coef^2 / 2), of outcomes divided by their spread s.

    With the outcome on scale s the penalty means the same for days and for millilitres. It equals scikit-learn's
    ElasticNet on the outcome divided by s. Features should be on one scale.

    Args are those of `ElasticNetSettings`; at alpha 1 and `l1_ratio` 1 no standardized feature is left.

    Attributes:
        coef_: (p,).
        intercept_: of a row of zeros.
        alphas_, coef_path_: (k,), (p, k); the coefficients are in the outcome's unit.
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and numbers (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table.
        """
        rows, values = self._rows_and_values(X, y)
        weights = self._weights(sample_weight, len(rows))
        part = weights / weights.sum()
        mean = float(part @ values)
        scale = float(np.sqrt(part @ (values - mean) ** 2)) or 1.0
        found = self._minimum(rows, weights, _SquaredLoss((values - mean) / scale, part))
        self.coef_ = found.coefficients * scale
        self.intercept_ = mean + scale * found.intercept_at_zero
        self.coef_path_ = found.path * scale
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) of the outcome's unit."""
        found: FloatArray = self._rows_to_predict(X) @ self.coef_ + self.intercept_
        return found
