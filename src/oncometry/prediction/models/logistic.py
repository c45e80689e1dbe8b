# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Logistic regression with an elastic-net penalty.

Source: Zou and Hastie, doi:10.1111/j.1467-9868.2005.00503.x; fitted as doi:10.18637/jss.v033.i01.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.elastic_net import AtPredictors, ElasticNetSettings
from oncometry.prediction.models.estimator import ProbabilityClassifier

__all__ = ["LogisticElasticNet"]

_LEAST_CURVATURE = 1e-5


@dataclass(frozen=True)
class _LogisticLoss:
    """Mean negative log likelihood of outcomes (n,) 0 or 1, under weights (n,) that sum to 1."""

    outcomes: FloatArray
    weights: FloatArray

    def at(self, predictors: FloatArray) -> AtPredictors:
        probability = expit(predictors)
        value = float(self.weights @ (np.logaddexp(0.0, predictors) - self.outcomes * predictors))
        curvature = self.weights * np.maximum(probability * (1 - probability), _LEAST_CURVATURE)
        return AtPredictors(value, self.weights * (self.outcomes - probability), curvature)

    def root(self, predictors: FloatArray) -> None:
        """Rows do not matter to each other."""


class LogisticElasticNet(ElasticNetSettings, ProbabilityClassifier):
    """Two classes; mean negative log likelihood + alpha (l1_ratio |coef| + (1 - l1_ratio) coef^2 / 2).

    It equals scikit-learn's LogisticRegression with C = 1 / (n alpha). Features should be on one scale.

    Args are those of `ElasticNetSettings`.

    Attributes:
        classes_: (2,); `predict_proba` and the coefficients speak of the second.
        coef_: (1, p).
        intercept_: (1,).
        alphas_, coef_path_: (k,), (p, k).
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and classes (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table, or more than two classes; `ONE_CLASS`, all rows are of one.
        """
        rows, places = self._rows_and_classes(X, y)
        weights = self._weights(sample_weight, len(rows))
        if len(self.classes_) > 2:
            raise SettingsError(
                Code.SETTINGS,
                f"Only binary classification is supported. The type of the target is multiclass: {len(self.classes_)} "
                "classes came.",
            )
        if len(np.unique(places[weights > 0])) < 2:
            raise SettingsError(Code.ONE_CLASS, "rows with a weight above 0 are all of one class.")
        loss = _LogisticLoss(places.astype(np.float64), weights / weights.sum())
        found = self._minimum(rows, weights, loss)
        self.coef_ = found.coefficients[None]
        self.intercept_ = np.array([found.intercept_at_zero])
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """(n,) log odds of the second class."""
        rows = self._rows_to_predict(X)
        found: FloatArray = rows @ self.coef_[0] + self.intercept_[0]
        return found

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """(n, 2) probability of each class."""
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
