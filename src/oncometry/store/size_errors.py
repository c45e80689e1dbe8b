"""What the JSON of `standard_errors` says, as columns: the error of each size, and the change that is more than it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Double, cast, func
from sqlalchemy.orm import InstrumentedAttribute

from oncometry.core import Quantity

__all__ = ["error_columns", "error_facts"]

SIZES = (
    Quantity.LONGEST_DIAMETER_MM,
    Quantity.SHORT_AXIS_MM,
    Quantity.PRODUCT_MM2,
    Quantity.VOLUME_ML,
)
TERMS = {"total": "standard_error", "minimum_detectable_change": "detectable_change"}
"""Term of the JSON -> its word in the name of a column."""


def _names() -> Mapping[str, tuple[str, str]]:
    """'volume_detectable_change_ml' -> its place in the JSON, and the same of the others."""
    split = [(quantity.value, *quantity.value.rsplit("_", 1)) for quantity in SIZES]
    return {
        f"{what}_{word}_{unit}": (name, term) for name, what, unit in split for term, word in TERMS.items()
    }


NAMES = _names()


def error_columns(errors: InstrumentedAttribute[str]) -> tuple[ColumnElement[float], ...]:
    """A column each; null where no error is known."""
    return tuple(
        cast(func.json_extract(errors, f"$.{quantity}.{term}"), Double).label(name)
        for name, (quantity, term) in NAMES.items()
    )


def error_facts(errors: str) -> dict[str, float | None]:
    """The same of one measurement."""
    known = json.loads(errors)
    return {name: known.get(quantity, {}).get(term) for name, (quantity, term) in NAMES.items()}
