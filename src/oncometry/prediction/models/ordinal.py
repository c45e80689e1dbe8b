# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Proportional odds: ordered categories from one score and a threshold between each two.

Source: McCullagh, doi:10.1111/j.2517-6161.1980.tb01109.x.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from oncometry.core import Code, SettingsError
from oncometry.core.errors import Notice
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import ProbabilityClassifier, check_number
from oncometry.prediction.models.newton import newton_maximum
from oncometry.prediction.models.row_space import RowSpace

__all__ = ["ProportionalOdds", "class_probabilities"]

_LEAST_PROBABILITY = 1e-300
_WIDEST_SCORES = 40.0
"""Log odds further apart are those of a likelihood that rises forever."""


class ProportionalOdds(ProbabilityClassifier):
    """log odds (y <= class k) = threshold k - x coef; the classes' order is that of their values.

    The maximum of the mean log likelihood - alpha |coef|^2 / 2. Features should be on one scale.

    Args:
        alpha: ridge penalty.

    Attributes:
        classes_: (k,).
        coef_: (p,); a higher score is a higher class.
        thresholds_: (k - 1,) increasing, of a row of zeros.
    """

    coef_: FloatArray
    thresholds_: FloatArray

    def __init__(self, alpha: float = 0.1) -> None:
        self.alpha = alpha

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and ordered classes (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table; `ONE_CLASS`, all rows are of one.
        """
        rows, places = self._rows_and_classes(X, y)
        weights = self._weights(sample_weight, len(rows))
        check_number("alpha", self.alpha, 0.0)
        present = np.bincount(places, weights, len(self.classes_))
        if (present == 0).any():
            raise SettingsError(
                Code.ONE_CLASS, f"no row of class {self.classes_[present == 0].tolist()[0]!r} has a weight."
            )
        space = RowSpace.of(rows, weights)
        likelihood = _Likelihood(space.rows, places, weights / weights.sum(), float(self.alpha))
        start = np.concatenate(
            [logit(np.cumsum(present)[:-1] / present.sum()), np.zeros(space.rows.shape[1])]
        )
        found = newton_maximum(likelihood.value, likelihood.derivatives, start)
        cuts = len(self.classes_) - 1
        self.coef_ = space.directions @ found.point[cuts:]
        self.thresholds_ = found.point[:cuts] + float(space.mean @ self.coef_)
        self.n_iter_ = found.steps
        unfinished = Notice(
            Code.NOT_CONVERGED, "the features tell the classes apart: use fewer or a larger alpha."
        )
        apart = np.ptp(space.rows @ found.point[cuts:]) > _WIDEST_SCORES
        self.notices_ = () if found.converged and not apart else (unfinished,)
        return self

    def linear_predictor(self, X: ArrayLike) -> FloatArray:
        """(n,) score: the higher, the higher the class."""
        rows = self._rows_to_predict(X)
        scores: FloatArray = rows @ self.coef_
        return scores

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """(n, k) probability of each class."""
        scores = self.linear_predictor(X)
        return class_probabilities(scores, self.thresholds_)


def class_probabilities(scores: FloatArray, thresholds: FloatArray) -> FloatArray:
    """(n, k) of scores (n,) between thresholds (k - 1,)."""
    below = expit(thresholds - scores[:, None])
    bounds = np.column_stack([np.zeros(len(scores)), below, np.ones(len(scores))])
    found: FloatArray = np.diff(bounds, axis=1)
    return found


class _Likelihood:
    """Mean log likelihood of thresholds (k - 1,) and coefficients (q,), in one point."""

    def __init__(self, rows: FloatArray, places: NDArray[np.intp], weights: FloatArray, alpha: float) -> None:
        self._rows, self._places, self._weights, self._alpha = rows, places, weights, alpha
        self._cuts = int(places.max())
        self._upper = np.eye(self._cuts + 1)[:, : self._cuts][places]
        self._lower = np.eye(self._cuts + 1)[:, 1:][places]

    def value(self, point: FloatArray) -> float:
        thresholds, coefficients = point[: self._cuts], point[self._cuts :]
        if (np.diff(thresholds) <= 0).any():
            return -np.inf
        probability, _, _ = self._parts(point)
        return (
            float(self._weights @ np.log(probability)) - self._alpha * float(coefficients @ coefficients) / 2
        )

    def derivatives(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        probability, upper, lower = self._parts(point)
        slope_up, slope_low = upper * (1 - upper), lower * (1 - lower)
        bend_up, bend_low = slope_up * (1 - 2 * upper), slope_low * (1 - 2 * lower)
        # By the two bounds of each row's class, a and b, of log(F(a) - F(b)).
        by_a, by_b = slope_up / probability, -slope_low / probability
        aa, bb, ab = bend_up / probability - by_a**2, -bend_low / probability - by_b**2, -by_a * by_b
        a = np.hstack([self._upper, -self._rows])
        b = np.hstack([self._lower, -self._rows])
        weights = self._weights
        gradient = a.T @ (weights * by_a) + b.T @ (weights * by_b)
        cross = (a * (weights * ab)[:, None]).T @ b
        information = -(
            (a * (weights * aa)[:, None]).T @ a + (b * (weights * bb)[:, None]).T @ b + cross + cross.T
        )
        ridge = np.concatenate([np.zeros(self._cuts), np.full(self._rows.shape[1], self._alpha)])
        return gradient - ridge * point, information + np.diag(ridge)

    def _parts(self, point: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Each row's probability of its class, and F at its upper and lower bound."""
        thresholds, scores = point[: self._cuts], self._rows @ point[self._cuts :]
        last = self._places == self._cuts
        first = self._places == 0
        upper = np.where(last, 1.0, expit(self._upper @ thresholds - scores))
        lower = np.where(first, 0.0, expit(self._lower @ thresholds - scores))
        return np.maximum(upper - lower, _LEAST_PROBABILITY), upper, lower
