"""What is large enough to be measured: limits that criteria share."""

from __future__ import annotations

from collections.abc import Mapping

from oncometry.core import Quantity

__all__ = ["BIDIMENSIONAL_10_MM", "BRAIN_METASTASIS"]

BIDIMENSIONAL_10_MM: Mapping[Quantity, float] = {
    Quantity.LONGEST_DIAMETER_MM: 10.0,
    Quantity.SHORT_AXIS_MM: 10.0,
}
"""Both perpendicular diameters at least 10 mm: one of exactly 10 mm is measurable."""
BRAIN_METASTASIS: Mapping[Quantity, float] = {Quantity.LONGEST_DIAMETER_MM: 10.0, Quantity.SHORT_AXIS_MM: 5.0}
"""Longest diameter at least 10 mm, its perpendicular at least 5 mm (RANO-BM 2015)."""
