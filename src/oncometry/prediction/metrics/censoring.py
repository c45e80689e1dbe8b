"""Inverse probability of censoring weights: who was censored is stood for by others, who were followed as long.

A row whose state on a day is known weighs 1 / G: an event by then, at its own time; a row that goes on, on that day. G is the
Kaplan-Meier probability of not being censored up to and on a day. H. Uno et al. 2007, doi:10.1198/016214507000000149.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.follow_up import FollowUp
from oncometry.prediction.metrics.weights import Weights
from oncometry.prediction.outcome import CENSORED

__all__ = ["SurvivalRows", "WeighedRows"]


@dataclass(frozen=True, eq=False)
class SurvivalRows:
    """Rows to be judged, and from whom it is estimated how censoring falls.

    Attributes:
        rows: n of them.
        reference: others (the training rows, as scikit-survival asks for); None for the rows themselves, in which
            case the distribution is that of each resample.
    """

    rows: FollowUp
    reference: FollowUp | None = None

    def uncensored(self, weights: Weights) -> tuple[FollowUp, FloatArray]:
        """Whose curve it is, and the (b, u) or (1, u) curve."""
        if self.reference is None:
            return self.rows, self.rows.uncensored(weights)
        return self.reference, self.reference.uncensored(np.ones((1, len(self.reference.event))))

    def uncensored_at_rows(self, known: FollowUp, curve: FloatArray) -> FloatArray:
        """(b, n) or (1, n) value of such a curve at each row's own time; NaN where whose it is ends before."""
        days = self.rows.days
        before = np.concatenate([np.ones((len(curve), 1)), curve], axis=1)
        found = before[:, np.searchsorted(known.days, days, side="right")]
        found = np.where((days > known.days[-1]) & (found > 0), np.nan, found)
        return np.asarray(found[:, self.rows.place], dtype=np.float64)

    def weighed(self, weights: Weights) -> WeighedRows:
        """Weights against censoring, for any day."""
        time, had = self.rows.time_days, self.rows.event != CENSORED
        known, curve = self.uncensored(weights)
        own = self.uncensored_at_rows(known, curve)
        there = weights > 0
        unknown = there & had & ~(own > 0)
        done = np.where(there & had & ~unknown, weights / np.where(own > 0, own, 1.0), 0.0)
        first = np.where(unknown, time, np.inf).min(axis=1)
        last = np.where(there, time, -np.inf).max(axis=1)
        return WeighedRows(self.rows, weights, done, known, curve, first, last)


@dataclass(frozen=True, eq=False)
class WeighedRows:
    """Rows with weights against censoring.

    Attributes:
        rows: whose.
        weights: (b, n) before.
        done: (b, n) weight / G(own time) of rows with an event of any kind, else 0.
        known, curve: whose censoring it is, and G on each of its days.
        first_unknown: (b,) time of the first event at which G is 0 or unknown; infinite without one.
        last: (b,) latest time of a row that weighs.
    """

    rows: FollowUp
    weights: Weights
    done: FloatArray
    known: FollowUp
    curve: FloatArray
    first_unknown: FloatArray
    last: FloatArray

    def at(self, day: float) -> FloatArray:
        """(b,) or (1,) G on a day; NaN beyond the reference's last, unless 0 there."""
        found = self.known.at(self.curve, day, 1.0)
        return np.where((day > self.known.days[-1]) & (found > 0), np.nan, found)

    def defined(self, day: float) -> NDArray[np.bool_]:
        """(b,) whether someone goes on beyond a day, and every weight by then is known."""
        return np.asarray((self.last > day) & (self.first_unknown > day) & (self.at(day) > 0))

    def by(self, day: float) -> Weights:
        """(b, n) weights of the rows whose state on a day is known, else 0."""
        time = self.rows.time_days
        g = self.at(day)[:, None]
        going = self.weights * (time > day) / np.where(g > 0, g, 1.0)
        return np.where(time <= day, self.done, going)
