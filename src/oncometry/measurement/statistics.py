"""First-order statistics of voxel values, as IBSI defines them.

Image Biomarker Standardisation Initiative, reference manual section 3.3 (arXiv:1612.07003,
doi:10.1148/radiol.2020191145). Variance is of the population, kurtosis is excess, percentiles are
interpolated linearly between order statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from oncometry.core import Code
from oncometry.core.geometry import FloatArray

__all__ = ["STATISTICS", "Statistic", "describe"]


@dataclass(frozen=True)
class Statistic:
    """One row of the table.

    Attributes:
        name: as stored.
        ibsi_id: the four-character id of the reference manual.
        formula: (n,) float64 values -> number; None where a denominator is zero.
        spread: whether it speaks of spread, which one voxel has none of.
        shape: whether it divides by the variance, which must not be zero.
    """

    name: str
    ibsi_id: str
    formula: Callable[[FloatArray], float | None]
    spread: bool = False
    shape: bool = False


def _percentile(percent: float) -> Callable[[FloatArray], float]:
    return lambda x: float(np.percentile(x, percent))


def _standardized_moment(x: FloatArray, order: int) -> float:
    return float(np.mean(((x - x.mean()) / x.std()) ** order))


def _interquartile_range(x: FloatArray) -> float:
    low, high = np.percentile(x, (25, 75))
    return float(high - low)


def _mean_absolute_deviation(x: FloatArray) -> float:
    return float(np.abs(x - x.mean()).mean())


def _robust_mean_absolute_deviation(x: FloatArray) -> float | None:
    low, high = np.percentile(x, (10, 90))
    middle = x[(x >= low) & (x <= high)]
    return None if middle.size == 0 else _mean_absolute_deviation(middle)


def _median_absolute_deviation(x: FloatArray) -> float:
    return float(np.abs(x - np.median(x)).mean())


def _coefficient_of_variation(x: FloatArray) -> float | None:
    mean = float(x.mean())
    return None if mean == 0 else float(x.std()) / mean


def _quartile_dispersion(x: FloatArray) -> float | None:
    low, high = np.percentile(x, (25, 75))
    return None if low + high == 0 else float((high - low) / (high + low))


STATISTICS: tuple[Statistic, ...] = (
    Statistic("mean", "Q4LE", lambda x: float(x.mean())),
    Statistic("variance", "ECT3", lambda x: float(x.var()), spread=True),
    Statistic("skewness", "KE2A", lambda x: _standardized_moment(x, 3), spread=True, shape=True),
    Statistic("kurtosis", "IPH6", lambda x: _standardized_moment(x, 4) - 3, spread=True, shape=True),
    Statistic("median", "Y12H", lambda x: float(np.median(x))),
    Statistic("minimum", "1GSF", lambda x: float(x.min())),
    Statistic("p10", "QG58", _percentile(10)),
    Statistic("p90", "8DWT", _percentile(90)),
    Statistic("maximum", "84IY", lambda x: float(x.max())),
    Statistic("interquartile_range", "SALO", _interquartile_range, spread=True),
    Statistic("range", "2OJQ", lambda x: float(np.ptp(x)), spread=True),
    Statistic("mean_absolute_deviation", "4FUA", _mean_absolute_deviation, spread=True),
    Statistic("robust_mean_absolute_deviation", "1128", _robust_mean_absolute_deviation, spread=True),
    Statistic("median_absolute_deviation", "N72L", _median_absolute_deviation, spread=True),
    Statistic("coefficient_of_variation", "7TET", _coefficient_of_variation, spread=True),
    Statistic("quartile_coefficient_of_dispersion", "9S40", _quartile_dispersion, spread=True),
    Statistic("energy", "N8CA", lambda x: float(np.square(x).sum())),
    Statistic("root_mean_square", "5ZWQ", lambda x: float(np.sqrt(np.square(x).mean()))),
)


def describe(values: FloatArray) -> tuple[Mapping[str, float | None], Mapping[str, Code]]:
    """All statistics of (n,) values, and why those without a value have none.

    `TOO_SMALL`: no voxel at all, or one where spread is asked; `NONFINITE_VOXELS`: a voxel is NaN
    or infinite, so nothing is said; `CONSTANT`: shape of values that are all equal; `UNDEFINED`: a
    ratio over zero, no voxel between the percentiles, or a sum beyond floating point.
    """
    found: dict[str, float | None] = {}
    reasons: dict[str, Code] = {}
    finite = bool(np.isfinite(values).all())
    for statistic in STATISTICS:
        with np.errstate(over="ignore", invalid="ignore"):
            reason = _why_not(statistic, values, finite=finite)
            value = statistic.formula(values) if reason is None else None
        value = value if value is not None and np.isfinite(value) else None
        if value is None:
            reasons[statistic.name] = reason or Code.UNDEFINED
        found[statistic.name] = value
    return found, reasons


def _why_not(statistic: Statistic, values: FloatArray, *, finite: bool) -> Code | None:
    if values.size == 0 or (statistic.spread and values.size < 2):
        return Code.TOO_SMALL
    if not finite:
        return Code.NONFINITE_VOXELS
    if statistic.shape and (values.min() == values.max() or values.std() == 0):
        return Code.CONSTANT
    return None
