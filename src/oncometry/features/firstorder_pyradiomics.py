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

__all__ = ["OPT_IN_PYRADIOMICS", "TABLE_PYRADIOMICS", "firstorder_pyradiomics"]

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
    found = _native.describe(np.ascontiguousarray(values, dtype=np.float64))
    mean, second, third, fourth, low, p10, p25, median, p75, p90, high, mad, rmad, _, energy = found.tolist()
    if voxel_array_shift != 0.0:
        energy = values.size * (second + (mean + voxel_array_shift) ** 2)
    counts = _native.level_counts(levels.array, levels.count)
    p = counts[counts > 0] / values.size
    entropy = float(-np.sum(p * np.log2(p + _SMALLEST)))
    skewness = third / second**1.5 if second > 0 else 0.0
    kurtosis = fourth / second**2 if second > 0 else 0.0
    intensities = (low, p10, p90, high, mean, median, p75 - p25, high - low, mad, rmad)
    rms = (energy / values.size) ** 0.5
    moments = (second**0.5, skewness, kurtosis, second)
    uniformity = float(np.sum(p * p))
    return np.array((energy, energy * voxel_volume_mm3, entropy, *intensities, rms, *moments, uniformity))
