"""Values to gray levels by PyRadiomics' edges: whole multiples of the bin width, or a number of equal bins.

Source: PyRadiomics 3.1, documentation of `radiomics.imageoperations` (getBinEdges, binImage).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.discretize import by_value, check_count
from oncometry.features.pyradiomics_spec import PyradiomicsSettings

__all__ = ["pyradiomics_levels"]


def pyradiomics_levels(values: NDArray[Any], settings: PyradiomicsSettings) -> tuple[NDArray[np.int64], int]:
    """(n,) level numbers from 1 on, and the greatest of them.

    Raises:
        SettingsError: `SETTINGS`, more levels than 65,535.
    """
    low, high = float(values.min()), float(values.max())
    if settings.bin_count is None:
        first, width = low - low % settings.bin_width, settings.bin_width
        check_count(int((high - first) // width) + 1, low, high)
        edges = np.arange(first, high + 2 * width, width)
    else:
        edges = np.histogram_bin_edges(values, settings.bin_count)
        first, width = edges[0], edges[1] - edges[0]
        edges[-1] += 1  # the greatest value belongs to the last bin
    numbers = by_value(values, lambda v: _numbered(v, edges, first, width))
    return numbers, int(numbers.max())


def _numbered(values: FloatArray, edges: FloatArray, first: float, width: float) -> NDArray[np.int64]:
    """As `np.digitize(values, edges)`, for edges all one width apart but for their rounding."""
    below = np.floor((values - first) / width).astype(np.int64)
    np.clip(below, 0, edges.size - 2, out=below)
    below += values >= edges[below + 1]
    below -= values < edges[below]
    return below + 1
