"""The visit of the smallest sum, and what was so at it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.response.burden import Burden
from oncometry.response.course import BoolArray, FloatArray
from oncometry.response.thresholds import at_least

__all__ = ["at_nadir", "grew", "nadir_visits"]


def nadir_visits(sums: Burden) -> NDArray[np.intp]:
    """(draws, visits): the visit of the smallest complete sum before each visit, the last of equal ones; -1 for none."""
    draws, visits = sums.total.shape
    found = np.full((draws, visits), -1, dtype=np.intp)
    best, lowest = np.full(draws, -1, dtype=np.intp), np.full(draws, np.inf)
    for visit in range(visits):
        found[:, visit] = best
        lower = sums.complete[:, visit] & (sums.total[:, visit] <= lowest)
        best = np.where(lower, visit, best)
        lowest = np.where(lower, sums.total[:, visit], lowest)
    return found


def at_nadir(values: FloatArray, visits: NDArray[np.intp]) -> FloatArray:
    """Of values a visit, (visits,), those at the visits of the nadir, (draws, visits); NaN where there is none."""
    return np.where(visits >= 0, values[np.maximum(visits, 0)], np.nan)


def grew(sizes: FloatArray, visits: NDArray[np.intp], growth_mm: float) -> BoolArray:
    """(draws, visits): whether a lesion is at least so much larger than at the visit of the nadir.

    Args:
        sizes: (draws, visits, lesions), mm.
        visits: of the nadir, from `nadir_visits`.
        growth_mm: what counts.
    """
    draw = np.arange(len(sizes))[:, None]
    limit = np.where((visits >= 0)[:, :, None], sizes[draw, np.maximum(visits, 0)], np.nan) + growth_mm
    return np.asarray(at_least(sizes, limit).any(axis=2))
