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
    stay as text. A formula without a stored value stands as it is written (`=A1+B1`), and is announced.

    Raises:
        CorruptInputError: `TOO_LARGE` once unpacked, or `CORRUPT`.
    """
    _check_size(data, path)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"openpyxl\..*")
        sheets = _open(data, path)
    notices = []
    for name, (_, unsolved) in sheets.items():
        if unsolved:
            what = f"sheet {name!r}: formulas without a stored value: {', '.join(unsolved[:10])}."
            notices.append(Notice(Code.VALUE_MISSING, what, str(path)))
    return [(name, rows) for name, (rows, _) in sheets.items()], notices


def _open(data: bytes, path: Path) -> dict[str, tuple[FormattedRows, list[str]]]:
    """Name -> rows, and the places of formulas without a stored value."""
    try:
        shown, written = (
            openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
            for values in (True, False)
        )
        return {sheet.title: _rows(sheet, written[sheet.title]) for sheet in shown.worksheets}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, IndexError) as error:
        raise CorruptInputError(
            Code.CORRUPT,
            f"the workbook cannot be opened ({type(error).__name__}: {error}).",
            path=path,
            advice="Open it in a spreadsheet program and save it again as .xlsx or .csv.",
        ) from error


def _rows(shown: Any, written: Any) -> tuple[FormattedRows, list[str]]:
    for sheet in (shown, written):
        sheet.reset_dimensions()  # the size a file states may be too small; count for ourselves
    rows, unsolved = [], []
    for r, pairs in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=True), start=1):
        cells = []
        for c, (value, formula) in enumerate(zip(*pairs, strict=True), start=1):
            solved = formula.data_type != "f" or value.value is not None or value.data_type == "str"
            cells.append(_text(value) if solved else _formula(formula.value))
            unsolved += [] if solved else [f"{_letters(c)}{r}"]
        rows.append(tuple(cells))
    width = max((len(row) for row in rows), default=0)
    return [row + ("",) * (width - len(row)) for row in rows], unsolved


def _formula(written: Any) -> str:
    """As it is written; one of several cells has its text in an object, one of a data table has none."""
    text = str(getattr(written, "text", written) or "=")
    return text if text.startswith("=") and len(text) > 1 else "=?"


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
