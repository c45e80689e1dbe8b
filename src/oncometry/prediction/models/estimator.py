# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""What our estimators share: scikit-learn's parameters, and one door for what they are given."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from oncometry.core import Code, SettingsError
from oncometry.core.errors import Notice
from oncometry.core.geometry import FloatArray
from oncometry.prediction.outcome import SURVIVAL, SurvivalOutcome

__all__ = [
    "Classifier",
    "Estimator",
    "ProbabilityClassifier",
    "Regressor",
    "SurvivalEstimator",
    "check_number",
]


class Estimator(BaseEstimator):  # type: ignore[misc]
    """A model that learns from rows of numbers.

    Attributes:
        notices_: what a fit met and went on with.
    """

    notices_: tuple[Notice, ...]

    def _rows_to_fit(self, rows: ArrayLike) -> FloatArray:
        """(n, p) float64.

        Raises:
            SettingsError: `SETTINGS`, no table of finite numbers.
        """
        return self._checked(rows, reset=True)

    def _rows_to_predict(self, rows: ArrayLike) -> FloatArray:
        """(n, p) float64, with as many features as were fitted.

        Raises:
            NotFittedError: nothing was fitted.
            SettingsError: `SETTINGS`, no table of finite numbers, or of other features.
        """
        check_is_fitted(self)
        return self._checked(rows, reset=False)

    def _checked(self, rows: ArrayLike, *, reset: bool) -> FloatArray:
        try:
            found = validate_data(self, rows, reset=reset, dtype=np.float64)
        except ValueError as error:
            raise SettingsError(Code.SETTINGS, str(error)) from error
        return np.asarray(found, dtype=np.float64)

    @staticmethod
    def _weights(weights: ArrayLike | None, count: int) -> FloatArray:
        """(n,) float64, 1 where none are given.

        Raises:
            SettingsError: `SETTINGS`, not one a row, or one below 0, or none above.
        """
        if weights is None:
            return np.ones(count)
        found = np.asarray(weights, dtype=np.float64)
        if found.ndim == 0:
            found = np.full(count, float(found))
        if found.shape != (count,):
            raise SettingsError(Code.SETTINGS, f"weights of shape {found.shape} for {count} rows.")
        if not (np.isfinite(found).all() and (found >= 0).all() and found.any()):
            raise SettingsError(
                Code.SETTINGS,
                f"weights are zero or above and not all zero, not {found.min():g} to {found.max():g}.",
            )
        return found


class Classifier(ClassifierMixin, Estimator):  # type: ignore[misc]
    """A model of classes.

    Attributes:
        classes_: (k,) sorted.
    """

    classes_: NDArray[Any]

    def _rows_and_classes(self, rows: ArrayLike, y: ArrayLike) -> tuple[FloatArray, NDArray[np.intp]]:
        """(n, p) and (n,) places in `classes_`, which is set.

        Raises:
            SettingsError: `SETTINGS`, no such table; `ONE_CLASS`, all rows are of one.
        """
        try:
            x, found = validate_data(self, rows, y, dtype=np.float64)
            check_classification_targets(found)
        except ValueError as error:
            raise SettingsError(Code.SETTINGS, str(error)) from error
        self.classes_, places = np.unique(found, return_inverse=True)
        if len(self.classes_) < 2:
            raise SettingsError(
                Code.ONE_CLASS,
                f"all {len(places)} rows are of one class, {self.classes_.tolist()[0]!r}: nothing to tell apart.",
            )
        return np.asarray(x, dtype=np.float64), places


class ProbabilityClassifier(Classifier):
    """A model that gives each class a probability."""

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """(n, k) probability of each class."""
        raise NotImplementedError

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """(n,) the most probable class."""
        likeliest = np.argmax(self.predict_proba(X), axis=1)
        found: NDArray[Any] = self.classes_[likeliest]
        return found


class Regressor(RegressorMixin, Estimator):  # type: ignore[misc]
    """A model of a number."""

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) of the outcome's unit."""
        raise NotImplementedError

    def _rows_and_values(self, rows: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """(n, p) and (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table.
        """
        try:
            x, found = validate_data(self, rows, y, dtype=np.float64, y_numeric=True)
        except ValueError as error:
            raise SettingsError(Code.SETTINGS, str(error)) from error
        return np.asarray(x, dtype=np.float64), np.asarray(found, dtype=np.float64)


class SurvivalEstimator(Estimator):
    """A model of the time to the event of interest.

    Attributes:
        event_times_days_: (m,) the days at which events were, increasing: between them the predicted survival is constant.
        handles_competing: whether competing events are modeled; where not, they count as censored and the
            predicted survival is that of a world without them (cause-specific).
    """

    handles_competing: bool = False
    event_times_days_: FloatArray

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and what happened to them (n,) of `SURVIVAL`.

        Raises:
            SettingsError: `SETTINGS`, what came is no such table; `NO_EVENTS`, nobody had the event of interest.
        """
        raise NotImplementedError

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) risk: the higher, the earlier the event of interest."""
        raise NotImplementedError

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event of interest at those days."""
        raise NotImplementedError

    def _outcome(self, y: SurvivalOutcome, count: int) -> tuple[FloatArray, NDArray[np.int8]]:
        """(n,) days and (n,) events of an outcome with at least one event of interest."""
        found = np.asarray(y)
        if found.dtype != SURVIVAL:
            raise SettingsError(
                Code.SETTINGS,
                f"a time to event is an array of {SURVIVAL}, not of {found.dtype}.",
                advice="Make it with survival_outcome.",
            )
        if found.shape != (count,):
            raise SettingsError(Code.SETTINGS, f"{found.shape} outcomes for {count} rows.")
        if not (found["event"] == 1).any():
            raise SettingsError(
                Code.NO_EVENTS, f"none of {count} rows has the event: there is nothing to learn."
            )
        return np.ascontiguousarray(found["time_days"]), np.ascontiguousarray(found["event"])


def check_number(
    name: str, value: float, low: float, high: float = np.inf, *, open_low: bool = False
) -> None:
    """Refuse a setting that is no number from low to high.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if not (low <= value <= high) or (open_low and value == low):
        bounds = f"above {low:g}" if open_low else f"at least {low:g}"
        raise SettingsError(
            Code.SETTINGS,
            f"{name} is {bounds}{'' if high == np.inf else f' and at most {high:g}'}, not {value!r}.",
        )
