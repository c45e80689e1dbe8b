"""Newton's method for a concave likelihood, with halved steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["Newton", "newton_maximum"]

Derivatives = tuple[FloatArray, FloatArray]
_HALVINGS = 30


@dataclass(frozen=True)
class Newton:
    """Where it ended.

    Attributes:
        point: (p,).
        information: (p, p) minus the second derivative there.
        steps: that were made.
        converged: whether a further step would gain less than the tolerance.
    """

    point: FloatArray
    information: FloatArray
    steps: int
    converged: bool


def newton_maximum(
    value: Callable[[FloatArray], float],
    derivatives: Callable[[FloatArray], Derivatives],
    start: FloatArray,
    tolerance: float = 1e-12,
    max_steps: int = 100,
) -> Newton:
    """The maximum of a concave function.

    Args:
        value: of a point (p,); -inf where it is not defined.
        derivatives: gradient (p,) and minus the second derivative (p, p).
        start: (p,).
        tolerance: a step whose expected gain is less ends it.
        max_steps: after which it gives up.
    """
    point, best = start, value(start)
    gradient, information = derivatives(point)
    for step in range(max_steps):
        direction = _solved(information, gradient)
        gain = float(gradient @ direction) / 2
        if gain <= tolerance:
            return Newton(point + direction if gain > 0 else point, information, step, True)
        scale = 1.0
        for _ in range(_HALVINGS):
            now = value(point + scale * direction)
            if now > best:
                break
            scale /= 2
        else:
            return Newton(point, information, step, gain <= 1e-9 * max(1.0, abs(best)))
        point, best = point + scale * direction, now
        gradient, information = derivatives(point)
    return Newton(point, information, max_steps, False)


def _solved(information: FloatArray, gradient: FloatArray) -> FloatArray:
    """The step; along directions in which the likelihood is flat to rounding none is made."""
    try:
        factor = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(information, gradient, rcond=1e-12)[0], dtype=np.float64)
    return np.asarray(np.linalg.solve(factor.T, np.linalg.solve(factor, gradient)), dtype=np.float64)
