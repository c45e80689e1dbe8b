"""Decision curves: is it better to treat by the model than to treat all, or none?

A. J. Vickers and E. B. Elkin 2006, doi:10.1177/0272989X06295361; on a day of a time to event, A. J. Vickers et al. 2008,
doi:10.1186/1472-6947-8-53. Treating none has net benefit 0. For limits, `bootstrap` the `net_benefit_scores`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from oncometry.prediction.metrics.binary_scores import net_benefit_scores
from oncometry.prediction.metrics.score import Score
from oncometry.prediction.metrics.survival_scores import horizon_net_benefit_scores
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["THRESHOLDS", "DecisionCurve", "decision_curve", "decision_curve_at"]

THRESHOLDS = tuple(round(0.01 * k, 2) for k in range(1, 100))


@dataclass(frozen=True)
class DecisionCurve:
    """Net benefits, in true positives a patient.

    Attributes:
        thresholds: risks from which on a patient is treated.
        model: treating by the model; None where none of the treated is followed to the day.
        treat_all: treating everyone.
        n, events: rows, and those with the event.
        day: by which; None for a binary outcome.
    """

    thresholds: tuple[float, ...]
    model: tuple[float | None, ...]
    treat_all: tuple[float | None, ...]
    n: int
    events: int | None
    day: float | None = None


def decision_curve(
    y: ArrayLike, probability: ArrayLike, thresholds: Sequence[float] = THRESHOLDS
) -> DecisionCurve:
    """Of (n,) labels 0/1 and (n,) probabilities.

    Raises:
        SettingsError: `SETTINGS`, labels or probabilities are not that, or thresholds not rising within 0 and 1.
    """
    scores = net_benefit_scores(y, probability, thresholds)
    everyone = net_benefit_scores(y, np.ones(np.shape(probability)), thresholds)
    return _curve(scores, everyone, thresholds, None)


def decision_curve_at(
    outcome: SurvivalOutcome, risk: ArrayLike, day: float, thresholds: Sequence[float] = THRESHOLDS
) -> DecisionCurve:
    """Of (n,) predicted risks of event 1 by a day; what happened to the treated is Aalen-Johansen's incidence.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that, or thresholds not rising within 0 and 1.
    """
    scores = horizon_net_benefit_scores(outcome, risk, day, thresholds)
    everyone = horizon_net_benefit_scores(outcome, np.ones(len(outcome)), day, thresholds)
    return _curve(scores, everyone, thresholds, day)


def _curve(
    scores: Sequence[Score], everyone: Sequence[Score], thresholds: Sequence[float], day: float | None
) -> DecisionCurve:
    return DecisionCurve(
        tuple(float(t) for t in thresholds),
        tuple(score.value for score in scores),
        tuple(score.value for score in everyone),
        scores[0].n,
        scores[0].events,
        day,
    )
