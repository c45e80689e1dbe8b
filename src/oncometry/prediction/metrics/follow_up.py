"""Times and events, sorted once: Kaplan-Meier, Aalen-Johansen and the distribution of censoring, for many weights at
a time.

Where an event and a censoring fall on one day, the event comes first: who is censored that day was still at risk of
it, and who has it that day was not at risk of being censored. Curves are right-continuous steps. E. L. Kaplan and P.
Meier, JASA 1958, doi:10.1080/01621459.1958.10501452; O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics
5 (1978), pages 141 to 150.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.weights import Weights, in_groups, rising
from oncometry.prediction.outcome import CENSORED, SurvivalOutcome

__all__ = ["EVENT", "FollowUp", "follow_up"]

EVENT = 1
"""The event of interest; higher numbers compete with it."""


@dataclass(frozen=True, eq=False)
class FollowUp:
    """One outcome, ready to be weighed.

    Attributes:
        event, time_days: (n,).
        order, starts: by rising time, and where a new time starts.
        days: (u,) times that occur.
        place: (n,) index of a row's time in `days`.
    """

    event: NDArray[np.int8]
    time_days: FloatArray
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    days: FloatArray
    place: NDArray[np.intp]

    def event_free(self, weights: Weights) -> FloatArray:
        """(b, u) Kaplan-Meier probability of no event of any kind up to each of `days`."""
        return _product(self._sums(weights * (self.event != CENSORED)), self._at_risk(weights))

    def incidence(self, weights: Weights) -> FloatArray:
        """(b, u) Aalen-Johansen probability of event 1 up to each of `days`: 1 - Kaplan-Meier, if none competes."""
        risk = self._at_risk(weights)
        free = _product(self._sums(weights * (self.event != CENSORED)), risk)
        before = np.concatenate([np.ones((len(free), 1)), free[:, :-1]], axis=1)
        happened = self._sums(weights * (self.event == EVENT))
        return np.asarray(np.cumsum(before * _part(happened, risk), axis=1), dtype=np.float64)

    def uncensored(self, weights: Weights) -> FloatArray:
        """(b, u) Kaplan-Meier probability of not being censored up to each of `days`, that day included."""
        events = self._sums(weights * (self.event != CENSORED))
        censored = self._sums(weights * (self.event == CENSORED))
        return _product(censored, self._at_risk(weights) - events)

    def at(self, curve: FloatArray, day: float, start: float) -> FloatArray:
        """(b,) value on a day of a (b, u) curve that begins at `start` and stays at its last value."""
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        found = curve[:, place] if place >= 0 else np.full(len(curve), start)
        return np.asarray(found, dtype=np.float64)

    def _sums(self, weights: Weights) -> FloatArray:
        return in_groups(weights, self.order, self.starts)

    def _at_risk(self, weights: Weights) -> FloatArray:
        leaving = self._sums(weights)
        total = leaving.sum(axis=1, keepdims=True)
        return np.asarray(total - np.cumsum(leaving, axis=1) + leaving, dtype=np.float64)


def follow_up(outcome: SurvivalOutcome) -> FollowUp:
    """Sort (n,) outcomes."""
    event, time = outcome["event"], outcome["time_days"]
    order, starts = rising(time)
    run = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(time)]))
    place = np.empty(len(time), dtype=np.intp)
    place[order] = run
    return FollowUp(event, time, order, starts, time[order][starts], place)


def _part(happened: FloatArray, risk: FloatArray) -> FloatArray:
    found = np.divide(happened, risk, out=np.zeros_like(happened), where=risk > 0)
    return np.asarray(found, dtype=np.float64)


def _product(happened: FloatArray, risk: FloatArray) -> FloatArray:
    return np.asarray(np.cumprod(1.0 - _part(happened, risk), axis=1), dtype=np.float64)
