"""Comparison with a published threshold: exact at the threshold, whatever the last bits of a float."""

from __future__ import annotations

import numpy as np

from oncometry.response.course import BoolArray, FloatArray

__all__ = ["RELATIVE", "at_least", "at_most"]

RELATIVE = 1e-9
"""Sizes are read to 0.01 mm at best: sums that differ by less than a billionth are equal."""


def at_least(value: FloatArray, threshold: FloatArray | float) -> BoolArray:
    """`value >= threshold`; False where either is NaN."""
    limit = np.asarray(threshold, dtype=float)
    return np.asarray(value >= limit - RELATIVE * np.abs(limit))


def at_most(value: FloatArray, threshold: FloatArray | float) -> BoolArray:
    """`value <= threshold`; False where either is NaN."""
    limit = np.asarray(threshold, dtype=float)
    return np.asarray(value <= limit + RELATIVE * np.abs(limit))
