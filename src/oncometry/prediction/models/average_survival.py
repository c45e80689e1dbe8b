# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Several survival models as one: the mean of the survival that they predict.

Source: Wey, Connett and Rudser, doi:10.1093/biostatistics/kxv001, with equal weights. At any time its squared error is never
above the mean of theirs (Krogh and Vedelsby, NeurIPS 7:231, 1994).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import SurvivalEstimator
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["LEAST_SURVIVAL", "AverageSurvival", "Surviving", "common_times", "mean_survival", "mortality"]

LEAST_SURVIVAL = float(np.exp(-700.0))
"""Stands for 0, of which there is no logarithm."""


class Surviving(Protocol):
    """A fitted model of survival, stored or not."""

    @property
    def event_times_days_(self) -> FloatArray:
        """(m,) increasing."""
        ...

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        ...


class AverageSurvival(SurvivalEstimator):
    """The mean of the survival that models of these rows predict; competing events count as censored (cause-specific).

    Args:
        members: models by name.

    Attributes:
        members_: fitted, in the order of `members`.
    """

    members_: tuple[SurvivalEstimator, ...]

    def __init__(self, members: Sequence[tuple[str, SurvivalEstimator]]) -> None:
        self.members = members

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and outcomes (n,).

        Raises:
            SettingsError: `SETTINGS`, there is no member, or what came is no such table; `NO_EVENTS`, nobody had the event.
        """
        if not self.members:
            raise SettingsError(Code.SETTINGS, "an average of no models.")
        rows = self._rows_to_fit(X)
        self.members_ = tuple(clone(member).fit(rows, y, sample_weight) for _, member in self.members)
        self.event_times_days_ = common_times(self.members_)
        self.notices_ = tuple(notice for member in self.members_ for notice in member.notices_)
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) mortality: the cumulative hazard of the mean survival, summed over the times of events."""
        rows = self._rows_to_predict(X)
        return mortality(self.members_, rows)

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        rows = self._rows_to_predict(X)
        return mean_survival(self.members_, rows, times_days)


def common_times(members: Sequence[Surviving]) -> FloatArray:
    """(m,) days at which the prediction of any changes."""
    return np.unique(np.concatenate([member.event_times_days_ for member in members]))


def mean_survival(members: Sequence[Surviving], rows: ArrayLike, times_days: ArrayLike) -> FloatArray:
    """(n, t) of rows (n, p)."""
    said = [member.predict_survival(rows, times_days) for member in members]
    return np.asarray(np.mean(said, axis=0), dtype=np.float64)


def mortality(members: Sequence[Surviving], rows: ArrayLike) -> FloatArray:
    """(n,) by which rows (n, p) are ordered."""
    free = mean_survival(members, rows, common_times(members))
    return np.asarray(-np.log(np.maximum(free, LEAST_SURVIVAL)).sum(axis=1), dtype=np.float64)
