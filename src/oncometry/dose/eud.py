"""Generalized equivalent uniform dose."""

from __future__ import annotations

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.dose.dvh import Dvh

__all__ = ["geud", "geud_gy", "geud_of_logs"]

NEAR_ZERO = 1e-7


def geud_gy(dvh: Dvh, a: float) -> float:
    """gEUD = (sum v_i D_i^a)^(1/a) of a histogram (Niemierko 1997, doi:10.1118/1.598063).

    Args:
        a: 1 is the mean, large the maximum, negative and large the minimum; infinite is either. 0 is the geometric mean.
    """
    if np.isinf(a):
        return dvh.max_gy if a > 0 else dvh.min_gy
    return float(geud(dvh.mean_gy[None], dvh.volume_cc[None], a)[0])


def geud(dose_gy: FloatArray, volume: FloatArray, a: float) -> FloatArray:
    """(n,) gEUD of n histograms, by the logarithm of the sum of exponentials: it overflows for no `a`; NaN without volume.

    Args:
        dose_gy: (n, bins) or (1, bins) dose of each bin; below 0 counts as 0.
        volume: (n, bins) volume of each, in any unit; 0 where there is none.

    Raises:
        SettingsError: `SETTINGS`, `a` is not a number.
    """
    if not np.isfinite(a):
        raise SettingsError(Code.SETTINGS, f"the exponent a of gEUD is a finite number, got {a!r}.")
    given = np.asarray(volume, dtype=np.float64)
    total = given.sum(axis=1, keepdims=True)
    share = np.divide(given, total, out=np.zeros_like(given), where=total > 0)
    dose = np.broadcast_to(np.maximum(dose_gy, 0.0), share.shape)
    with np.errstate(divide="ignore"):
        found = geud_of_logs(np.log(dose), np.log(share), a)
    return np.where(total[:, 0] > 0, found, np.nan)


def geud_of_logs(log_dose: FloatArray, log_share: FloatArray, a: float) -> FloatArray:
    """(n,) as `geud`, of the logarithms of doses and of shares that sum to 1: (n, bins) each, -inf for 0."""
    there = np.isfinite(log_share)
    if abs(a) < NEAR_ZERO:
        mean = np.where(there, np.exp(log_share) * np.where(there, log_dose, 0.0), 0.0).sum(axis=1)
        return np.asarray(np.exp(mean))
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(there, a * log_dose + log_share, -np.inf)
        top = terms.max(axis=1, keepdims=True)
        safe = np.where(np.isfinite(top), top, 0.0)
        total = safe[:, 0] + np.log(np.exp(terms - safe).sum(axis=1))
    total = np.where(top[:, 0] == np.inf, np.inf, total)
    return np.asarray(np.exp(total / a))
