# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Support vectors with a Gaussian kernel whose width and margin go by the data's own spread.

Source: Cortes and Vapnik, doi:10.1007/BF00994018; solved by libsvm, doi:10.1145/1961189.1961199, in scikit-learn.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import distance
from sklearn.svm import SVC, SVR

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import Classifier, Regressor, check_number

__all__ = ["SupportVectorClassifier", "SupportVectorRegressor", "kernel_scores"]

_TOLERANCE = 1e-6


class SupportVectorClassifier(Classifier):
    """Two classes; it gives decisions, no probabilities: calibrate them out of fold.

    Args:
        cost: of a row on the wrong side of its margin.
        sharpness: kernel exp(-g |x - z|^2) with g = sharpness / (features x variance of all values).

    Attributes:
        classes_: (2,).
        support_vectors_: (m, p).
        dual_coef_: (m,).
        intercept_, gamma_: numbers.
    """

    def __init__(self, cost: float = 1.0, sharpness: float = 1.0) -> None:
        self.cost = cost
        self.sharpness = sharpness

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
        self.gamma_ = _gamma(rows, weights, self.cost, self.sharpness)
        machine = SVC(C=self.cost, kernel="rbf", gamma=self.gamma_, tol=_TOLERANCE).fit(rows, places, weights)
        self.support_vectors_ = np.asarray(machine.support_vectors_, dtype=np.float64)
        self.dual_coef_ = np.asarray(machine.dual_coef_[0], dtype=np.float64)
        self.intercept_ = float(machine.intercept_[0])
        self.notices_ = ()
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """(n,) above 0: the second class."""
        rows = self._rows_to_predict(X)
        return kernel_scores(rows, self.support_vectors_, self.dual_coef_, self.gamma_, self.intercept_)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """(n,) classes."""
        second = self.decision_function(X) > 0
        found: NDArray[Any] = self.classes_[second.astype(np.intp)]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class SupportVectorRegressor(Regressor):
    """A number; the outcome is brought to mean 0 and spread 1 first, so that cost and margin mean the same in any unit.

    Args:
        cost: of a row outside of the margin.
        sharpness: as in `SupportVectorClassifier`.
        margin: part of the outcome's spread within which an error costs nothing.

    Attributes:
        support_vectors_: (m, p).
        dual_coef_: (m,) in the outcome's unit.
        intercept_, gamma_: numbers.
    """

    def __init__(self, cost: float = 1.0, sharpness: float = 1.0, margin: float = 0.1) -> None:
        self.cost = cost
        self.sharpness = sharpness
        self.margin = margin

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and numbers (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table.
        """
        rows, values = self._rows_and_values(X, y)
        weights = self._weights(sample_weight, len(rows))
        check_number("margin", self.margin, 0.0)
        self.gamma_ = _gamma(rows, weights, self.cost, self.sharpness)
        mean = float(np.average(values, weights=weights))
        scale = float(np.sqrt(np.average((values - mean) ** 2, weights=weights))) or 1.0
        machine = SVR(C=self.cost, kernel="rbf", gamma=self.gamma_, epsilon=self.margin, tol=_TOLERANCE)
        machine.fit(rows, (values - mean) / scale, weights)
        self.support_vectors_ = np.asarray(machine.support_vectors_, dtype=np.float64)
        self.dual_coef_ = np.asarray(machine.dual_coef_[0], dtype=np.float64) * scale
        self.intercept_ = mean + scale * float(machine.intercept_[0])
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) of the outcome's unit."""
        rows = self._rows_to_predict(X)
        return kernel_scores(rows, self.support_vectors_, self.dual_coef_, self.gamma_, self.intercept_)


def kernel_scores(
    rows: FloatArray, vectors: FloatArray, weights: FloatArray, gamma: float, intercept: float
) -> FloatArray:
    """(n,) sum of weights (m,) by the kernel of rows (n, p) with vectors (m, p), and the intercept."""
    if not len(vectors):
        return np.full(len(rows), intercept)
    found: FloatArray = np.exp(-gamma * distance.cdist(rows, vectors, "sqeuclidean")) @ weights + intercept
    return found


def _gamma(rows: FloatArray, weights: FloatArray, cost: float, sharpness: float) -> float:
    check_number("cost", cost, 0.0, open_low=True)
    check_number("sharpness", sharpness, 0.0, open_low=True)
    mean = np.average(rows, axis=0, weights=weights).mean()
    variance = float(np.average((rows - mean) ** 2, axis=0, weights=weights).mean())
    return float(sharpness / (rows.shape[1] * (variance or 1.0)))
