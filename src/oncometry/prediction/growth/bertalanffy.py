"""The family of Bertalanffy: growth that slows down towards a final volume, or shrinkage towards it.

dv/dt = a v^(1 - lambda) - b v, a and b of the sign of lambda, has, with the final volume K = (a / b)^(1 / lambda) and
omega = b lambda > 0,

    v(t) = K (1 + ((v0 / K)^lambda - 1) exp(-omega t))^(1 / lambda).

lambda = 1/3 is the classical law, the limit lambda = 0 that of Gompertz, lambda = -1 the logistic one: with a, b < 0 it is
dv/dt = omega v (1 - v / K). Source: Laleh 2022, doi:10.1371/journal.pcbi.1009822, whose general law takes an exponent
1 - lambda from 2/3 to 1.
"""

from __future__ import annotations

import numpy as np

from oncometry.prediction.growth.law import FloatArray, GrowthLaw, Parameter

__all__ = ["CLASSICAL_BERTALANFFY", "GENERAL_BERTALANFFY", "GOMPERTZ", "LOGISTIC"]

LALEH = "10.1371/journal.pcbi.1009822"
HIGHEST = 1 / 3
SMALLEST = 1e-7
"""Of lambda; below it the limit is taken."""

FINAL = Parameter("log_final_to_initial_volume", "linear", -15.0, 12.0, 0.0, 2.0, (-6.0, -1.0, 0.5, 4.0))
SLOWING = Parameter("slowing_per_day", "log", np.log(1e-4), np.log(0.2), np.log(0.01), 1.2, (-6.2, -4.2))
BEND = Parameter("lambda_of_a_third", "logit", -6.0, 6.0, 0.0, 1.5, (-2.0, 2.0))


def _family(final: FloatArray, slowing: FloatArray, bend: FloatArray | float, days: FloatArray) -> FloatArray:
    """log(v / v0), with final = log(K / v0) and slowing = log(omega)."""
    left = np.exp(-np.exp(slowing) * days)
    safe = np.where(np.abs(bend) < SMALLEST, SMALLEST, bend)
    curved = final + np.log1p(np.expm1(-safe * final) * left) / safe
    return np.asarray(np.where(np.abs(bend) < SMALLEST, final * (1 - left), curved))


def _logistic(shape: FloatArray, days: FloatArray) -> FloatArray:
    return _family(shape[..., :1], shape[..., 1:2], -1.0, days)


def _gompertz(shape: FloatArray, days: FloatArray) -> FloatArray:
    return np.asarray(shape[..., :1] * -np.expm1(-np.exp(shape[..., 1:2]) * days))


def _classical(shape: FloatArray, days: FloatArray) -> FloatArray:
    return _family(shape[..., :1], shape[..., 1:2], HIGHEST, days)


def _general(shape: FloatArray, days: FloatArray) -> FloatArray:
    return _family(shape[..., :1], shape[..., 1:2], HIGHEST * BEND.value(shape[..., 2:3]), days)


LOGISTIC = GrowthLaw("logistic", "logistic", (FINAL, SLOWING), _logistic, of_volume=True, source=LALEH)
GOMPERTZ = GrowthLaw("gompertz", "Gompertz", (FINAL, SLOWING), _gompertz, of_volume=True, source=LALEH)
CLASSICAL_BERTALANFFY = GrowthLaw(
    "classical-bertalanffy",
    "classical Bertalanffy",
    (FINAL, SLOWING),
    _classical,
    of_volume=True,
    source=LALEH,
)
GENERAL_BERTALANFFY = GrowthLaw(
    "general-bertalanffy",
    "general Bertalanffy",
    (FINAL, SLOWING, BEND),
    _general,
    of_volume=True,
    source=LALEH,
)
