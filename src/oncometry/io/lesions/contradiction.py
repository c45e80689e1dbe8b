"""Sizes of one lesion at one visit that cannot all be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Quantity

__all__ = ["Contradiction", "WrittenSize", "contradiction"]

LAST_BITS = 1e-9
"""Of a product that a program has computed."""


@dataclass(frozen=True)
class WrittenSize:
    """A number in the unit of its quantity, and how far rounding may have moved it."""

    value: float
    rounding: float


@dataclass(frozen=True)
class Contradiction:
    """Which sizes contradict each other, and how, in words."""

    quantities: tuple[Quantity, ...]
    what: str


def contradiction(sizes: Mapping[Quantity, WrittenSize]) -> Contradiction | None:
    """A short axis above the longest diameter, or a product that is not theirs, beyond what rounding explains."""
    longest, short = sizes.get(Quantity.LONGEST_DIAMETER_MM), sizes.get(Quantity.SHORT_AXIS_MM)
    product = sizes.get(Quantity.PRODUCT_MM2)
    if longest is None or short is None:
        return None
    if short.value - longest.value > short.rounding + longest.rounding:
        return Contradiction(
            (Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM),
            f"a short axis of {short.value:g} mm is more than the longest diameter, {longest.value:g} mm",
        )
    if product is None:
        return None
    made = longest.value * short.value
    most = (longest.value + longest.rounding) * (short.value + short.rounding)
    if abs(product.value - made) <= most - made + product.rounding + LAST_BITS * made:
        return None
    return Contradiction(
        (Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM, Quantity.PRODUCT_MM2),
        f"a product of {product.value:g} mm² is not that of {longest.value:g} and {short.value:g} mm, {made:g}",
    )
