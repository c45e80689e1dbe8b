"""Volume and surface area of an ellipsoid."""

from __future__ import annotations

from math import pi

__all__ = ["ellipsoid_area", "ellipsoid_volume"]

_DEGREES = 20


def ellipsoid_volume(a: float, b: float, c: float) -> float:
    """Of semi-axes in mm, in mm3."""
    return 4 / 3 * pi * a * b * c


def ellipsoid_area(a: float, b: float, c: float) -> float:
    """Of semi-axes a >= b >= c, a > 0, in mm, in mm2: a series in Legendre polynomials, to degree 20 as the manual says.

    Each term is q_n = (alpha beta)^n P_n((alpha^2 + beta^2) / (2 alpha beta)), by the polynomials' recurrence, in
    which nothing is divided by alpha or beta: they are 0 where axes are equal.

    Source: IBSI reference manual, section 3.1.22.
    """
    alpha, beta = 1 - (b / a) ** 2, 1 - (c / a) ** 2  # squares
    before, term, series = 0.0, 1.0, 1.0
    for n in range(_DEGREES):
        before, term = term, ((2 * n + 1) * (alpha + beta) / 2 * term - n * alpha * beta * before) / (n + 1)
        series += term / (1 - 4 * (n + 1) ** 2)
    return 4 * pi * a * b * series
