"""Which voxel values are black and which are white."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Modality, Unit
from oncometry.core.image import Voxels
from oncometry.report.formatting import number_text
from oncometry.report.settings import ReportSettings

__all__ = ["GrayWindow", "window_for"]

STRIDE = 3
AIR = 0.1
"""Below a tenth of the brightest percent lies air, with its noise."""

FEWEST = 16
PERCENTILES = (0.5, 99.9)


@dataclass(frozen=True)
class GrayWindow:
    """Values from `low` to `high` from black to white; the other way round if `inverted`."""

    low: float
    high: float
    inverted: bool
    text: str

    def gray(self, values: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Gray levels; what lies outside the image is background."""
        share = np.clip((values - self.low) / max(self.high - self.low, 1e-12), 0.0, 1.0)
        share = np.where(inside & np.isfinite(values), share, 0.0)
        return np.asarray(np.rint((1 - share if self.inverted else share) * 255), np.uint8)


def window_for(modality: str, unit: str, voxels: Voxels, settings: ReportSettings) -> GrayWindow:
    """CT and PET by settings, in their units; MR by multiples of the image's tissue median.

    MR has no unit, but its zero is that of the signal: a multiple of the median shows tissue alike at every date,
    and fat, or a lesion that grows bright, does not change the window.
    """
    if modality == Modality.CT and unit == Unit.HU:
        low, high = settings.ct_window_hu
        return GrayWindow(low, high, False, f"window {number_text(low, 0)} to {number_text(high, 0)} HU")
    if modality == Modality.PT and unit == Unit.SUV_BW:
        low, high = settings.pet_window_suv
        return GrayWindow(low, high, True, f"SUV {number_text(low, 0)} to {number_text(high, 0)}, inverted")
    tissue = _tissue(voxels)
    median = float(np.median(tissue)) if tissue.size else 0.0
    if modality == Modality.MR and median > 0:
        first, last = settings.mr_window_medians
        text = f"window {first:g} to {last:g} times the tissue median"
        return GrayWindow(first * median, last * median, False, text)
    low, high = (float(p) for p in np.percentile(tissue, PERCENTILES)) if tissue.size else (0.0, 0.0)
    high = high if high > low else low + 1.0
    decimals = 0 if high - low >= 20 else 2
    shown = f"window {number_text(low, decimals)} to {number_text(high, decimals)}"
    return GrayWindow(low, high, modality == Modality.PT, shown)


def _tissue(voxels: Voxels) -> NDArray[np.float64]:
    """A sample of the values that are not air; every finite value where hardly any is positive."""
    sample = np.asarray(voxels[::STRIDE, ::STRIDE, :: 1 if voxels.shape[2] < 60 else STRIDE], np.float64)
    finite = sample[np.isfinite(sample)]
    positive = finite[finite > 0]
    tissue = positive[positive > AIR * np.percentile(positive, 99)] if positive.size else positive
    return tissue if tissue.size >= FEWEST else finite
