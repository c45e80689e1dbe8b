"""The metrics of a time to event, bound to rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import (
    admit_numbers,
    admit_outcome,
    admit_probabilities,
    admit_rising,
    admit_thresholds,
)
from oncometry.prediction.metrics.censoring import SurvivalRows
from oncometry.prediction.metrics.concordance import harrell_c, uno_c
from oncometry.prediction.metrics.dynamic_auc import dynamic_auc, integrated_auc
from oncometry.prediction.metrics.follow_up import EVENT, follow_up
from oncometry.prediction.metrics.horizon import (
    horizon_intercept,
    horizon_net_benefit,
    horizon_slope,
    observed_expected,
)
from oncometry.prediction.metrics.score import Score
from oncometry.prediction.metrics.survival_brier import integrated_brier, survival_brier
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["SurvivalCourse", "concordance_scores", "horizon_net_benefit_scores", "survival_scores"]


@dataclass(frozen=True, eq=False)
class SurvivalCourse:
    """What a model predicts of n rows: on each of some days, the probability of being free of event 1.

    Attributes:
        days: rising.
        free: (n, days).
    """

    days: tuple[float, ...]
    free: FloatArray

    def risk(self, day: float) -> FloatArray:
        """(n,) probability of event 1 by one of the days."""
        if day not in self.days:
            raise SettingsError(Code.SETTINGS, f"day {day:g} is not among those predicted, {self.days}.")
        return np.asarray(1.0 - self.free[:, self.days.index(day)], dtype=np.float64)


def concordance_scores(
    outcome: SurvivalOutcome,
    risk: ArrayLike,
    tau_days: float | None = None,
    reference: SurvivalOutcome | None = None,
) -> tuple[Score, ...]:
    """`c_harrell` and `c_uno`: see `concordance` for ties and competing events.

    Args:
        outcome: (n,).
        risk: (n,), higher for an earlier event 1.
        tau_days: for Uno's C; None: no limit.
        reference: whose censoring weighs; None: the rows' own.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    rows, n, events = _rows(outcome, reference)
    numbers = admit_numbers(risk, n, "risks")
    tau = None if tau_days is None else admit_rising([tau_days], "tau")[0]
    detail = "tau: none" if tau is None else f"tau {tau:g} days"
    return (
        Score("c_harrell", n, events, partial(harrell_c, rows.rows, numbers)),
        Score("c_uno", n, events, partial(uno_c, rows, numbers, tau), detail),
    )


def survival_scores(
    outcome: SurvivalOutcome,
    course: SurvivalCourse,
    horizons_days: Sequence[float],
    reference: SurvivalOutcome | None = None,
) -> tuple[Score, ...]:
    """Metrics of predicted probabilities on days.

    `integrated_brier` and `integrated_auc` over all days of the course (two or more), and for each horizon (say, 730)
    `auc_730_days brier_730_days calibration_slope_730_days calibration_intercept_730_days observed_expected_730_days`.

    Args:
        outcome: (n,).
        course: (n, days) predicted.
        horizons_days: among the days of the course.
        reference: whose censoring weighs; None: the rows' own.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    rows, n, events = _rows(outcome, reference)
    days = admit_rising(course.days, "days")
    free = admit_probabilities(course.free, (n, len(days)), "probabilities of being free of the event")
    asked = admit_rising(horizons_days, "horizons")
    found: list[Score] = []
    if len(days) > 1:
        span = f"{len(days)} days, {days[0]:g} to {days[-1]:g}"
        found.append(Score("integrated_brier", n, events, partial(integrated_brier, rows, free, days), span))
        found.append(Score("integrated_auc", n, events, partial(integrated_auc, rows, 1 - free, days), span))
    for day in asked:
        risk = course.risk(day)
        kernels = {
            "auc": partial(dynamic_auc, rows, risk, day),
            "brier": partial(survival_brier, rows, 1 - risk, day),
            "calibration_slope": partial(horizon_slope, rows, risk, day),
            "calibration_intercept": partial(horizon_intercept, rows, risk, day),
            "observed_expected": partial(observed_expected, rows, risk, day),
        }
        found += [Score(f"{name}_{day:g}_days", n, events, kernel) for name, kernel in kernels.items()]
    return tuple(found)


def horizon_net_benefit_scores(
    outcome: SurvivalOutcome, risk: ArrayLike, day: float, thresholds: Sequence[float]
) -> tuple[Score, ...]:
    """Net benefit at each threshold of (n,) risks of event 1 by a day, `net_benefit_at_0.2_730_days`.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that, or thresholds are not rising within 0 and 1.
    """
    rows, n, events = _rows(outcome, None)
    p = admit_probabilities(risk, (n,), "risks")
    asked = admit_thresholds(thresholds)
    when = admit_rising([day], "the day")[0]
    return tuple(
        Score(
            f"net_benefit_at_{t:g}_{when:g}_days", n, events, partial(horizon_net_benefit, rows, p, when, t)
        )
        for t in asked
    )


def _rows(outcome: SurvivalOutcome, reference: SurvivalOutcome | None) -> tuple[SurvivalRows, int, int]:
    known = admit_outcome(outcome)
    others = None if reference is None else follow_up(admit_outcome(reference))
    return SurvivalRows(follow_up(known), others), len(known), int((known["event"] == EVENT).sum())
