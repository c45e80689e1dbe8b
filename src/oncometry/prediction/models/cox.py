# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Cox's proportional hazards, and Fine and Gray's for the incidence where other events compete.

Sources: Cox, doi:10.1111/j.2517-6161.1972.tb00899.x; Fine and Gray, doi:10.1080/01621459.1999.10474144; Breslow's baseline hazard
(discussion of Cox's paper).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core import Code, SettingsError
from oncometry.core.errors import Notice
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import SurvivalEstimator, check_number
from oncometry.prediction.models.hazard_model import BaselineHazard
from oncometry.prediction.models.newton import Newton, newton_maximum
from oncometry.prediction.models.partial_likelihood import PartialLikelihood, Ties
from oncometry.prediction.models.row_space import RowSpace
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["CoxRegression", "FineGray"]

_WIDEST_SCORES = 40.0
"""Log hazards further apart are those of a likelihood that rises forever: a feature tells the order of events."""


class CoxRegression(SurvivalEstimator):
    """Log hazard linear in the features; competing events count as censored (cause-specific).

    The maximum of log likelihood / sum of weights - alpha |coef|^2 / 2, by Newton's method among the directions in which the rows
    differ: a duplicated column gets half the coefficient, a constant one 0.

    Args:
        alpha: ridge penalty; with 0 the features must be fewer than the events.
        ties: `efron` or `breslow`.

    Attributes:
        coef_: (p,).
        covariance_: (p, p) of the coefficients, inverse of the observed (penalized) information.
        mean_: (p,) of the features, at which the risk is 0.
        baseline_: cumulative hazard at the mean, by Breslow.
    """

    coef_: FloatArray
    mean_: FloatArray
    baseline_: BaselineHazard

    def __init__(self, alpha: float = 0.0, ties: str = "efron") -> None:
        self.alpha = alpha
        self.ties = ties

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and outcomes (n,).

        Raises:
            SettingsError: `SETTINGS`, what came is no such table; `NO_EVENTS`, nobody had the event.
        """
        rows = self._rows_to_fit(X)
        times, events = self._outcome(y, len(rows))
        weights = self._weights(sample_weight, len(rows))
        check_number("alpha", self.alpha, 0.0)
        if self.ties not in list(Ties):
            raise SettingsError(Code.SETTINGS, f"ties are {' or '.join(Ties)}, not {self.ties!r}.")
        kept = weights > 0
        if not (events[kept] == 1).any():
            raise SettingsError(Code.NO_EVENTS, "no row with a weight above 0 has the event.")
        likelihood = PartialLikelihood(
            times[kept], events[kept], weights[kept], Ties(self.ties), competing=self.handles_competing
        )
        self._solve(likelihood, RowSpace.of(rows[kept], weights[kept]), float(weights.sum()))
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) log hazard against that of the mean row."""
        found: FloatArray = (self._rows_to_predict(X) - self.mean_) @ self.coef_
        return found

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        scores = self.predict(X)
        return self.baseline_.survival(scores, times_days)

    def _solve(self, likelihood: PartialLikelihood, space: RowSpace, total: float) -> None:
        z, alpha = space.rows, float(self.alpha)

        def value(at: FloatArray) -> float:
            return likelihood.at(z @ at).value / total - alpha * float(at @ at) / 2

        def derivatives(at: FloatArray) -> tuple[FloatArray, FloatArray]:
            eta = z @ at
            gradient = z.T @ likelihood.at(eta).gradient / total - alpha * at
            return gradient, likelihood.information(eta, z) / total + alpha * np.eye(len(at))

        found = newton_maximum(value, derivatives, np.zeros(z.shape[1]))
        scores = z @ found.point
        self.mean_ = space.mean
        self.coef_ = space.directions @ found.point
        self.covariance_ = space.directions @ np.linalg.pinv(found.information * total) @ space.directions.T
        self.n_iter_ = found.steps
        self.event_times_days_ = likelihood.event_times_days
        self.baseline_ = BaselineHazard(self.event_times_days_, likelihood.cumulative_baseline(scores))
        self.notices_ = _notices(found, scores)


class FineGray(CoxRegression):
    """Subdistribution hazard linear in the features: of the incidence of event 1 where the others prevent it.

    Who had a competing event stays at risk with the probability to be still uncensored, as in R's cmprsk; ties by Breslow.

    Args:
        alpha: ridge penalty, as in `CoxRegression`.

    Attributes:
        coef_, mean_, baseline_: as in `CoxRegression`; the baseline is the cumulative subdistribution hazard.
        covariance_: inverse of the information: it does not know that the censoring weights are estimated.
    """

    handles_competing = True

    def __init__(self, alpha: float = 0.0) -> None:
        super().__init__(alpha=alpha, ties=Ties.BRESLOW)

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) 1 - cumulative incidence of the event: those with a competing one never have it."""
        return super().predict_survival(X, times_days)


def _notices(found: Newton, scores: FloatArray) -> tuple[Notice, ...]:
    told = []
    if not found.converged:
        told.append(f"the likelihood has no maximum that {found.steps} Newton steps reach")
    if np.ptp(scores) > _WIDEST_SCORES:
        told.append(f"log hazards of the rows are {np.ptp(scores):.0f} apart")
    if not told:
        return ()
    what = f"{' and '.join(told)}: the features tell the order of events; use fewer or a larger alpha."
    return (Notice(Code.NOT_CONVERGED, what),)
