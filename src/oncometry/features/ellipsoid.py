"""Volume of an ellipsoid, and its surface area as the standard has it."""

from __future__ import annotations

from math import pi

__all__ = ["ellipsoid_area", "ellipsoid_volume"]

_DEGREES = 20


def ellipsoid_volume(a: float, b: float, c: float) -> float:
    """Of semi-axes in mm, in mm3."""
    return 4 / 3 * pi * a * b * c


def ellipsoid_area(a: float, b: float, c: float) -> float:
    """Of semi-axes a >= b >= c, a > 0, in mm, in mm2: the manual's series in Legendre polynomials, to degree 20.

    Of a sphere it is the area, of other ellipsoids it is not: the series gives the area for
    alpha^2 = 1 - c^2 / a^2 and beta^2 = 1 - c^2 / b^2, but the manual has 1 - b^2 / a^2 and 1 - c^2 / a^2, and so
    have the reference values (1.36 +- 0.01 for the digital phantom, where the true area would give 1.30).

    Each term is (alpha beta)^n P_n((alpha^2 + beta^2) / (2 alpha beta)), by the polynomials' recurrence, in which
    nothing is divided by alpha or beta: they are 0 where axes are equal.

    Source: IBSI reference manual, section 3.1.22.
    """
    alpha, beta = 1 - (b / a) ** 2, 1 - (c / a) ** 2  # squares
    before, term, series = 0.0, 1.0, 1.0
    for n in range(_DEGREES):
        following = ((2 * n + 1) * (alpha + beta) / 2 * term - n * alpha * beta * before) / (n + 1)
        before, term = term, following
        series += term / (1 - 4 * (n + 1) ** 2)
    return 4 * pi * a * b * series
