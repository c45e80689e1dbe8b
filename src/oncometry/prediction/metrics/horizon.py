"""Calibration and net benefit of a predicted risk of event 1 by a day.

What was observed is Aalen-Johansen's incidence (1 - Kaplan-Meier where nothing competes). Slope and intercept are
those of `recalibration`, over rows whose state that day is known, weighed against censoring: N. van Geloven et al.,
BMJ 2022, doi:10.1136/bmj-2021-069249 (who take pseudo-values and the complementary log-log scale; the scale here is
the log odds). Net benefit: A. J. Vickers et al. 2008, doi:10.1186/1472-6947-8-53, as package dcurves has it.
"""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.censoring import SurvivalRows
from oncometry.prediction.metrics.follow_up import EVENT
from oncometry.prediction.metrics.recalibration import calibration_intercept, calibration_slope
from oncometry.prediction.metrics.weights import Weights, over, weighted_mean

__all__ = ["horizon_intercept", "horizon_net_benefit", "horizon_slope", "observed_expected", "observed_risk"]


def observed_risk(rows: SurvivalRows, day: float, weights: Weights) -> FloatArray:
    """(b,) incidence of event 1 by a day; NaN if nobody is followed up to it."""
    reached = (weights * (rows.rows.time_days >= day)).sum(axis=1) > 0
    return np.where(reached, rows.rows.at(rows.rows.incidence(weights), day, 0.0), np.nan)


def observed_expected(rows: SurvivalRows, risk: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) observed incidence over mean predicted risk: above 1, risk is predicted too low."""
    return over(observed_risk(rows, day, weights), weighted_mean(risk, weights))


def horizon_slope(rows: SurvivalRows, risk: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) slopes of observed on predicted log odds."""
    weighed = rows.weighed(weights)
    found = calibration_slope(_had(rows, day), risk, weighed.by(day))
    return np.where(weighed.defined(day), found, np.nan)


def horizon_intercept(rows: SurvivalRows, risk: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) intercepts with slope 1."""
    weighed = rows.weighed(weights)
    found = calibration_intercept(_had(rows, day), risk, weighed.by(day))
    return np.where(weighed.defined(day), found, np.nan)


def horizon_net_benefit(
    rows: SurvivalRows, risk: FloatArray, day: float, threshold: float, weights: Weights
) -> FloatArray:
    """(b,) net benefits of treating whose risk is at the threshold or above; 0 if that is nobody.

    NaN if none of those is followed up to that day.
    """
    treated = weights * (risk >= threshold)
    part = over(treated.sum(axis=1), weights.sum(axis=1))
    among = observed_risk(rows, day, treated)
    gained = part * (among - (1 - among) * threshold / (1 - threshold))
    return np.where(part > 0, gained, np.where(part == 0, 0.0, np.nan))


def _had(rows: SurvivalRows, day: float) -> FloatArray:
    return np.asarray((rows.rows.event == EVENT) & (rows.rows.time_days <= day), dtype=np.float64)
