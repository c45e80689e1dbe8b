"""The unit of what a criterion sums: as it is written, and as it ends the name of a column."""

from __future__ import annotations

from collections.abc import Mapping

from oncometry.core import Quantity

__all__ = ["column_unit", "unit_of"]

WRITTEN: Mapping[Quantity, tuple[str, str]] = {
    Quantity.LONGEST_DIAMETER_MM: ("mm", "mm"),
    Quantity.SHORT_AXIS_MM: ("mm", "mm"),
    Quantity.PRODUCT_MM2: ("mm²", "mm2"),
    Quantity.VOLUME_ML: ("ml", "ml"),
    Quantity.SUL_PEAK: ("SUL", "sul"),
    Quantity.TOTAL_LESION_GLYCOLYSIS_ML: ("ml SUL", "ml"),
}


def unit_of(quantity: Quantity) -> str:
    """As people write it."""
    return WRITTEN[quantity][0]


def column_unit(quantity: Quantity) -> str:
    """As the last part of a column's name: `sum_mm2`."""
    return WRITTEN[quantity][1]
