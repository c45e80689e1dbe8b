"""Histogram of voxel values with stated edges."""

from __future__ import annotations

import numpy as np

from oncometry.core import Unit
from oncometry.core.geometry import FloatArray
from oncometry.measurement.result import Histogram

__all__ = ["BINS", "BIN_WIDTH", "MAXIMUM_BINS", "histogram"]

BINS = 64
"""Bins between minimum and maximum, for values whose unit means nothing between scanners."""

BIN_WIDTH = {Unit.HU: 10.0, Unit.SUV_BW: 0.25}
"""Fixed width where the unit does mean something; edges are whole multiples of it."""

MAXIMUM_BINS = 1024
"""The fixed width is doubled until no more bins than this are needed."""


def histogram(values: FloatArray, unit: Unit) -> Histogram | None:
    """Counts of (n,) values; None without values, or with some that are not finite.

    A bin holds its lower edge, the last one both. Values that are all equal get one bin of width 1
    about them (or one of the fixed width that holds them).
    """
    if values.size == 0 or not np.isfinite(values).all():
        return None
    low, high = float(values.min()), float(values.max())
    edges = _fixed_width(low, high, BIN_WIDTH[unit]) if unit in BIN_WIDTH else _between(low, high)
    counts, _ = np.histogram(values, bins=edges)
    return Histogram(tuple(float(e) for e in edges), tuple(int(c) for c in counts))


def _between(low: float, high: float) -> FloatArray:
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    edges = np.linspace(low, high, BINS + 1)
    if (np.diff(edges) <= 0).any():
        return np.array([low, high])
    return edges


def _fixed_width(low: float, high: float, width: float) -> FloatArray:
    while (high - low) / width > MAXIMUM_BINS - 2:
        width *= 2
    first, last = np.floor(low / width), np.floor(high / width) + 1
    return np.arange(first, last + 1) * width
