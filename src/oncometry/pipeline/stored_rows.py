"""Tables of the store as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["Row", "plain_rows", "rows_by_patient"]

Row = Mapping[str, Any]
"""Column -> value; None where there is none."""


def plain_rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table, in its order."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def rows_by_patient(frame: pd.DataFrame) -> dict[str, list[Row]]:
    """Patient -> rows of a table that has a column `patient_id`, in its order."""
    found: dict[str, list[Row]] = {}
    for row in plain_rows(frame):
        found.setdefault(str(row["patient_id"]), []).append(row)
    return found
