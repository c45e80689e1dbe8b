"""Volumes as the diameters of balls, so that a population of diameters speaks of them too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.prediction.growth.forecast import Forecast
from oncometry.prediction.growth.law import FloatArray
from oncometry.prediction.growth.series import SizeSeries, SizeUnit

__all__ = ["as_diameters", "as_volume"]

MM3_PER_ML = 1000.0


def as_diameters(series: SizeSeries) -> SizeSeries:
    """In mm: of the balls of the volumes, where it is in ml."""
    if series.unit is SizeUnit.MM:
        return series
    return replace(series, sizes=np.cbrt(series.sizes * MM3_PER_ML * 6 / np.pi), unit=SizeUnit.MM)


def as_volume(said: Forecast) -> Forecast:
    """A forecast of such diameters, in ml: quantiles stay quantiles."""
    sizes, low, high = (_ball_ml(diameters) for diameters in (said.sizes, said.low, said.high))
    return Forecast(said.days, sizes, low, high, said.level)


def _ball_ml(diameters_mm: FloatArray) -> FloatArray:
    return np.pi / 6 * diameters_mm**3 / MM3_PER_ML
