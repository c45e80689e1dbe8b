"""Intensity-volume histogram: which part of the volume has at least a given intensity.

Source: IBSI reference manual, section 3.5 (arXiv 1612.07003).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature

__all__ = ["TABLE", "IvhMethod", "IvhSettings", "intensity_volume_histogram"]

TABLE: tuple[Feature, ...] = (
    Feature("volume_at_intensity_fraction_10", "NK6P", "ivh_v10"),
    Feature("volume_at_intensity_fraction_90", "4279", "ivh_v90"),
    Feature("intensity_at_volume_fraction_10", "PWN1", "ivh_i10", "{u}"),
    Feature("intensity_at_volume_fraction_90", "BOHI", "ivh_i90", "{u}"),
    Feature("volume_fraction_difference_between_intensity_10_and_90_fractions", "WITY", "ivh_diff_v10_v90"),
    Feature(
        "intensity_fraction_difference_between_volume_10_and_90_fractions", "JXJA", "ivh_diff_i10_i90", "{u}"
    ),
    Feature("area_under_the_ivh_curve", "9CMM", "ivh_auc"),
)


class IvhMethod(StrEnum):
    """How intensities become the levels of the histogram (section 3.5)."""

    DEFINITE = "definite"  # intensities with a natural step, such as HU: they stay as they are
    WIDTH = "width"  # continuous intensities, in bins of one width
    NUMBER = "number"  # arbitrary intensities, in a number of bins; levels are bin numbers


@dataclass(frozen=True)
class IvhSettings:
    """Settings of the intensity-volume histogram.

    Attributes:
        method: how intensities become levels.
        step: distance of levels for DEFINITE, bin width for WIDTH, in the image's unit.
        number: of bins, for NUMBER.
        lower, upper: re-segmentation range, where there is one; else the region's own range counts.
    """

    method: IvhMethod = IvhMethod.DEFINITE
    step: float = 1.0
    number: int = 1000
    lower: float | None = None
    upper: float | None = None


def intensity_volume_histogram(values: NDArray[Any], settings: IvhSettings = IvhSettings()) -> FloatArray:
    """(7,) in the order of TABLE; NaN where not defined: without values, and with one level.

    Args:
        values: (n,) intensities of the intensity mask.
        settings: see IvhSettings.

    Raises:
        ValueError: the step or the number of bins is not positive.
    """
    if settings.step <= 0 or settings.number <= 0:
        raise ValueError(f"step {settings.step} and number {settings.number} must be positive")
    if values.size == 0:
        return np.full(len(TABLE), np.nan)
    levels, grid = _discretize(values.astype(np.float64), settings)
    counts = np.bincount(levels, minlength=grid.size)
    part = np.cumsum(counts[::-1])[::-1] / values.size  # of the volume with at least this level
    if grid.size < 2:
        return np.full(len(TABLE), np.nan)
    fraction = (grid - grid[0]) / (grid[-1] - grid[0])
    v10, v90 = (float(part[np.searchsorted(fraction, share)]) for share in (0.10, 0.90))
    i10, i90 = (_intensity_at(part, grid, share) for share in (0.10, 0.90))
    area = float(np.sum(np.diff(fraction) * (part[1:] + part[:-1])) / 2)
    return np.array((v10, v90, i10, i90, v10 - v90, i10 - i90, area))


def _intensity_at(part: FloatArray, grid: FloatArray, share: float) -> float:
    """Lowest intensity that at most this share of the volume reaches; one step above the last if there is none."""
    reached = np.flatnonzero(part <= share)
    return float(grid[reached[0]]) if reached.size else float(2 * grid[-1] - grid[-2])


def _discretize(values: FloatArray, settings: IvhSettings) -> tuple[NDArray[np.int64], FloatArray]:
    """Levels from 0, and the intensity that each level stands for."""
    low = float(values.min()) if settings.lower is None else settings.lower
    high = float(values.max()) if settings.upper is None else settings.upper
    if settings.method is IvhMethod.NUMBER:
        low, high = float(values.min()), float(values.max())
        width = (high - low) / settings.number
        bins = np.floor((values - low) / width) if width > 0 else np.zeros(values.size)
        levels = np.minimum(bins, settings.number - 1).astype(np.int64)
        return levels, np.arange(1.0, settings.number + 1)
    if settings.method is IvhMethod.WIDTH:
        levels = np.floor((values - low) / settings.step).astype(np.int64)
        last = max(int(levels.max()), int(np.ceil((high - low) / settings.step)) - 1)
        return levels, np.asarray(low + (np.arange(last + 1) + 0.5) * settings.step, dtype=np.float64)
    levels = np.rint((values - low) / settings.step).astype(np.int64)
    last = max(int(levels.max()), int(np.rint((high - low) / settings.step)))
    return levels, np.asarray(low + np.arange(last + 1) * settings.step, dtype=np.float64)
