"""PyRadiomics' class firstorder: 19 features, by its names and conventions.

Source: https://pyradiomics.readthedocs.io/en/latest/features.html; van Griethuysen et al. 2017,
doi:10.1158/0008-5472.CAN-17-0339.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature
from oncometry.features.region import Levels
from oncometry.features.window_statistics import WindowStatistics, describe_windows
from oncometry.features.windows import Windows

__all__ = [
    "OPT_IN_PYRADIOMICS",
    "TABLE_PYRADIOMICS",
    "firstorder_map_pyradiomics",
    "firstorder_pyradiomics",
]

TABLE_PYRADIOMICS: tuple[Feature, ...] = (
    Feature("Energy", "", "firstorder_Energy", "{u}2"),
    Feature("TotalEnergy", "", "firstorder_TotalEnergy", "{u}2 mm3"),
    Feature("Entropy", "TLU2", "firstorder_Entropy", "bit"),
    Feature("Minimum", "1GSF", "firstorder_Minimum", "{u}"),
    Feature("10Percentile", "QG58", "firstorder_10Percentile", "{u}"),
    Feature("90Percentile", "8DWT", "firstorder_90Percentile", "{u}"),
    Feature("Maximum", "84IY", "firstorder_Maximum", "{u}"),
    Feature("Mean", "Q4LE", "firstorder_Mean", "{u}"),
    Feature("Median", "Y12H", "firstorder_Median", "{u}"),
    Feature("InterquartileRange", "SALO", "firstorder_InterquartileRange", "{u}"),
    Feature("Range", "2OJQ", "firstorder_Range", "{u}"),
    Feature("MeanAbsoluteDeviation", "4FUA", "firstorder_MeanAbsoluteDeviation", "{u}"),
    Feature("RobustMeanAbsoluteDeviation", "1128", "firstorder_RobustMeanAbsoluteDeviation", "{u}"),
    Feature("RootMeanSquared", "", "firstorder_RootMeanSquared", "{u}"),
    Feature("StandardDeviation", "", "firstorder_StandardDeviation", "{u}"),
    Feature("Skewness", "KE2A", "firstorder_Skewness"),
    Feature("Kurtosis", "", "firstorder_Kurtosis"),
    Feature("Variance", "ECT3", "firstorder_Variance", "{u}2"),
    Feature("Uniformity", "BJ5W", "firstorder_Uniformity"),
)
"""Without an identifier where the value is another than IBSI's: kurtosis is not in excess of 3, energy and root mean
square are of shifted intensities."""

OPT_IN_PYRADIOMICS = frozenset({"StandardDeviation"})
"""Computed by PyRadiomics only where a parameter file names them."""

_SMALLEST = float(np.spacing(1.0))  # PyRadiomics adds it to a probability before its logarithm


def firstorder_pyradiomics(
    values: NDArray[Any], levels: Levels, voxel_volume_mm3: float, voxel_array_shift: float = 0.0
) -> FloatArray:
    """(19,) in the order of TABLE_PYRADIOMICS; all NaN without values.

    Args:
        values: (n,) intensities of the region.
        levels: of the same voxels, for entropy and uniformity.
        voxel_volume_mm3: for the total energy.
        voxel_array_shift: added to intensities for energy, total energy and root mean square.
    """
    if values.size == 0:
        return np.full(len(TABLE_PYRADIOMICS), np.nan)
    counts = _native.level_counts(levels.array, levels.count)
    p = counts[counts > 0] / values.size
    found = WindowStatistics(
        _native.describe(np.ascontiguousarray(values, dtype=np.float64)),
        np.float64(values.size),
        -np.sum(p * np.log2(p + _SMALLEST)),
        np.sum(p * p),
    )
    return _numbers(found, voxel_volume_mm3, voxel_array_shift)


def firstorder_map_pyradiomics(
    windows: Windows, values: FloatArray, voxel_volume_mm3: float, voxel_array_shift: float = 0.0
) -> FloatArray:
    """(19, bk, bj, bi), features of every window in the order of TABLE_PYRADIOMICS.

    Args:
        values: (bk, bj, bi), of the levels' voxels.
    """
    return _numbers(describe_windows(windows, values), voxel_volume_mm3, voxel_array_shift)


def _numbers(found: WindowStatistics, voxel_volume_mm3: float, voxel_array_shift: float) -> FloatArray:
    """(19, ...) of what is known of a region, or of every window."""
    mean, second, third, fourth, low, p10, p25, median, p75, p90, high, mad, rmad, _, energy = (
        found.description
    )
    if voxel_array_shift != 0.0:
        energy = found.voxels * (second + (mean + voxel_array_shift) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        skewness = np.where(second == 0, 0.0, third / second**1.5)
        kurtosis = np.where(second == 0, 0.0, fourth / second**2)
    intensities = (low, p10, p90, high, mean, median, p75 - p25, high - low, mad, rmad)
    rms = np.sqrt(energy / found.voxels)
    moments = (np.sqrt(second), skewness, kurtosis, second)
    energies = (energy, energy * voxel_volume_mm3)
    return np.array((*energies, found.entropy, *intensities, rms, *moments, found.uniformity))
