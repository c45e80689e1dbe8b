"""Bounded nonlinear least squares of many small problems at once (Levenberg-Marquardt).

Source: Marquardt 1963, doi:10.1137/0111030; bounds by projection, with parameters held that a step would take beyond.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oncometry.prediction.growth.law import FloatArray

__all__ = ["Minimum", "jacobian", "least_squares"]

STEP = 1e-5
FIRST_DAMPING, MOST_DAMPING, LEAST_DAMPING = 1e-2, 1e10, 1e-10
TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class Minimum:
    """Of each of m problems: where it is (m, p), and the sum of squares there (m,)."""

    at: FloatArray
    squares: FloatArray


def jacobian(function: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
    """Derivatives (m, n, p) of (m, p) -> (m, n) by central differences."""
    columns = []
    for n in range(at.shape[1]):
        step = np.zeros(at.shape[1])
        step[n] = STEP
        columns.append((function(at + step) - function(at - step)) / (2 * STEP))
    return np.stack(columns, axis=-1)


def least_squares(
    residuals: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    low: FloatArray,
    high: FloatArray,
    iterations: int = 60,
) -> Minimum:
    """Minimize the sum of squares of each row of residuals.

    Args:
        residuals: (m, p) -> (m, n); row by row, rows do not touch each other.
        start: (m, p).
        low, high: (p,) or (m, p).
    """
    at = np.clip(start, low, high)
    now = residuals(at)
    squares = np.sum(now**2, axis=1)
    damping = np.full(len(at), FIRST_DAMPING)
    for _ in range(iterations):
        slopes = jacobian(residuals, at)
        gradient = np.einsum("mnp,mn->mp", slopes, now)
        held = ((at <= low) & (gradient > 0)) | ((at >= high) & (gradient < 0))
        step = _step(slopes, gradient, held, damping)
        tried = np.clip(at + step, low, high)
        then = residuals(tried)
        better_squares = np.sum(then**2, axis=1)
        better = better_squares < squares
        gain = np.where(better, squares - better_squares, 0.0)
        at, now = np.where(better[:, None], tried, at), np.where(better[:, None], then, now)
        squares = np.where(better, better_squares, squares)
        damping = np.clip(np.where(better, damping / 5, damping * 4), LEAST_DAMPING, MOST_DAMPING)
        if np.all((better & (gain <= TOLERANCE * (squares + TOLERANCE))) | (damping >= MOST_DAMPING)):
            break
    return Minimum(at, squares)


def _step(slopes: FloatArray, gradient: FloatArray, held: FloatArray, damping: FloatArray) -> FloatArray:
    normal = np.einsum("mnp,mnq->mpq", slopes, slopes)
    count = normal.shape[1]
    free = ~held.astype(bool)
    normal = normal * (free[:, :, None] & free[:, None, :])
    diagonal = np.einsum("mpp->mp", normal)
    added = damping[:, None] * (diagonal + 1e-6) + 1e-12 + np.where(free, 0.0, 1.0)
    normal = normal + added[:, :, None] * np.eye(count)
    return -np.linalg.solve(normal, np.where(free, gradient, 0.0)[:, :, None])[:, :, 0]
