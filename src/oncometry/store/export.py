"""Tables to files: CSV, Parquet, XLSX.

No text is run as a formula by a spreadsheet program: in XLSX all text is written as text cells, in CSV it is made
inert (`oncometry.io.spreadsheet`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from oncometry.core import Code, SettingsError
from oncometry.io.files import sweep_beside, write_bytes
from oncometry.io.spreadsheet import inert

__all__ = ["EXPORT_FORMATS", "Tables", "export"]

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
NARROW = frozenset({"features"})
"""Tables of millions of rows, which no spreadsheet holds; `features_wide` says the same in one row a region."""

CUT = " ... cut: the whole text is in the CSV or Parquet file"


class Tables(Protocol):
    """What has tables: a store, say."""

    def tables(self) -> tuple[str, ...]:
        """Their names."""

    def table(self, name: str) -> pd.DataFrame:
        """One of them."""


def export(tables: Tables, directory: Path, formats: Collection[str]) -> list[Path]:
    """Write every table in every format; each file is there whole or not at all. Nobody else writes them meanwhile.

    Args:
        tables: where they come from.
        directory: made if it is not there.
        formats: of 'csv', 'parquet', 'xlsx'. XLSX is one workbook, `oncometry.xlsx`, a sheet a table;
            `features` is in the other two only, as `features_wide` in all.

    Returns:
        The files written, in order of format and table.

    Raises:
        SettingsError: `SETTINGS`, an unknown format.
    """
    unknown = sorted(set(formats) - set(EXPORT_FORMATS))
    if unknown or not formats:
        raise SettingsError(
            Code.SETTINGS,
            f"cannot export as {', '.join(unknown) or 'nothing'}.",
            advice=f"Use {', '.join(EXPORT_FORMATS)}.",
        )
    frames = {name: tables.table(name) for name in tables.tables()}
    written: list[Path] = []
    for name in (f for f in EXPORT_FORMATS if f in formats):
        for file, content in EXPORT_FORMATS[name](frames):
            write_bytes(directory / file, content)
            sweep_beside(directory / file)
            written.append(directory / file)
    return written


Files = Iterator[tuple[str, bytes]]
Frames = Mapping[str, pd.DataFrame]


def _csv(frames: Frames) -> Files:
    for name, frame in frames.items():
        text = frame.apply(lambda column: column.map(inert) if column.dtype == object else column)
        yield f"{name}.csv", text.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _parquet(frames: Frames) -> Files:
    for name, frame in frames.items():
        buffer = io.BytesIO()
        texts = {c: "string" for c in frame.columns if frame[c].dtype == object}
        frame.astype(texts).to_parquet(buffer, index=False, engine="pyarrow")
        yield f"{name}.parquet", buffer.getvalue()


def _xlsx(frames: Frames) -> Files:
    book = Workbook(write_only=True)
    for name, frame in ((n, f) for n, f in frames.items() if n not in NARROW):
        for part, start in enumerate(range(0, max(len(frame), 1), SHEET_ROWS - 1), start=1):
            title = name if part == 1 else f"{name} {part}"
            _fill(book, title, frame.iloc[start : start + SHEET_ROWS - 1])
    buffer = io.BytesIO()
    book.save(buffer)
    yield "oncometry.xlsx", buffer.getvalue()


def _fill(book: Workbook, title: str, frame: pd.DataFrame) -> None:
    sheet = book.create_sheet(title)

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        clean = "".join(c for c in value if c >= " " or c in "\t\n\r")
        if len(clean) > CELL_CHARACTERS:
            clean = clean[: CELL_CHARACTERS - len(CUT)] + CUT
        written = WriteOnlyCell(sheet, clean)
        written.data_type = "s"
        return written

    sheet.append([cell(str(column)) for column in frame.columns])
    plain = frame.apply(_spreadsheet).astype(object)
    plain = plain.where(plain.notna(), None)
    for row in plain.itertuples(index=False, name=None):
        sheet.append([cell(value) for value in row])


def _spreadsheet(column: pd.Series[Any]) -> pd.Series[Any]:
    """Instants and dates as ISO text: a spreadsheet knows no time zone."""
    if not pd.api.types.is_datetime64_any_dtype(column):
        return column
    instants = isinstance(column.dtype, pd.DatetimeTZDtype)
    text: pd.Series[Any] = column.dt.strftime("%Y-%m-%dT%H:%M:%SZ" if instants else "%Y-%m-%d")
    return text.astype(object)


EXPORT_FORMATS: Mapping[str, Callable[[Frames], Files]] = MappingProxyType(
    {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}
)
"""Format -> how its files are made."""
