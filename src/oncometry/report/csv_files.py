"""The CSV files beside the pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oncometry.io import write_bytes
from oncometry.io.spreadsheet import FORMULA_STARTS, inert

__all__ = ["safe_for_spreadsheets", "write_csv"]


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """UTF-8 with a byte order mark, as spreadsheet programs expect it."""
    text = safe_for_spreadsheets(frame).to_csv(index=False, lineterminator="\n")
    write_bytes(path, text.encode("utf-8-sig"))


def safe_for_spreadsheets(frame: pd.DataFrame) -> pd.DataFrame:
    """The same, with text that no spreadsheet runs."""
    safe = frame.copy(deep=False)
    for name in frame.columns:
        if frame[name].dtype.kind not in "biufcMm":
            values = frame[name].tolist()
            if any(isinstance(value, str) and value.startswith(FORMULA_STARTS) for value in set(values)):
                safe[name] = pd.Series([inert(v) for v in values], index=frame.index, dtype=object)
    return safe
