"""The metrics of a binary outcome, bound to rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from numpy.typing import ArrayLike

from oncometry.prediction.metrics.admit import (
    admit_labels,
    admit_numbers,
    admit_probabilities,
    admit_thresholds,
)
from oncometry.prediction.metrics.at_threshold import AT_THRESHOLD, at_threshold, net_benefit
from oncometry.prediction.metrics.probability import brier, log_loss, scaled_brier
from oncometry.prediction.metrics.ranking import average_precision, roc_auc
from oncometry.prediction.metrics.recalibration import calibration_intercept, calibration_slope
from oncometry.prediction.metrics.score import Score

__all__ = ["binary_scores", "net_benefit_scores", "ranking_scores"]


def ranking_scores(y: ArrayLike, score: ArrayLike) -> tuple[Score, ...]:
    """`auc` and `average_precision`, of (n,) labels 0/1 and any (n,) numbers, higher for the event.

    Raises:
        SettingsError: `SETTINGS`, labels or numbers are not that.
    """
    labels = admit_labels(y)
    numbers = admit_numbers(score, len(labels), "scores")
    n, events = len(labels), int(labels.sum())
    return (
        Score("auc", n, events, partial(roc_auc, labels, numbers)),
        Score("average_precision", n, events, partial(average_precision, labels, numbers)),
    )


def binary_scores(
    y: ArrayLike, probability: ArrayLike, threshold: float = 0.5, score: ArrayLike | None = None
) -> tuple[Score, ...]:
    """All metrics of (n,) labels 0/1 and (n,) probabilities of 1.

    `auc average_precision accuracy balanced_accuracy f1 sensitivity specificity ppv npv` (those at `threshold`: positive
    from there on) `brier scaled_brier log_loss calibration_slope calibration_intercept`.

    Args:
        score: (n,) what orders the rows, of which `auc` and `average_precision` are; the probabilities, if not said.
            Calibration may tell all rows the same of scores that differ.

    Raises:
        SettingsError: `SETTINGS`, labels or probabilities are not that.
    """
    labels = admit_labels(y)
    n, events = len(labels), int(labels.sum())
    p = admit_probabilities(probability, (n,), "probabilities")
    admit_probabilities(threshold, (), "a threshold")
    truth = labels.astype(float)
    called = tuple(
        Score(name, n, events, partial(at_threshold, name, labels, p, threshold), f"threshold {threshold:g}")
        for name in AT_THRESHOLD
    )
    return (
        *ranking_scores(labels, p if score is None else score),
        *called,
        Score("brier", n, events, partial(brier, labels, p)),
        Score("scaled_brier", n, events, partial(scaled_brier, labels, p)),
        Score("log_loss", n, events, partial(log_loss, labels, p)),
        Score("calibration_slope", n, events, partial(calibration_slope, truth, p)),
        Score("calibration_intercept", n, events, partial(calibration_intercept, truth, p), "slope 1"),
    )


def net_benefit_scores(
    y: ArrayLike, probability: ArrayLike, thresholds: Sequence[float]
) -> tuple[Score, ...]:
    """Net benefit at each threshold, `net_benefit_at_0.2`.

    Raises:
        SettingsError: `SETTINGS`, labels or probabilities are not that, or thresholds not rising within 0 and 1.
    """
    labels = admit_labels(y)
    n, events = len(labels), int(labels.sum())
    p = admit_probabilities(probability, (n,), "probabilities")
    asked = admit_thresholds(thresholds)
    return tuple(Score(f"net_benefit_at_{t:g}", n, events, partial(net_benefit, labels, p, t)) for t in asked)
