"""A metric of certain rows, that can be asked again with other weights: what every interval is made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.weights import Weights, equal_weights

__all__ = ["Score", "difference", "mean_over"]


@dataclass(frozen=True, eq=False)
class Score:
    """A metric, bound to its rows.

    Attributes:
        name: 'auc'.
        n: rows.
        events: rows with the event of interest; None where the outcome is no event.
        values: (b, n) weights -> (b,) values, NaN where undefined.
        detail: what the name does not say, 'threshold 0.5'.
    """

    name: str
    n: int
    events: int | None
    values: Callable[[Weights], FloatArray]
    detail: str = ""

    @property
    def value(self) -> float | None:
        """Of every row once; None where it is undefined."""
        found = float(self.values(equal_weights(self.n))[0])
        return found if np.isfinite(found) else None


def difference(first: Score, second: Score) -> Score:
    """First minus second, the same metric of two predictions of the same rows: its interval is that of pairs.

    Raises:
        SettingsError: `SETTINGS`, they are not the same metric or not of as many rows and events.
    """
    if _kind(first) != _kind(second):
        raise SettingsError(Code.SETTINGS, f"{_kind(first)} and {_kind(second)} are not of the same rows.")
    return Score(
        f"{first.name}_difference",
        first.n,
        first.events,
        partial(_minus, first.values, second.values),
        first.detail,
    )


def mean_over(scores: Sequence[Score]) -> Score:
    """The mean of one metric over several predictions of the same rows, as repeats of a cross-validation give them.

    Raises:
        SettingsError: `SETTINGS`, there is none, or they are not the same metric of as many rows and events.
    """
    kinds = sorted({_kind(score) for score in scores}, key=str)
    if len(kinds) != 1:
        raise SettingsError(Code.SETTINGS, f"one metric of the same rows is averaged, not {kinds}.")
    first = scores[0]
    detail = ", ".join(filter(None, [first.detail, f"mean of {len(scores)} repeats"]))
    return Score(first.name, first.n, first.events, partial(_mean, [s.values for s in scores]), detail)


def _kind(score: Score) -> tuple[str, str, int, int | None]:
    return score.name, score.detail, score.n, score.events


def _minus(
    first: Callable[[Weights], FloatArray], second: Callable[[Weights], FloatArray], weights: Weights
) -> FloatArray:
    return first(weights) - second(weights)


def _mean(values: Sequence[Callable[[Weights], FloatArray]], weights: Weights) -> FloatArray:
    return np.asarray(np.mean([one(weights) for one in values], axis=0), dtype=np.float64)
