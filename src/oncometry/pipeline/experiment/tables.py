"""Spreadsheets as the rows of an experiment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, LabelError, Notice, SettingsError
from oncometry.io.clinical.cells import Dialect, dialect_of
from oncometry.io.sheet import SheetTable, read_sheet
from oncometry.prediction.declaration import Sheet
from oncometry.prediction.id_columns import NAMED, is_id
from oncometry.prediction.sheet import MISSING, Cells, PatientSheet, as_numbers, has_decimal_comma, joined

__all__ = ["likely_ids", "read_patients", "read_tables"]

SHOWN = 4


def read_tables(sheets: tuple[Sheet, ...]) -> PatientSheet:
    """All declared sheets, joined by patient.

    Raises:
        NothingFoundError, CorruptInputError, UnsupportedError: a file that cannot be read.
        SettingsError: `COLUMN_MISSING`, there is no such column of ids; and those of `joined`.
    """
    return joined([read_patients(s.file, s.patient, s.sheet) for s in sheets])


def read_patients(path: Path, patient: str, sheet: str | None = None) -> PatientSheet:
    """One sheet: a header, then a row a patient. Rows without an id are left out and told."""
    file = read_sheet(path)
    table = _table(file.tables, sheet, path)
    header, *rows = [r.cells for r in table.rows]
    names = [name.strip() for name in header]
    if patient not in names:
        shown = ", ".join(names[:8])
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"there is no column {patient!r} of ids.",
            path=path,
            advice=f"There are: {shown}.",
        )
    twice = next((n for n in names if n and names.count(n) > 1), None)
    if twice is not None:
        raise SettingsError(Code.COLUMN_DUPLICATE, f"two columns are named {twice!r}.", path=path)
    at = names.index(patient)
    full = [(*row, *[""] * (len(names) - len(row))) for row in rows]
    kept = [row for row in full if row[at].strip()]
    notices = list(file.notices)
    if lost := len(full) - len(kept):
        notices.append(
            Notice(Code.ROW_EXCLUDED, f"{lost} rows have no id in {patient!r}: left out.", path.name)
        )
    ids = np.array([row[at].strip() for row in kept], dtype=str)
    cells = {name: [row[i].strip() for row in kept] for i, name in enumerate(names) if i != at and name}
    dialect = dialect_of((cell for column in cells.values() for cell in column), file.delimiter)
    columns = {name: _typed(column, dialect) for name, column in cells.items()}
    if dialect.decimal_comma:
        read = [
            n for n, c in cells.items() if columns[n].dtype.kind == "f" and any("," in cell for cell in c)
        ]
        notices += _commas(read, cells, path)
    return PatientSheet(ids, columns, {}, tuple(notices), ((path.name, file.sha256),))


def likely_ids(path: Path, sheet: str | None = None) -> list[str]:
    """Columns of a sheet that may hold the patients' ids, those that are named so first; none where it cannot be told."""
    tables = read_sheet(path).tables
    try:
        header, *rows = [r.cells for r in _table(tables, sheet, path).rows]
    except (LabelError, SettingsError):
        return []
    found = []
    for i, name in enumerate(header):
        cells: NDArray[np.object_] = np.array(
            [r[i].strip() if i < len(r) else "" for r in rows], dtype=object
        )
        numbers = as_numbers(cells)
        if name.strip() and all(cells) and is_id(name, cells if numbers is None else numbers):
            found.append(name.strip())
    return sorted(found, key=lambda name: NAMED.search(name) is None)[:SHOWN]


def _table(tables: tuple[SheetTable, ...], wanted: str | None, path: Path) -> SheetTable:
    filled = [t for t in tables if t.rows and (wanted is None or t.name == wanted)]
    if len(filled) == 1:
        return filled[0]
    names = ", ".join(t.name for t in tables)
    if wanted is not None:
        raise LabelError(
            Code.LABEL_ABSENT, f"there is no sheet {wanted!r}.", path=path, advice=f"There are: {names}."
        )
    raise SettingsError(
        Code.SETTINGS, f"the workbook has several sheets ({names}).", path=path, advice="Name one: `sheet`."
    )


def _typed(cells: list[str], dialect: Dialect) -> Cells:
    words: NDArray[np.object_] = np.array([None if c.lower() in MISSING else c for c in cells], dtype=object)
    numbers = as_numbers(words)
    if numbers is None and dialect.decimal_comma:
        pointed = [c.replace(",", ".") if c is not None and has_decimal_comma(c) else c for c in words]
        numbers = as_numbers(np.array(pointed, dtype=object))
    return words if numbers is None else numbers


def _commas(read: list[str], cells: dict[str, list[str]], path: Path) -> list[Notice]:
    """What was read with a decimal comma; house rule of `io.clinical`: only in a file that writes no number with a point."""
    if not read:
        return []
    first = next(cell for cell in cells[read[0]] if has_decimal_comma(cell))
    shown = ", ".join(read[:SHOWN]) + (" ..." if len(read) > SHOWN else "")
    told = f"numbers are read with a decimal comma: {first} is {first.replace(',', '.')} ({shown})."
    return [Notice(Code.COLUMN_GUESSED, told, path.name)]
