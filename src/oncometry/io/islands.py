"""Islands of contours, and how much of the height each of their planes stands for.

Of how far apart planes were drawn only the planes of one island can tell: two lesions of one region,
each on a slice of its own, say nothing of what lies between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["drawing_interval", "islands", "level_shares"]

EVEN = 0.1
SHOWN_BY = 3
"""As many equal gaps show that only every second (third ...) slice was drawn on."""
GAP = 1.5
"""Intervals from one plane to the next beyond which a plane is missing."""


def islands(polygons: Sequence[FloatArray]) -> list[list[int]]:
    """Groups of polygons (m, 2) that overlap in the plane (their boxes do), chained over all planes.

    Indices grow within a group, and groups are in order of their first.
    """
    low = np.array([p.min(axis=0) for p in polygons])
    high = np.array([p.max(axis=0) for p in polygons])
    meet = (low[:, None] <= high[None]).all(axis=2)
    meet &= meet.T
    number = np.arange(len(polygons))
    while True:
        lowest = np.where(meet, number, len(polygons)).min(axis=1)
        lowest = lowest[lowest]
        if (lowest == number).all():
            return [np.flatnonzero(number == n).tolist() for n in np.unique(number)]
        number = lowest


def drawing_interval(gaps: FloatArray) -> float:
    """Slices from one drawn plane to the next, of (n,) gaps between the planes of one island.

    One slice, unless the planes lie closer or at least 3 equal gaps show a larger interval.
    """
    if not gaps.size:
        return 1.0
    median = float(np.median(gaps))
    equal = np.count_nonzero(np.abs(gaps - median) <= EVEN * median)
    return median if median < 1 or equal >= SHOWN_BY else 1.0


def level_shares(levels: FloatArray) -> FloatArray:
    """(n, 2) slice levels between which each plane of an island stands for it.

    Half way to its neighbors; at the ends, and at gaps of more than 1.5 drawing intervals, half an
    interval beyond.

    Args:
        levels: (n,) in slices, growing.
    """
    gaps = np.diff(levels)
    interval = drawing_interval(gaps)
    sides = np.where(gaps > GAP * interval, interval, gaps) / 2
    below, above = np.concatenate([[interval / 2], sides]), np.concatenate([sides, [interval / 2]])
    return np.column_stack([levels - below, levels + above])
