"""Features of a spec in order, and an array of numbers in that order as feature values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from oncometry.core.errors import Code
from oncometry.features.feature import Family, Feature
from oncometry.features.result import FeatureValue

__all__ = [
    "ORIGINAL",
    "Column",
    "columns_of",
    "needs_length",
    "values_of",
    "why_undefined",
    "wide_name",
    "without_lengths",
]

ORIGINAL = "original"
"""Name of no filter."""

_OF_LENGTHS = (Family.MORPHOLOGY, Family.LOCAL_INTENSITY)


class Column(NamedTuple):
    """What a value is, without the value: as in `FeatureValue`."""

    family: Family
    name: str
    ibsi_id: str
    tag: str
    unit: str


def columns_of(family: Family, table: Iterable[Feature], suffix: str, unit: str) -> tuple[Column, ...]:
    """Columns of a family's table.

    Args:
        suffix: aggregation as the tags end with it, '3D_comb', or ''.
        unit: of the image's values.
    """
    end = f"_{suffix}" if suffix else ""
    return tuple(
        Column(family, f"{family}_{f.name}", f.ibsi_id, f"{f.tag}{end}", f.unit.replace("{u}", unit))
        for f in table
    )


def wide_name(filter_: str, tag: str) -> str:
    """What a table with a column a feature calls one: its tag, with the filter's name before it, where there is one."""
    return tag if filter_ == ORIGINAL or tag.startswith(f"{filter_}_") else f"{filter_}_{tag}"


def why_undefined(values: NDArray[Any]) -> Code:
    """Why a feature of a region with these (n,) values, n >= 1, is not defined."""
    if values.size == 1:
        return Code.TOO_SMALL
    return Code.CONSTANT if values.min() == values.max() else Code.UNDEFINED


def values_of(columns: Sequence[Column], numbers: Iterable[float], reason: Code) -> list[FeatureValue]:
    """Feature values; a number that is not finite becomes None.

    Args:
        reason: why numbers of this region are missing, where they are.
    """
    return [
        FeatureValue(c.family, c.name, c.ibsi_id, c.tag, n, c.unit, None)
        if math.isfinite(n)
        else FeatureValue(c.family, c.name, c.ibsi_id, c.tag, None, c.unit, reason)
        for c, n in zip(columns, numbers, strict=True)
    ]


def without_lengths(values: Iterable[FeatureValue]) -> list[FeatureValue]:
    """The same, less the values that need a millimeter to be one: for a grid whose lengths are not trusted."""
    return [
        value._replace(value=None, reason=Code.SPACING_IMPLAUSIBLE) if needs_length(value) else value
        for value in values
    ]


def needs_length(column: Column | FeatureValue) -> bool:
    """Whether a value is none where a millimeter cannot be trusted to be one."""
    return column.family in _OF_LENGTHS or "mm" in column.unit
