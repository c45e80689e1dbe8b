"""Intensity histogram: 23 features of the gray levels.

Source: IBSI reference manual, section 3.4 (arXiv 1612.07003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature
from oncometry.features.region import Levels

__all__ = ["TABLE", "intensity_histogram"]

TABLE: tuple[Feature, ...] = (
    Feature("mean_discretised_intensity", "X6K6", "ih_mean"),
    Feature("discretised_intensity_variance", "CH89", "ih_var"),
    Feature("discretised_intensity_skewness", "88K1", "ih_skew"),
    Feature("discretised_intensity_kurtosis", "C3I7", "ih_kurt"),
    Feature("median_discretised_intensity", "WIFQ", "ih_median"),
    Feature("minimum_discretised_intensity", "1PR8", "ih_min"),
    Feature("10th_discretised_intensity_percentile", "GPMT", "ih_p10"),
    Feature("90th_discretised_intensity_percentile", "OZ0C", "ih_p90"),
    Feature("maximum_discretised_intensity", "3NCY", "ih_max"),
    Feature("intensity_histogram_mode", "AMMC", "ih_mode"),
    Feature("discretised_intensity_interquartile_range", "WR0O", "ih_iqr"),
    Feature("discretised_intensity_range", "5Z3W", "ih_range"),
    Feature("intensity_histogram_mean_absolute_deviation", "D2ZX", "ih_mad"),
    Feature("intensity_histogram_robust_mean_absolute_deviation", "WRZB", "ih_rmad"),
    Feature("intensity_histogram_median_absolute_deviation", "4RNL", "ih_medad"),
    Feature("intensity_histogram_coefficient_of_variation", "CWYJ", "ih_cov"),
    Feature("intensity_histogram_quartile_coefficient_of_dispersion", "SLWD", "ih_qcod"),
    Feature("discretised_intensity_entropy", "TLU2", "ih_entropy", "bit"),
    Feature("discretised_intensity_uniformity", "BJ5W", "ih_uniformity"),
    Feature("maximum_histogram_gradient", "12CE", "ih_max_grad"),
    Feature("maximum_histogram_gradient_intensity", "8E6O", "ih_max_grad_g"),
    Feature("minimum_histogram_gradient", "VQB3", "ih_min_grad"),
    Feature("minimum_histogram_gradient_intensity", "RHQZ", "ih_min_grad_g"),
)


def intensity_histogram(levels: Levels) -> FloatArray:
    """(23,) in the order of TABLE; NaN where not defined, all NaN without voxels.

    The histogram has a bin for each of the levels 1 ... count, occupied or not; with one bin there is no gradient.
    """
    counts = _native.level_counts(levels.array, levels.count)
    n = int(counts.sum())
    if n == 0:
        return np.full(len(TABLE), np.nan)
    gray = np.arange(1, levels.count + 1)
    p = counts / n
    present = gray[counts > 0]
    mean = float(p @ gray)
    moment = [float(p @ (gray - mean) ** power) if present.size > 1 else 0.0 for power in (2, 3, 4)]
    p10, p25, median, p75, p90 = _percentiles(counts, n)
    shape = (moment[1] / moment[0] ** 1.5, moment[2] / moment[0] ** 2 - 3) if moment[0] > 0 else (0.0, 0.0)
    low, high = float(present[0]), float(present[-1])
    deviations = (
        float(p @ np.abs(gray - mean)),
        _robust_deviation(counts, p10, p90),
        float(p @ np.abs(gray - median)),
    )
    ratios = (moment[0] ** 0.5 / mean, (p75 - p25) / (p75 + p25))
    occupied = p[counts > 0]
    texture = (float(-np.sum(occupied * np.log2(occupied))), float(p @ p))
    first = (mean, moment[0], *shape, median, low, p10, p90, high, _mode(counts, mean))
    return np.array((*first, p75 - p25, high - low, *deviations, *ratios, *texture, *_gradients(counts)))


def _percentiles(counts: NDArray[np.int64], n: int) -> tuple[float, ...]:
    """10th, 25th, 50th, 75th and 90th, between the two nearest ranks linearly, as of the levels themselves."""
    places = np.array((0.10, 0.25, 0.50, 0.75, 0.90)) * (n - 1)
    below = np.minimum(places.astype(np.int64), n - 1)
    up_to = np.cumsum(counts)
    lower, upper = (
        np.searchsorted(up_to, ranks, side="right") + 1 for ranks in (below, np.minimum(below + 1, n - 1))
    )
    return tuple((lower + (places - below) * (upper - lower)).tolist())


def _robust_deviation(counts: NDArray[np.int64], p10: float, p90: float) -> float:
    gray = np.arange(1, counts.size + 1)
    within = np.where((gray >= p10) & (gray <= p90), counts, 0)
    if not within.any():  # two voxels, of which neither lies between their percentiles
        return np.nan
    mean = (within @ gray) / within.sum()
    return float((within @ np.abs(gray - mean)) / within.sum())


def _mode(counts: NDArray[np.int64], mean: float) -> float:
    """Of several, the nearest to the mean; of two equally near, the lower (section 3.4.10)."""
    modes = np.flatnonzero(counts == counts.max()) + 1
    return float(modes[np.argmin(np.abs(modes - mean))])


def _gradients(counts: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """Largest and its first level, smallest and its first level (sections 3.4.20 to 3.4.23)."""
    if counts.size < 2:
        return (np.nan, np.nan, np.nan, np.nan)
    gradient = np.gradient(counts.astype(np.float64))
    top, bottom = int(np.argmax(gradient)), int(np.argmin(gradient))
    return float(gradient[top]), top + 1.0, float(gradient[bottom]), bottom + 1.0
