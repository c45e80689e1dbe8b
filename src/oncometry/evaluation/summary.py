"""Mean and median over cases, with bootstrap intervals: cases are drawn anew, whole, with replacement.

B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13: the percentile interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.evaluation.settings import EvaluationSettings

__all__ = ["Interval", "MetricSummary", "summarize"]

LEVELS = (2.5, 97.5)
AT_ONCE = 1_000_000
"""Values drawn at once: memory, not result, depends on it."""


@dataclass(frozen=True)
class Interval:
    """95 %, by percentiles."""

    low: float
    high: float


@dataclass(frozen=True)
class MetricSummary:
    """Of n cases in which the metric has a value; intervals are None for fewer than two."""

    n: int
    mean: float | None
    mean_interval: Interval | None
    median: float | None
    median_interval: Interval | None


def summarize(values: Sequence[float | None], settings: EvaluationSettings | None = None) -> MetricSummary:
    """Summarize one metric of one region over cases; cases without a value are left out and not in n."""
    chosen = settings or EvaluationSettings()
    there = np.array([v for v in values if v is not None], dtype=np.float64)
    if there.size == 0:
        return MetricSummary(0, None, None, None, None)
    mean, median = float(there.mean()), float(np.median(there))
    if there.size == 1:
        return MetricSummary(1, mean, None, median, None)
    means, medians = _resampled(there, chosen)
    return MetricSummary(there.size, mean, _interval(means), median, _interval(medians))


def _resampled(values: FloatArray, settings: EvaluationSettings) -> tuple[FloatArray, FloatArray]:
    """(resamples,) means and medians of as many cases, drawn with replacement."""
    rng = np.random.default_rng(settings.seed)
    means, medians = [], []
    left, most = settings.resamples, max(AT_ONCE // values.size, 1)
    while left > 0:
        drawn = values[rng.integers(0, values.size, (min(left, most), values.size))]
        means.append(drawn.mean(axis=1))
        medians.append(np.median(drawn, axis=1))
        left -= most
    return np.concatenate(means), np.concatenate(medians)


def _interval(values: FloatArray) -> Interval:
    low, high = np.percentile(values, LEVELS)
    return Interval(float(low), float(high))
