"""Points inside polygons of one plane, with the area that each stands for.

Lines run along i; what is inside is told by the even-odd rule, exactly along the line. Lines shifted by a part of their
distance from one layer to the next, and points shifted within their piece of the line, keep a dose that grows along one
axis from coming out in steps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["FEWEST_LINES", "points_inside"]

FEWEST_LINES = 12
"""Through the polygons of a plane, however thin they are."""


def points_inside(
    polygons: Sequence[FloatArray], step: tuple[float, float], phase: float
) -> tuple[FloatArray, FloatArray]:
    """(m, 2) points i, j inside polygons, and (m,) the area that each stands for.

    Args:
        polygons: (n, 2) each.
        step: largest distance of points along i and j, in the unit of the polygons.
        phase: 0..1, where between the edges of its strip each line runs.
    """
    start = np.concatenate(polygons)
    end = np.concatenate([np.roll(p, -1, axis=0) for p in polygons])
    low, high = float(start[:, 1].min()), float(start[:, 1].max())
    if high <= low:
        return np.empty((0, 2)), np.empty(0)
    lines = max(int(np.ceil((high - low) / step[1])), FEWEST_LINES)
    height = (high - low) / lines
    crossings, line = _crossings(start, end, low + phase * height, height)
    left, right, line = crossings[::2], crossings[1::2], line[::2]
    pieces = np.maximum(np.ceil((right - left) / step[0]), 1).astype(np.intp)
    which = np.repeat(np.arange(len(left)), pieces)
    number = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    width = (right - left) / pieces
    i = left[which] + (number + _shift(len(which), phase)) * width[which]
    j = low + (phase + line[which]) * height
    return np.column_stack([i, j]), width[which] * height


def _shift(count: int, phase: float) -> FloatArray:
    """(count,) 0..1, evenly spread however many are looked at: multiples of the golden ratio."""
    return np.asarray((phase + np.arange(count) * 0.6180339887498949) % 1.0)


def _crossings(
    start: FloatArray, end: FloatArray, first: float, height: float
) -> tuple[FloatArray, FloatArray]:
    """(2 m,) where lines j = first + line * height cross edges, line by line and growing, and (2 m,) the lines."""
    down = start[:, 1] > end[:, 1]
    a, b = np.where(down[:, None], end, start), np.where(down[:, None], start, end)
    lowest, highest = (np.ceil((x[:, 1] - first) / height).astype(np.intp) for x in (a, b))
    count = highest - lowest
    edge = np.repeat(np.arange(len(a)), count)
    line = lowest[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    slope = (b[edge, 0] - a[edge, 0]) / (b[edge, 1] - a[edge, 1])
    at = a[edge, 0] + (first + line * height - a[edge, 1]) * slope
    order = np.lexsort((at, line))
    return at[order], line[order].astype(np.float64)
