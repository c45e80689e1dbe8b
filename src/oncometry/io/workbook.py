"""An XLSX workbook as text, with what a spreadsheet program shows of its numbers and dates."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from oncometry.core import Code, CorruptInputError, Notice

__all__ = ["read_workbook"]

MAX_UNPACKED = 512 * 2**20
FormattedRows = list[tuple[str, ...]]


def read_workbook(data: bytes, path: Path) -> tuple[list[tuple[str, FormattedRows]], list[Notice]]:
    """All sheets as (name, rows of text), in order, and what could not be read.

    Whole numbers have no '.0', a number shown as `0000` keeps its zeros, dates are ISO, errors (`#N/A`)
    stay as text. A formula without a stored value is blank, and announced.

    Raises:
        CorruptInputError: `TOO_LARGE` once unpacked, or `CORRUPT`.
    """
    _check_size(data, path)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"openpyxl\..*")
        shown = _open(data, path, values=True)
        written = _open(data, path, values=False)
    notices = []
    for name, rows in written.items():
        blank = [
            f"{_letters(c)}{r}"
            for r, row in enumerate(rows, start=1)
            for c, cell in enumerate(row, start=1)
            if cell.startswith("=") and len(cell) > 1 and not shown[name][r - 1][c - 1]
        ]
        if blank:
            what = (
                f"sheet {name!r}: formulas without a stored value are read as blank: {', '.join(blank[:10])}."
            )
            notices.append(Notice(Code.COLUMN_GUESSED, what, str(path)))
    return list(shown.items()), notices


def _open(data: bytes, path: Path, *, values: bool) -> dict[str, FormattedRows]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
        return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, IndexError) as error:
        raise CorruptInputError(
            Code.CORRUPT,
            f"the workbook cannot be opened ({type(error).__name__}: {error}).",
            path=path,
            advice="Open it in a spreadsheet program and save it again as .xlsx or .csv.",
        ) from error


def _rows(sheet: Any) -> FormattedRows:
    sheet.reset_dimensions()  # the size a file states may be too small; count for ourselves
    rows = [tuple(_text(cell) for cell in row) for row in sheet.iter_rows()]
    width = max((len(row) for row in rows), default=0)
    return [row + ("",) * (width - len(row)) for row in rows]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format or ""))
    return str(value)


def _number(value: float, shown_as: str) -> str:
    whole = float(value).is_integer() and abs(value) < 1e15
    text = str(int(value)) if whole else repr(float(value))
    return text.zfill(len(shown_as)) if whole and re.fullmatch("0{2,}", shown_as) else text


def _letters(column: int) -> str:
    return str(openpyxl.utils.get_column_letter(column))


def _check_size(data: bytes, path: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            members = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise CorruptInputError(Code.CORRUPT, f"the workbook is damaged: {error}.", path=path) from error
    if unpacked > MAX_UNPACKED:
        raise CorruptInputError(
            Code.TOO_LARGE, f"the workbook unpacks to {unpacked} bytes, more than {MAX_UNPACKED}.", path=path
        )
    if "[Content_Types].xml" not in members:
        raise CorruptInputError(Code.CORRUPT, "this is an archive, but no XLSX workbook.", path=path)
