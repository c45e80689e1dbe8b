"""Curves over time without features: Kaplan and Meier's survival, Aalen and Johansen's incidence with competing events.

Sources: Kaplan and Meier, doi:10.1080/01621459.1958.10501452; Aalen and Johansen (Scandinavian Journal of Statistics 5:141,
1978); variance of the incidence by the delta method, Dinse and Larson, doi:10.1093/biomet/73.2.379; limits by log(-log).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["EventCurve", "aalen_johansen", "at_days", "censoring_before", "kaplan_meier"]


@dataclass(frozen=True)
class EventCurve:
    """A step function of time, with its pointwise interval.

    Attributes:
        times_days: (m,) each day at which something was recorded, increasing.
        value, low, high: (m,) from that day on; before the first day the curve has its value at the origin, `start`.
        at_risk: (m,) sum of weights just before.
        events: (m,) sum of weights of those who had the event then.
        start: 1 for a survival, 0 for an incidence.
    """

    times_days: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    at_risk: FloatArray
    events: FloatArray
    start: float

    def at(self, times_days: ArrayLike) -> FloatArray:
        """(t,) the value at those days; after the last it stays."""
        return at_days(self.times_days, self.value, np.asarray(times_days, dtype=np.float64), self.start)


def kaplan_meier(y: SurvivalOutcome, weights: FloatArray | None = None, level: float = 0.95) -> EventCurve:
    """Probability to be free of any event (competing ones are events too).

    Args:
        y: (n,) of `SURVIVAL`.
        weights: (n,) case weights; 1 where none.
        level: of the interval.
    """
    _check_level(level)
    table = _Table.of(y["time_days"], y["event"], _ones(weights, len(y)))
    survival = table.survival
    spread = np.sqrt(np.cumsum(_ratio(table.any_event, table.at_risk * (table.at_risk - table.any_event))))
    low, high = _log_log(survival, spread * survival, level)
    return EventCurve(table.times_days, survival, low, high, table.at_risk, table.any_event, 1.0)


def aalen_johansen(
    y: SurvivalOutcome, event: int = 1, weights: FloatArray | None = None, level: float = 0.95
) -> EventCurve:
    """Probability to have had one kind of event, where the others prevent it: its cumulative incidence.

    Args:
        y: (n,) of `SURVIVAL`.
        event: the code of the event, 1 or more.
        weights: (n,) case weights; 1 where none.
        level: of the interval.
    """
    _check_level(level)
    if event < 1:
        raise SettingsError(Code.SETTINGS, f"an event is 1 or more, not {event}.")
    table = _Table.of(y["time_days"], y["event"], _ones(weights, len(y)), event)
    before = np.concatenate([[1.0], table.survival[:-1]])
    incidence = np.cumsum(before * table.events / table.at_risk)
    variance = _incidence_variance(table, incidence, before)
    low, high = _log_log(incidence, np.sqrt(np.maximum(variance, 0.0)), level)
    return EventCurve(table.times_days, incidence, low, high, table.at_risk, table.events, 0.0)


def censoring_before(
    times_days: FloatArray, events: NDArray[np.int8], weights: FloatArray, at: FloatArray
) -> FloatArray:
    """(t,) probability to be uncensored just before the days `at`, by Kaplan and Meier.

    Who had an event on the day on which another was censored counts as at risk of censoring then, as in R's cmprsk.
    """
    table = _Table.of(times_days, (events == 0).astype(np.int8), weights)
    steps = np.concatenate([[1.0], table.survival])
    found: FloatArray = steps[np.searchsorted(table.times_days, at, "left")]
    return found


def at_days(times_days: FloatArray, values: FloatArray, at: FloatArray, start: float) -> FloatArray:
    """(t,) a step function's values (m,), from its times (m,) on each, at the days `at`."""
    if at.ndim != 1 or np.isnan(at).any():
        raise SettingsError(
            Code.SETTINGS, f"days are a list of numbers, not of shape {at.shape} or with NaN."
        )
    steps = np.concatenate([[start], values])
    found: FloatArray = steps[np.searchsorted(times_days, at, "right")]
    return found


@dataclass(frozen=True)
class _Table:
    """Sums of weights at each recorded time (m,)."""

    times_days: FloatArray
    at_risk: FloatArray
    any_event: FloatArray
    events: FloatArray

    @classmethod
    def of(
        cls, times_days: FloatArray, events: NDArray[np.int8], weights: FloatArray, event: int = 1
    ) -> _Table:
        kept = weights > 0
        times, place = np.unique(times_days[kept], return_inverse=True)
        kinds, weight = events[kept], weights[kept]
        everyone, any_event, events_of = (
            np.bincount(place, weight * which, len(times)).astype(np.float64)
            for which in (np.ones(len(kinds)), kinds > 0, kinds == event)
        )
        return cls(
            times,
            np.cumsum(everyone[::-1])[::-1],
            any_event,
            events_of,
        )

    @property
    def survival(self) -> FloatArray:
        return np.asarray(np.maximum(np.cumprod(1 - self.any_event / self.at_risk), 0.0), dtype=np.float64)


def _incidence_variance(table: _Table, incidence: FloatArray, before: FloatArray) -> FloatArray:
    """The sum over times s up to t of (F(t) - F(s))^2 a + b - 2 (F(t) - F(s)) c, each part by running sums."""
    at_risk, d = table.at_risk, table.events
    a = _ratio(table.any_event, at_risk * (at_risk - table.any_event))
    b = before**2 * _ratio(d * (at_risk - d), at_risk**3)
    c = before * _ratio(d, at_risk**2)
    found: FloatArray = (
        incidence**2 * np.cumsum(a)
        - 2 * incidence * np.cumsum(a * incidence + c)
        + np.cumsum(a * incidence**2 + b + 2 * c * incidence)
    )
    return found


_WIDEST = 300.0
"""Of the limits on the scale of log(-log): beyond it they are 0 and 1, next to a value that is 1 but for rounding."""


def _log_log(value: FloatArray, error: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Limits on the scale of log(-log); where the value is 0 or 1 they are the value."""
    z = float(special.ndtri((1 + level) / 2))
    inside = (value > 0) & (value < 1)
    safe = np.where(inside, value, 0.5)
    theta = np.minimum(np.where(inside, z * error / np.abs(safe * np.log(safe)), 0.0), _WIDEST)
    low = np.where(inside, safe ** np.exp(theta), value)
    high = np.where(inside, safe ** np.exp(-theta), value)
    return low, high


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Above by below, 0 where that is 0: nobody is left, and the curve moves no more."""
    found: FloatArray = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return found


def _ones(weights: FloatArray | None, count: int) -> FloatArray:
    return np.ones(count) if weights is None else weights


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise SettingsError(Code.SETTINGS, f"an interval's level is between 0 and 1, not {level!r}.")
