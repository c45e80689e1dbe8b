"""Regression-growth: a part that treatment kills at a rate d beside one that grows at a rate g.

Source: Stein 2008, doi:10.1634/theoncologist.2008-0075; its variants with one of the rates, and with the share phi that grows,
doi:10.1158/1078-0432.CCR-10-1762.
"""

from __future__ import annotations

import numpy as np

from oncometry.prediction.growth.law import FloatArray, GrowthLaw, Parameter

__all__ = ["GROWTH_ONLY", "REGRESSION_GROWTH", "REGRESSION_GROWTH_SHARE", "REGRESSION_ONLY"]

STEIN = "10.1634/theoncologist.2008-0075"
STEIN_SHARE = "10.1158/1078-0432.CCR-10-1762"
LOW, HIGH = np.log(1e-6), np.log(0.1)
MOST = 30.0
STARTS = (np.log(2e-4), np.log(2e-3), np.log(2e-2))
REGRESSION = Parameter("regression_per_day", "log", LOW, HIGH, np.log(2e-3), 1.5, STARTS)
GROWTH = Parameter("growth_per_day", "log", LOW, HIGH, np.log(5e-4), 1.5, STARTS)
SHARE = Parameter("growing_share", "logit", -7.0, 7.0, -0.5, 1.5, (-3.0, 1.0))


def _up(rate: FloatArray, days: FloatArray) -> FloatArray:
    return np.minimum(np.exp(rate) * days, MOST)


def _both(shape: FloatArray, days: FloatArray) -> FloatArray:
    left = np.exp(-np.exp(shape[..., :1]) * days)
    return np.log(left + np.expm1(_up(shape[..., 1:2], days)) + np.finfo(np.float64).tiny)


def _growth_only(shape: FloatArray, days: FloatArray) -> FloatArray:
    return np.exp(shape[..., :1]) * days


def _regression_only(shape: FloatArray, days: FloatArray) -> FloatArray:
    return -np.exp(shape[..., :1]) * days


def _share(shape: FloatArray, days: FloatArray) -> FloatArray:
    share = SHARE.value(shape[..., 2:3])
    left = (1 - share) * np.exp(-np.exp(shape[..., :1]) * days)
    return np.log(left + share * np.exp(_up(shape[..., 1:2], days)))


REGRESSION_GROWTH = GrowthLaw(
    "regression-growth", "regression-growth (gd)", (REGRESSION, GROWTH), _both, of_volume=False, source=STEIN
)
"""s / s0 = exp(-d t) + exp(g t) - 1."""
GROWTH_ONLY = GrowthLaw(
    "growth-only", "growth only (gx)", (GROWTH,), _growth_only, of_volume=False, source=STEIN
)
REGRESSION_ONLY = GrowthLaw(
    "regression-only", "regression only (dx)", (REGRESSION,), _regression_only, of_volume=False, source=STEIN
)
REGRESSION_GROWTH_SHARE = GrowthLaw(
    "regression-growth-share",
    "regression-growth with a share (gd phi)",
    (REGRESSION, GROWTH, SHARE),
    _share,
    of_volume=False,
    source=STEIN_SHARE,
)
"""s / s0 = (1 - phi) exp(-d t) + phi exp(g t)."""
