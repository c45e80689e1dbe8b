"""Intraclass correlation: which part of a value's variance is that between subjects.

Source: Shrout and Fleiss, doi:10.1037/0033-2909.86.2.420; McGraw and Wong, doi:10.1037/1082-989X.1.1.30 (tables 4 and 7, single
measurements); for unequal numbers of repetitions the mean number n0 of Snedecor and Cochran.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from oncometry.core.errors import Code
from oncometry.core.geometry import FloatArray

__all__ = ["Icc", "IccKind", "intraclass_correlation"]

ALPHA = 0.05
_ROUNDING = 1e-12
"""Part of the largest value below which differences are those of arithmetic."""


class IccKind(StrEnum):
    """By Shrout and Fleiss' names."""

    ONE_WAY = "ICC(1,1)"  # repetitions are in no order; takes any number of them
    AGREEMENT = "ICC(2,1)"  # repetitions are the same for all, and a shift between them counts as error
    CONSISTENCY = "ICC(3,1)"  # and a shift between them is no error


@dataclass(frozen=True)
class Icc:
    """An estimate with its 95 % interval.

    Attributes:
        value, low, high: at most 1; None where there is a reason.
        subjects: that it is estimated from.
        repeats: the most that a subject has.
        missing: values that are not there, of all subjects.
        reason: `TOO_SMALL`, fewer than two subjects or no subject twice; `CONSTANT`, no value differs from another.
    """

    value: float | None
    low: float | None
    high: float | None
    subjects: int
    repeats: int
    missing: int
    reason: Code | None = None


def intraclass_correlation(values: FloatArray, kind: IccKind = IccKind.ONE_WAY) -> Icc:
    """The correlation, with F-based limits.

    Args:
        values: (n, k), a row a subject, a column a repetition; NaN is missing. The one-way form takes subjects as
            they are (with unequal numbers its limits are approximate), the others only those with every repetition.
    """
    known = np.isfinite(values)
    missing = int(known.size - np.count_nonzero(known))
    kept = known.any(axis=1) if kind is IccKind.ONE_WAY else known.all(axis=1)
    table = np.where(known, values, np.nan)[kept]
    counts = known[kept].sum(axis=1)
    subjects, repeats = len(table), int(counts.max(initial=0))
    if subjects < 2 or repeats < 2:
        return Icc(None, None, None, subjects, repeats, missing, Code.TOO_SMALL)
    scale = float(np.nanmax(np.abs(table)))
    centered = table - np.nanmean(table)
    if float(np.nanmax(np.abs(centered))) <= _ROUNDING * scale:
        return Icc(None, None, None, subjects, repeats, missing, Code.CONSTANT)
    centered /= float(np.nanmax(np.abs(centered)))
    low, value, high = _one_way(centered, counts) if kind is IccKind.ONE_WAY else _two_way(centered, kind)
    return Icc(value, low, high, subjects, repeats, missing)


def _one_way(table: FloatArray, counts: FloatArray) -> tuple[float, float, float]:
    """Lower limit, estimate and upper limit of ICC(1,1)."""
    n, total = len(table), int(counts.sum())
    means = np.nanmean(table, axis=1)
    between = float(counts @ (means - np.nanmean(table)) ** 2) / (n - 1)
    within = float(np.nansum((table - means[:, None]) ** 2)) / (total - n)
    size = (total - float(counts @ counts) / total) / (n - 1)
    if within <= _ROUNDING**2 * between:
        return 1.0, 1.0, 1.0
    ratio = between / within
    bounds = (ratio / _f(n - 1, total - n), ratio, ratio * _f(total - n, n - 1))
    least = -1 / (int(counts.max()) - 1)  # less there is not; with unequal numbers the estimate can pass it
    low, value, high = (max((f - 1) / (f + size - 1), least) for f in bounds)
    return low, value, high


def _two_way(table: FloatArray, kind: IccKind) -> tuple[float, float, float]:
    """Lower limit, estimate and upper limit of ICC(2,1) or ICC(3,1)."""
    n, k = table.shape
    rows, columns, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    msr = k * float(((rows - mean) ** 2).sum()) / (n - 1)
    msc = n * float(((columns - mean) ** 2).sum()) / (k - 1)
    left = table - rows[:, None] - columns + mean
    mse = float((left**2).sum()) / ((n - 1) * (k - 1))
    if kind is IccKind.CONSISTENCY:
        return _consistency(msr, mse, n, k)
    if max(msc, mse) <= _ROUNDING**2 * msr:
        return 1.0, 1.0, 1.0
    value = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = ((a * msc) ** 2 / (k - 1), (b * mse) ** 2 / ((n - 1) * (k - 1)))
    freedom = (a * msc + b * mse) ** 2 / sum(parts)
    less, more = _f(n - 1, freedom), _f(freedom, n - 1)
    rest = k * msc + (k * n - k - n) * mse
    low = n * (msr - less * mse) / (less * rest + n * msr)
    high = n * (more * msr - mse) / (rest + n * more * msr)
    return min(low, value), value, max(high, value)  # of a negative estimate their freedom is none


def _consistency(msr: float, mse: float, n: int, k: int) -> tuple[float, float, float]:
    if mse <= _ROUNDING**2 * msr:
        return 1.0, 1.0, 1.0
    ratio = msr / mse
    freedom = (n - 1) * (k - 1)
    bounds = (ratio / _f(n - 1, freedom), ratio, ratio * _f(freedom, n - 1))
    low, value, high = ((f - 1) / (f + k - 1) for f in bounds)
    return low, value, high


def _f(above: float, below: float) -> float:
    """The F value that is exceeded with half of alpha."""
    return float(special.fdtri(above, below, 1 - ALPHA / 2))
