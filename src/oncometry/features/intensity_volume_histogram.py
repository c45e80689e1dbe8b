"""Intensity-volume histogram: which part of the volume has at least a given intensity.

Source: IBSI reference manual, section 3.5 (arXiv 1612.07003).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

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
    scale = _discretize(values.astype(np.float64), settings)
    if scale.last == 0:
        return np.full(len(TABLE), np.nan)
    v10, v90 = (_volume_from(scale, tenths) for tenths in (1, 9))
    i10, i90 = (_intensity_at(scale, tenths) for tenths in (1, 9))
    # The volume with at least a level, summed over levels, is the mean of their numbers; first and last count half.
    total = float(scale.levels.mean()) + 1
    area = (total - (1 + float(np.mean(scale.levels == scale.last))) / 2) / scale.last
    return np.array((v10, v90, i10, i90, v10 - v90, i10 - i90, area))


class _Scale(NamedTuple):
    """Levels of the voxels, from 0; the last level of the histogram; the intensity of level 0 and of a step."""

    levels: NDArray[np.int64]
    last: int
    base: float
    step: float


def _volume_from(scale: _Scale, tenths: int) -> float:
    """Part of the volume from the lowest level that is at least so many tenths of the way to the last."""
    lowest = -(-tenths * scale.last // 10)
    return float(np.mean(scale.levels >= lowest))


def _intensity_at(scale: _Scale, tenths: int) -> float:
    """Lowest intensity that at most so many tenths of the volume reach, one step above the last if need be."""
    n = scale.levels.size
    most = tenths * n // 10  # voxels
    above = int(np.partition(scale.levels, n - 1 - most)[n - 1 - most]) + 1
    return scale.base + above * scale.step


def _discretize(values: FloatArray, settings: IvhSettings) -> _Scale:
    low = float(values.min()) if settings.lower is None else settings.lower
    high = float(values.max()) if settings.upper is None else settings.upper
    if settings.method is IvhMethod.NUMBER:
        low, high = float(values.min()), float(values.max())
        width = (high - low) / settings.number
        bins = np.floor((values - low) / width) if width > 0 else np.zeros(values.size)
        last = settings.number - 1
        return _Scale(np.minimum(bins, last).astype(np.int64), last, 1.0, 1.0)
    if settings.method is IvhMethod.WIDTH:
        levels = np.floor((values - low) / settings.step).astype(np.int64)
        last = max(int(levels.max()), int(np.ceil((high - low) / settings.step)) - 1)
        return _Scale(levels, last, low + 0.5 * settings.step, settings.step)
    levels = np.rint((values - low) / settings.step).astype(np.int64)
    last = max(int(levels.max()), int(np.rint((high - low) / settings.step)))
    return _Scale(levels, last, low, settings.step)
