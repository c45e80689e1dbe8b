"""Exponential and linear growth: one rate."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.growth.law import FloatArray, GrowthLaw, Parameter

__all__ = ["EXPONENTIAL", "LINEAR"]

LALEH = "10.1371/journal.pcbi.1009822"
LEAST_SHARE = 1e-4
"""Of the initial size: linear shrinkage ends here."""


def _exponential(shape: FloatArray, days: FloatArray) -> FloatArray:
    return shape[..., :1] * days


def _linear(shape: FloatArray, days: FloatArray) -> FloatArray:
    return np.log(np.maximum(1 + shape[..., :1] * days, LEAST_SHARE))


EXPONENTIAL = GrowthLaw(
    "exponential",
    "exponential",
    (Parameter("rate_per_day", "linear", -0.05, 0.05, 0.0, 0.003, (-0.005, 0.0, 0.005)),),
    _exponential,
    of_volume=False,
    source=LALEH,
)
"""ds/dt = rate s."""

LINEAR = GrowthLaw(
    "linear",
    "linear",
    (Parameter("change_share_per_day", "linear", -0.05, 0.05, 0.0, 0.003, (-0.005, 0.0, 0.005)),),
    _linear,
    of_volume=False,
    source="10.1186/s12885-016-2164-x",
)
"""ds/dt = share x initial size; it ends when nothing is left."""
