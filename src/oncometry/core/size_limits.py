"""The largest size that anything in a body can have: what is larger is a wrong unit or a slip of the pen."""

from __future__ import annotations

from collections.abc import Mapping

from oncometry.core.reading import Quantity

__all__ = ["LARGEST_SIZES"]

LARGEST_MM, LARGEST_ML = 1000.0, 150_000.0
"""The largest tumor on record, removed whole in 1991, was 1 m across and weighed 138.7 kg (Guinness World Records,
'Largest tumour - removed intact')."""

LARGEST_SIZES: Mapping[Quantity, float] = {
    Quantity.LONGEST_DIAMETER_MM: LARGEST_MM,
    Quantity.SHORT_AXIS_MM: LARGEST_MM,
    Quantity.PRODUCT_MM2: LARGEST_MM**2,
    Quantity.VOLUME_ML: LARGEST_ML,
    # a peak is of 1 ml: a hundredth of all activity in it would be 1000 in 100 kg of lean mass
    Quantity.SUL_PEAK: 1000.0,
    # uptake times volume, added up over the whole body, is its lean mass in g
    Quantity.TOTAL_LESION_GLYCOLYSIS_ML: LARGEST_ML,
}
"""Quantity -> the most that is taken, in the unit of its name."""
