"""Lower limits of the one-way intraclass correlation of many features at once: what each fold asks anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

__all__ = ["one_way_limits"]

UPPER = 0.975
"""Of F: the lower end of a 95 % interval."""
ROUNDING = 1e-12


def one_way_limits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(q,) as `intraclass_correlation` gives them one at a time; 0 where they cannot be told.

    Source: Shrout and Fleiss, doi:10.1037/0033-2909.86.2.420.

    Args:
        values: (m, k, q) of m subjects measured k times, NaN where there is none.
    """
    known = np.isfinite(values)
    count = known.sum(1)  # (m, q)
    total, subjects = count.sum(0), (count > 0).sum(0)
    filled = np.where(known, values, 0.0)
    center = filled.sum((0, 1)) / np.maximum(total, 1)
    filled = np.where(known, values - center, 0.0)
    largest = np.abs(filled).max((0, 1), initial=0.0)
    size = np.where(known, np.abs(values), 0.0).max((0, 1), initial=0.0)
    told = (subjects >= 2) & (count.max(0, initial=0) >= 2) & (largest > ROUNDING * size)
    filled, count, total, n = filled[..., told] / largest[told], count[:, told], total[told], subjects[told]
    means = filled.sum(1) / np.maximum(count, 1)
    between = (count * means**2).sum(0) / (n - 1)
    within = (np.where(known[..., told], filled - means[:, None], 0.0) ** 2).sum((0, 1)) / (total - n)
    repeats = (total - (count**2).sum(0) / total) / (n - 1)
    same = within <= ROUNDING**2 * between
    ratio = between / np.where(same, 1.0, within) / fdtri(n - 1, total - n, UPPER)
    low = np.where(same, 1.0, (ratio - 1) / (ratio + repeats - 1))
    found = np.zeros(values.shape[2])
    found[told] = np.maximum(low, -1 / (count.max(0, initial=2) - 1))
    return found
