"""Intensity statistics: 18 features of the intensities as they are.

Source: IBSI reference manual, section 3.3 (arXiv 1612.07003).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature
from oncometry.features.window_statistics import describe_windows
from oncometry.features.windows import Windows

__all__ = ["TABLE", "intensity_statistics", "intensity_statistics_map"]

TABLE: tuple[Feature, ...] = (
    Feature("mean_intensity", "Q4LE", "stat_mean", "{u}"),
    Feature("intensity_variance", "ECT3", "stat_var", "{u}2"),
    Feature("intensity_skewness", "KE2A", "stat_skew"),
    Feature("intensity_kurtosis", "IPH6", "stat_kurt"),
    Feature("median_intensity", "Y12H", "stat_median", "{u}"),
    Feature("minimum_intensity", "1GSF", "stat_min", "{u}"),
    Feature("10th_intensity_percentile", "QG58", "stat_p10", "{u}"),
    Feature("90th_intensity_percentile", "8DWT", "stat_p90", "{u}"),
    Feature("maximum_intensity", "84IY", "stat_max", "{u}"),
    Feature("intensity_interquartile_range", "SALO", "stat_iqr", "{u}"),
    Feature("intensity_range", "2OJQ", "stat_range", "{u}"),
    Feature("intensity_mean_absolute_deviation", "4FUA", "stat_mad", "{u}"),
    Feature("intensity_robust_mean_absolute_deviation", "1128", "stat_rmad", "{u}"),
    Feature("intensity_median_absolute_deviation", "N72L", "stat_medad", "{u}"),
    Feature("intensity_coefficient_of_variation", "7TET", "stat_cov"),
    Feature("intensity_quartile_coefficient_of_dispersion", "9S40", "stat_qcod"),
    Feature("intensity_energy", "N8CA", "stat_energy", "{u}2"),
    Feature("root_mean_square_intensity", "5ZWQ", "stat_rms", "{u}"),
)


def intensity_statistics(values: NDArray[Any]) -> FloatArray:
    """(18,) in the order of TABLE; NaN where not defined, all NaN without values.

    Skewness and kurtosis of intensities that are all alike are 0, as sections 3.3.3 and 3.3.4 say.

    Args:
        values: (n,) intensities of the intensity mask.
    """
    if values.size == 0:
        return np.full(len(TABLE), np.nan)
    found = _native.describe(np.ascontiguousarray(values, dtype=np.float64))
    return _numbers(found, np.float64(values.size))


def intensity_statistics_map(windows: Windows, values: FloatArray) -> FloatArray:
    """(18, bk, bj, bi), features of every window in the order of TABLE.

    Args:
        values: (bk, bj, bi), of the levels' voxels.
    """
    found = describe_windows(windows, values)
    return _numbers(found.description, found.voxels)


def _numbers(description: FloatArray, count: FloatArray | np.float64) -> FloatArray:
    """(18, ...) of (15, ...), what `_native.describe` gives of `count` values."""
    mean, second, third, fourth, low, p10, p25, median, p75, p90, high, mad, rmad, medad, energy = description
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(second)
        skewness = np.where(second == 0, 0.0, third / deviation**3)
        kurtosis = np.where(second == 0, 0.0, fourth / second**2 - 3)
        variation = np.where(mean == 0, np.nan, deviation / mean)
        dispersion = np.where(p75 + p25 == 0, np.nan, (p75 - p25) / (p75 + p25))
    rms = np.sqrt(energy / count)
    first = (mean, second, skewness, kurtosis, median, low, p10, p90, high)
    return np.array((*first, p75 - p25, high - low, mad, rmad, medad, variation, dispersion, energy, rms))
