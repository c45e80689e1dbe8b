"""What is predicted: for each row a class, a grade, a number, or a time with what happened then."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, SettingsError

__all__ = ["CENSORED", "SURVIVAL", "SurvivalOutcome", "Task", "survival_outcome"]

SURVIVAL = np.dtype([("event", np.int8), ("time_days", np.float64)])
"""One row's time to event; `event` 0: still without at that day, 1: the event of interest, 2 and more: a competing one."""

CENSORED = 0

SurvivalOutcome = NDArray[np.void]
"""(n,) of `SURVIVAL`: indexes and splits like any array of outcomes."""


class Task(StrEnum):
    """What kind of outcome a model learns."""

    BINARY = "binary"
    ORDINAL = "ordinal"
    CONTINUOUS = "continuous"
    SURVIVAL = "survival"


def survival_outcome(event: ArrayLike, time_days: ArrayLike) -> SurvivalOutcome:
    """Times and events as one array.

    Args:
        event: (n,) 0 censored, 1 event, 2 ... competing events; truth values are 0 and 1.
        time_days: (n,) days from the origin, > 0.

    Raises:
        SettingsError: `SETTINGS`, shapes differ, or an event is no whole number >= 0;
            `TIME_NOT_POSITIVE`, a time is not a finite number above 0.
    """
    events, times = np.asarray(event), np.asarray(time_days, dtype=np.float64)
    if events.ndim != 1 or events.shape != times.shape:
        raise SettingsError(Code.SETTINGS, f"events of shape {events.shape}, times of shape {times.shape}.")
    whole = events.astype(np.int8) if _are_whole(events) else None
    if whole is None or (whole < 0).any():
        raise SettingsError(Code.SETTINGS, f"events are 0, 1, 2 ..., not {_first_others(events)}.")
    wrong = ~(np.isfinite(times) & (times > 0))
    if wrong.any():
        shown = ", ".join(f"{x:g}" for x in times[wrong][:3])
        raise SettingsError(
            Code.TIME_NOT_POSITIVE,
            f"{int(wrong.sum())} of {len(times)} times are not above 0 ({shown}).",
            advice="Correct or exclude these rows: an event before the origin is no outcome.",
        )
    found = np.empty(len(times), dtype=SURVIVAL)
    found["event"], found["time_days"] = whole, times
    return found


def _are_whole(events: NDArray[Any]) -> bool:
    return events.dtype.kind in "biu" or (
        events.dtype.kind == "f"
        and bool(np.isfinite(events).all())
        and bool((events == np.round(events)).all())
    )


def _first_others(events: NDArray[Any]) -> str:
    return ", ".join(repr(x) for x in events.tolist()[:3])
