"""Rows to a pandas data frame whose types do not depend on the rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Boolean, Connection, Date, Float, Integer
from sqlalchemy.types import TypeEngine

from oncometry.store.queries.query import Query
from oncometry.store.tables.columns import UtcDateTime

__all__ = ["read_frame"]

AT_ONCE = 10_000


def read_frame(connection: Connection, query: Query) -> pd.DataFrame:
    """Whole numbers Int64, numbers float64, truth boolean, dates datetime64, text object with None.

    Rows come in parts, and equal texts of a part are one object: a table of a million rows is mostly the same few words.
    """
    columns = list(query.selected_columns)
    found: list[list[Any]] = [[] for _ in columns]
    for part in connection.execute(query, execution_options={"yield_per": AT_ONCE}).partitions():
        for column, values in zip(found, zip(*part, strict=True), strict=True):
            words: dict[Any, Any] = {}
            column.extend(words.setdefault(v, v) if type(v) is str else v for v in values)
    return pd.DataFrame(
        {column.name: _typed(values, column.type) for column, values in zip(columns, found, strict=True)}
    )


def _typed(values: list[Any], kind: TypeEngine[Any]) -> pd.Series[Any]:
    if isinstance(kind, Boolean):
        return pd.Series(values, dtype="boolean")
    if isinstance(kind, Integer):
        return pd.Series(values, dtype="Int64")
    if isinstance(kind, Float):
        return pd.Series(values, dtype="float64")
    if isinstance(kind, UtcDateTime):
        return pd.Series(values, dtype="datetime64[us, UTC]")
    if isinstance(kind, Date):
        return pd.Series(values, dtype="datetime64[s]")
    return pd.Series(values, dtype="object")
