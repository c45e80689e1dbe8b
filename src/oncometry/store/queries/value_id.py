"""How a value is named, for `oncometry why`."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast, literal
from sqlalchemy.orm import InstrumentedAttribute

__all__ = ["value_id"]


def value_id(
    kind: str, identifier: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
) -> ColumnElement[str]:
    """'measurement:12' as column `value_id`."""
    return (literal(f"{kind}:") + cast(identifier, String(20))).label("value_id")
