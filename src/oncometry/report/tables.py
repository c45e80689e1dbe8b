"""The cohort's tables as plain rows: every missing value is None, every JSON column is decoded."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

__all__ = ["JSON_COLUMNS", "Row", "Tables", "plain_rows"]

Row = Mapping[str, Any]

JSON_COLUMNS = frozenset(
    {
        "box_lps_mm",
        "cells",
        "counts",
        "curve",
        "diameter_3d_lps_mm",
        "edges",
        "flags",
        "longest_lps_mm",
        "matrix",
        "notices",
        "outline_lps_mm",
        "parameters",
        "perpendicular_lps_mm",
        "steps",
    }
)


class Tables:
    """Reads each table once, and decodes it once: rows are shared, not to be changed.

    Args:
        source: table name -> data frame, as `docs/concepts/tables.md` describes it.
    """

    def __init__(self, source: Callable[[str], pd.DataFrame]) -> None:
        self._source = source
        self._frames: dict[str, pd.DataFrame] = {}
        self._rows: dict[str, list[Row]] = {}

    def frame(self, name: str) -> pd.DataFrame:
        """The table as it came."""
        if name not in self._frames:
            self._frames[name] = self._source(name)
        return self._frames[name]

    def rows(self, name: str) -> list[Row]:
        """Every row of the table."""
        if name not in self._rows:
            self._rows[name] = plain_rows(self.frame(name))
        return self._rows[name]

    def by_patient(self, name: str) -> dict[str, list[Row]]:
        """Rows of the table by patient id."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(name):
            groups[row["patient_id"]].append(row)
        return groups

    @cached_property
    def synthetic(self) -> bool:
        """Whether any patient was made rather than imaged."""
        return bool(self.frame("patients")["synthetic"].fillna(False).astype(bool).any())


def plain_rows(frame: pd.DataFrame) -> list[Row]:
    """Rows as dictionaries; missing values None, JSON columns decoded."""
    cells = frame.to_numpy(dtype=object, copy=True)  # a Series a column would cost three times as much
    cells[frame.isna().to_numpy()] = None
    names = [str(name) for name in frame.columns]
    coded = [at for at, name in enumerate(names) if name in JSON_COLUMNS]
    rows = cells.tolist()
    for row in rows:
        for at in coded:
            row[at] = _decoded(row[at])
    return [dict(zip(names, row, strict=True)) for row in rows]


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
