"""Cox's partial likelihood, with ties by Efron or Breslow, and its weighted form for competing events.

Sources: Cox, doi:10.1111/j.2517-6161.1972.tb00899.x; Efron, doi:10.1080/01621459.1977.10480613; Fine and Gray,
doi:10.1080/01621459.1999.10474144. The sums over who is at risk go once over the rows in order of time, forward for those who had
a competing event before: Kawaguchi et al., doi:10.32614/RJ-2021-010.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.curves import censoring_before

__all__ = ["AtPoint", "PartialLikelihood", "Ties"]

IntArray = NDArray[np.intp]
_LARGEST_EXPONENT = 500.0
_LEAST_SUM = 1e-150


class Ties(StrEnum):
    """How events at one time are counted."""

    EFRON = "efron"
    BRESLOW = "breslow"


@dataclass(frozen=True)
class _Terms:
    """The denominators of the likelihood: one for each event (Efron) or time (Breslow).

    Attributes:
        start: the first row, by time, that is at risk.
        stop: behind the last row that has the event at this time.
        weight: how often the denominator counts.
        part: of the tied events, which part is taken away.
        censoring: probability to be uncensored just before; all 1 where no competing event stays at risk.
    """

    start: IntArray
    stop: IntArray
    weight: FloatArray
    part: FloatArray
    censoring: FloatArray


@dataclass(frozen=True)
class AtPoint:
    """The likelihood at linear predictors (n,), in the rows' own order.

    Attributes:
        value: log partial likelihood.
        gradient: (n,) by the linear predictors.
        curvature: (n,) minus the second derivative by each row's own (of tied events by Breslow).
    """

    value: float
    gradient: FloatArray
    curvature: FloatArray


class PartialLikelihood:
    """Of times, events and weights, as a function of each row's linear predictor.

    Args:
        times_days: (n,).
        events: (n,) 0 censored, 1 event, 2 and more competing.
        weights: (n,) case weights.
        ties: how tied events are counted.
        competing: True: who had a competing event stays at risk with a weight (subdistribution hazards);
            False: it counts as censored.
    """

    def __init__(
        self,
        times_days: FloatArray,
        events: NDArray[np.int8],
        weights: FloatArray,
        ties: Ties,
        competing: bool = False,
    ) -> None:
        # Of rows with one time the events come first, so that each term's tied events are rows start ... stop - 1.
        self._order = np.lexsort((events != 1, times_days))
        self._times = times_days[self._order]
        self._events = events[self._order]
        self._weights = weights[self._order]
        self._had = self._events == 1
        self._censoring = censoring_before(times_days, events, weights, self._times) if competing else None
        self._terms = self._denominators(ties)

    @cached_property
    def event_times_days(self) -> FloatArray:
        """(m,) at which the event happened, increasing."""
        return np.unique(self._times[self._had & (self._weights > 0)])

    def at(self, predictors: FloatArray) -> AtPoint:
        """Value and derivatives at each row's linear predictor (n,)."""
        eta = predictors[self._order]
        shift = float(eta.max())
        risk = self._risks(eta)
        sums = self._sums(risk[:, None])[:, 0]
        weight = self._terms.weight
        value = float((self._weights * eta)[self._had].sum() - weight @ (np.log(sums) + shift))
        expected = risk * self._pulls(weight / sums)
        gradient, curvature = np.empty_like(eta), np.empty_like(eta)
        gradient[self._order] = self._weights * self._had - expected
        curvature[self._order] = np.maximum(
            expected - risk**2 * self._pulls(weight / np.maximum(sums, _LEAST_SUM) ** 2), 0.0
        )
        return AtPoint(value, gradient, curvature)

    def hessian(self, predictors: FloatArray) -> FloatArray:
        """(n, n) minus the second derivative by the linear predictors, of ties by Breslow without competing events.

        Rows i and k share the terms up to the earlier of both: its parts are c of the earlier row times both risks.
        """
        eta = predictors[self._order]
        risk = self._risks(eta)
        sums = self._sums(risk[:, None])[:, 0]
        shared = self._pulls(self._terms.weight / np.maximum(sums, _LEAST_SUM) ** 2)
        places = np.arange(len(eta))
        sorted_ = -np.outer(risk, risk) * shared[np.minimum.outer(places, places)]
        sorted_[places, places] += risk * self._pulls(self._terms.weight / sums)
        found = np.empty_like(sorted_)
        found[np.ix_(self._order, self._order)] = sorted_
        return found

    def information(self, predictors: FloatArray, rows: FloatArray) -> FloatArray:
        """(p, p) minus the second derivative by coefficients of features (n, p)."""
        eta, x = predictors[self._order], rows[self._order]
        risk = self._risks(eta)
        sums = self._sums(risk[:, None])[:, 0]
        means = self._sums(risk[:, None] * x) / sums[:, None]
        pulls = risk * self._pulls(self._terms.weight / sums)
        found: FloatArray = (x * pulls[:, None]).T @ x - (means * self._terms.weight[:, None]).T @ means
        return found

    def cumulative_baseline(self, predictors: FloatArray) -> FloatArray:
        """(m,) Breslow's cumulative hazard at the event times, of a row with linear predictor 0.

        Whatever the ties of the likelihood, here they are counted by Breslow.
        """
        eta = np.minimum(predictors[self._order], _LARGEST_EXPONENT)
        terms = self._denominators(Ties.BRESLOW)
        sums = self._sums((self._weights * np.exp(eta))[:, None], terms)[:, 0]
        return np.cumsum(terms.weight / sums)

    def _risks(self, predictors: FloatArray) -> FloatArray:
        """(n,) hazards by that of the row with most, none so small that a sum of them is 0."""
        shifted = np.maximum(predictors - predictors.max(), -_LARGEST_EXPONENT)
        found: FloatArray = self._weights * np.exp(shifted)
        return found

    def _denominators(self, ties: Ties) -> _Terms:
        times, had = self._times, self._had & (self._weights > 0)
        at, counts = np.unique(times[had], return_counts=True)
        start = np.searchsorted(times, at, "left").astype(np.intp)
        ends = np.searchsorted(times, at, "right")
        stop = np.array([s + self._had[s:e].sum() for s, e in zip(start, ends, strict=True)], dtype=np.intp)
        total = np.array([self._weights[s:e].sum() for s, e in zip(start, stop, strict=True)])
        part = np.zeros(len(at))
        if ties is Ties.EFRON:
            term = np.repeat(np.arange(len(at)), counts)
            part = (np.arange(len(term)) - (np.cumsum(counts) - counts)[term]) / counts[term]
            start, stop, total = start[term], stop[term], (total / counts)[term]
        before = np.ones(len(start)) if self._censoring is None else self._censoring[start]
        return _Terms(start, stop, total, part, before)

    def _sums(self, values: FloatArray, terms: _Terms | None = None) -> FloatArray:
        """(terms, k) sums of each row's values (n, k) over those at risk."""
        terms = self._terms if terms is None else terms
        later = np.cumsum(values[::-1], axis=0)[::-1]
        found: FloatArray = later[terms.start]
        if terms.part.any():
            bounds = np.column_stack([terms.start, terms.stop]).ravel()
            tied = np.add.reduceat(np.vstack([values, np.zeros_like(values[:1])]), bounds, axis=0)[::2]
            found = found - terms.part[:, None] * tied
        if self._censoring is not None:
            stays = np.where(self._events >= 2, 1 / self._censoring, 0.0)
            earlier = np.concatenate(
                [np.zeros((1, values.shape[1])), np.cumsum(values * stays[:, None], axis=0)]
            )
            found = found + terms.censoring[:, None] * earlier[terms.start]
        return found

    def _pulls(self, values: FloatArray) -> FloatArray:
        """(n,) for each row the sum of the terms' values (terms,) at which it is at risk: the transpose of `_sums`."""
        terms, count = self._terms, len(self._times)
        at = np.bincount(terms.start, values, count + 1)
        found = np.cumsum(at)[:-1].astype(np.float64)
        if terms.part.any():
            taken = np.bincount(terms.start, values * terms.part, count + 1)
            back = np.bincount(terms.stop, values * terms.part, count + 1)
            found = found - np.cumsum(taken - back)[:-1]
        if self._censoring is not None:
            later = np.cumsum(np.bincount(terms.start, values * terms.censoring, count + 1)[::-1])[::-1]
            found = found + np.where(self._events >= 2, later[1:] / self._censoring, 0.0)
        return found
