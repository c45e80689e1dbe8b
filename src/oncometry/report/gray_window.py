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
    """CT and PET by settings, in their units; everything else by percentiles of its own foreground."""
    if modality == Modality.CT and unit == Unit.HU:
        low, high = settings.ct_window_hu
        return GrayWindow(low, high, False, f"window {number_text(low, 0)} to {number_text(high, 0)} HU")
    if modality == Modality.PT and unit == Unit.SUV_BW:
        low, high = settings.pet_window_suv
        return GrayWindow(low, high, True, f"SUV {number_text(low, 0)} to {number_text(high, 0)}, inverted")
    low, high = _percentiles(voxels, settings.mr_window_percentiles)
    decimals = 0 if high - low >= 20 else 2
    shown = f"window {number_text(low, decimals)} to {number_text(high, decimals)}"
    return GrayWindow(low, high, modality == Modality.PT, shown)


def _percentiles(voxels: Voxels, percentiles: tuple[float, float]) -> tuple[float, float]:
    sample = np.asarray(voxels[::STRIDE, ::STRIDE, :: 1 if voxels.shape[2] < 60 else STRIDE], np.float64)
    finite = sample[np.isfinite(sample)]
    positive = finite[finite > 0]
    tissue = positive[positive > AIR * np.percentile(positive, 99)] if positive.size else positive
    chosen = tissue if tissue.size >= 16 else finite
    if chosen.size == 0:
        return 0.0, 1.0
    low, high = (float(p) for p in np.percentile(chosen, percentiles))
    return (low, high) if high > low else (low, low + 1.0)
