"""P-values corrected for the number of tests that were made.

Sources: Holm, Scandinavian Journal of Statistics 6, 65 (1979) (family-wise error); Benjamini and Hochberg,
doi:10.1111/j.2517-6161.1995.tb02031.x (false discovery rate).
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core.geometry import FloatArray

__all__ = ["Correction", "corrected"]


class Correction(StrEnum):
    """What is held at the level."""

    HOLM = "holm"  # the chance of any false finding
    BENJAMINI_HOCHBERG = "benjamini-hochberg"  # the expected part of false ones among the findings


def corrected(p_values: ArrayLike, correction: Correction) -> FloatArray:
    """(n,) p-values that may be held against the level as they are, in the order given."""
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    count = len(given)
    found = np.empty(count)
    if correction is Correction.HOLM:
        found[order] = np.maximum.accumulate(given[order] * np.arange(count, 0, -1))
    else:
        scaled = given[order] * count / np.arange(1, count + 1)
        found[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(found, 1.0)
