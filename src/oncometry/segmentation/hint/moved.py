"""The same hint as another reader might have given it."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.core.geometry import Point as Place
from oncometry.segmentation.hint.hint import SMALLEST_MM, Box, Diameter, Hint, Point
from oncometry.segmentation.hint.settings import HintSettings

__all__ = ["moved_hint", "moved_settings"]

WEIGHTS_LOG_SD = 0.25
"""Standard deviation of the log of smoothness and prior between runs."""


def moved_hint(hint: Hint, size_mm: float, share: float, rng: np.random.Generator) -> Hint:
    """A hint whose numbers differ by a normal error.

    Args:
        size_mm: of the lesion, or of the line.
        share: standard deviation, part of the size.
    """
    if isinstance(hint, Point):
        return Point(_place(hint.points[0] + rng.normal(size=3) * share * size_mm))
    if isinstance(hint, Box):
        low, high = np.sort(hint.points, axis=0)
        sides = high - low
        low, high = low + rng.normal(size=3) * share * sides, high + rng.normal(size=3) * share * sides
        return Box(_place(low), _place(np.maximum(high, low + SMALLEST_MM)))
    ends = hint.points + rng.normal(size=(2, 3)) * share * hint.length_mm
    if np.linalg.norm(ends[1] - ends[0]) < SMALLEST_MM:
        return hint
    return Diameter(_place(ends[0]), _place(ends[1]))


def moved_settings(settings: HintSettings, rng: np.random.Generator) -> HintSettings:
    """Other weights of outline and shape, and a coarser grid."""
    smoothness, prior = np.exp(rng.normal(size=2) * WEIGHTS_LOG_SD)
    return settings.model_copy(
        update={
            "smoothness": settings.smoothness * float(smoothness),
            "prior": settings.prior * float(prior),
            "largest_grid": max(24, settings.largest_grid * 5 // 6),
        }
    )


def _place(point: FloatArray) -> Place:
    return float(point[0]), float(point[1]), float(point[2])
