"""What the statistics of IBSI and of PyRadiomics need to know of every window."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.windows import Windows

__all__ = ["WindowStatistics", "describe_windows"]


class WindowStatistics(NamedTuple):
    """Of every window, NaN where there is none; or of one region, without the axes.

    Attributes:
        description: (15, bk, bj, bi), as `_native.describe` gives it.
        voxels: (bk, bj, bi), how many there are.
        entropy, uniformity: (bk, bj, bi), of their levels; entropy in bit.
    """

    description: FloatArray
    voxels: FloatArray | np.float64
    entropy: FloatArray | np.float64
    uniformity: FloatArray | np.float64


def describe_windows(windows: Windows, values: FloatArray) -> WindowStatistics:
    """Describe the values in every window.

    Args:
        values: (bk, bj, bi), finite where there is a level.
    """
    found = _native.statistics_map(
        windows.levels.array,
        windows.levels.count,
        np.ascontiguousarray(values, dtype=np.float64),
        windows.radii,
        windows.centers,
        windows.threads,
    )
    return WindowStatistics(found[:-3], found[-3], found[-2], found[-1])
