"""Discretization: values of a region to gray levels 1 ... Ng.

Source: IBSI reference manual (arXiv 1612.07003), section 2.7.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, SettingsError
from oncometry.features.intensity_settings import (
    MOST_LEVELS,
    AsLevels,
    Discretization,
    FixedBinNumber,
    FixedBinSize,
)
from oncometry.features.region import Box, Levels

__all__ = ["by_value", "check_count", "discretize", "level_numbers", "levels_of"]

FloatArray = NDArray[np.float64]


def discretize(values: NDArray[Any], mask: Box, settings: Discretization, first_edge: float | None) -> Levels:
    """Gray levels of a region.

    Args:
        values: (n,), n >= 1, the region's values in raster order.
        mask: (bk, bj, bi), n voxels are 1.
        first_edge: lower bound of the re-segmentation range, which fixed bin size starts from.

    Raises:
        SettingsError: `SETTINGS` for more levels than 65,535, or values that are no levels with method none.
    """
    numbers, count = level_numbers(values, settings, first_edge)
    return levels_of(numbers, mask, count)


def level_numbers(
    values: NDArray[Any], settings: Discretization, first_edge: float | None
) -> tuple[NDArray[np.int64], int]:
    """(n,) level numbers from 1 on, and the number of levels Ng."""
    low, high = float(values.min()), float(values.max())
    if isinstance(settings, FixedBinNumber):
        return by_value(values, lambda v: _fixed_number(v, low, high, settings.count)), settings.count
    if isinstance(settings, FixedBinSize):
        first, width = low if first_edge is None else first_edge, settings.width
        numbers = by_value(values, lambda v: np.floor((v - first) / width).astype(np.int64) + 1)
    else:
        numbers = _as_levels(values, settings)
    count = int(numbers.max())
    check_count(count, low, high)
    return numbers, count


def by_value(values: NDArray[Any], rule: Callable[[FloatArray], NDArray[np.int64]]) -> NDArray[np.int64]:
    """A rule applied to (n,) values; once for each whole number between them where that is less work."""
    if values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        if high - low < values.size:
            return rule(np.arange(low, high + 1, dtype=np.float64))[values.astype(np.int64) - low]
    return rule(values.astype(np.float64))


def check_count(count: int, low: float, high: float) -> None:
    """Refuse more gray levels than matrices can number."""
    if count > MOST_LEVELS:
        raise SettingsError(
            Code.SETTINGS,
            f"values from {low:g} to {high:g} fall into {count} gray levels; at most {MOST_LEVELS} can be told apart.",
            advice="Give a wider bin, a narrower re-segmentation range, or a fixed bin number.",
        )


def levels_of(numbers: NDArray[np.integer[Any]], mask: Box, count: int) -> Levels:
    """Level numbers laid into their box, with a border of level 0.

    Args:
        numbers: (n,), from 1 to `count`, in raster order.
        mask: (bk, bj, bi), n voxels are 1.
    """
    kind: type[np.uint8] | type[np.uint16] = np.uint8 if count <= np.iinfo(np.uint8).max else np.uint16
    nk, nj, ni = mask.shape
    array = np.zeros((nk + 2, nj + 2, ni + 2), dtype=kind)
    array[1:-1, 1:-1, 1:-1][mask.view(np.bool_)] = numbers
    return Levels(array, count)


def _fixed_number(values: FloatArray, low: float, high: float, count: int) -> NDArray[np.int64]:
    if low == high:
        return np.ones(values.shape, dtype=np.int64)
    numbers = np.floor(count * (values - low) / (high - low)).astype(np.int64) + 1
    return np.minimum(numbers, count, out=numbers)


def _as_levels(values: NDArray[Any], settings: AsLevels) -> NDArray[np.int64]:
    numbers = values.astype(np.int64)
    if (numbers != values).any() or int(numbers.min()) < 1:
        raise SettingsError(
            Code.SETTINGS,
            f"discretize method {settings.method!r} takes whole numbers from 1 on as gray levels; "
            f"the region has values from {values.min():g} to {values.max():g}.",
            advice="Give fixed_bin_number or fixed_bin_size.",
        )
    return numbers
