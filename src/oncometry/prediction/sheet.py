"""Patients in rows, as a spreadsheet or a cohort gives them: before anyone says what is a feature and what an outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import translate

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.io.clinical.cells import parse_date
from oncometry.prediction.unlike_rows import Cells, cell_text, first_unlike, unlike_cells, unlike_columns

__all__ = [
    "MISSING",
    "Cells",
    "PatientSheet",
    "as_numbers",
    "as_text",
    "has_decimal_comma",
    "is_written_with_commas",
    "joined",
    "not_numbers",
    "numbers_in",
    "without_number",
]

COMMA = re.compile(r"[-+]?\d+,\d+")
COMMA_ADVICE = (
    "If it is a decimal comma, write a point there, or a comma in all numbers of the file with ; between cells; "
    "leave out commas of thousands."
)
CELL_ADVICE = "Correct the cell, or leave it empty where nothing is known."
DATE_ADVICE = "It is a date: write days from an origin instead, say from the first treatment."

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", ".", "missing", "unknown"})
"""Cells that say that nothing is known, in any case."""


@dataclass(frozen=True, eq=False)
class PatientSheet:
    """Rows of patients and named columns.

    Attributes:
        patients: (n,) ids as text.
        columns: name -> (n,) cells.
        days: name -> days from the origin at which a column was known, where the source says so.
        notices: what was accepted but is worth saying.
        origin: what the rows were read from, with its hash.
        row_days: name -> (n,) that day for each row, NaN where nothing says it; of columns whose rows differ in it.
    """

    patients: NDArray[np.str_]
    columns: Mapping[str, Cells]
    days: Mapping[str, float]
    notices: tuple[Notice, ...] = ()
    origin: tuple[tuple[str, str], ...] = ()
    row_days: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def column(self, name: str) -> Cells:
        """Its cells.

        Raises:
            SettingsError: `COLUMN_MISSING`, with the names that are nearest.
        """
        if name not in self.columns:
            raise SettingsError(Code.COLUMN_MISSING, f"there is no column {name!r}.", advice=self._near(name))
        return self.columns[name]

    def days_of_rows(self, name: str) -> NDArray[np.float64]:
        """(n,) the day on which each row of a column was known: its own, else the column's, NaN where nothing says one."""
        own = self.row_days.get(name)
        return np.full(len(self.patients), self.days.get(name, np.nan)) if own is None else own

    def matching(self, pattern: str) -> list[str]:
        """Names that fit: a name as it is, or one with `*` for any text.

        Raises:
            SettingsError: `COLUMN_MISSING`, none fits.
        """
        if pattern in self.columns:
            return [pattern]
        fits = re.compile(translate(re.sub(r"([\[?])", r"[\1]", pattern))).match
        found = [name for name in self.columns if fits(name)] if "*" in pattern else []
        if not found:
            raise SettingsError(
                Code.COLUMN_MISSING, f"no column fits {pattern!r}.", advice=self._near(pattern)
            )
        return found

    def _near(self, name: str) -> str:
        near = get_close_matches(name, self.columns, n=3, cutoff=0.5)
        part = name.replace("*", "").casefold()
        near = near or [column for column in self.columns if part and part in column.casefold()][:3]
        shown = near or list(self.columns)[:8]
        return f"{'Nearest are' if near else 'There are'}: {', '.join(shown)}; `oncometry experiment columns` lists all."


def as_numbers(cells: Cells) -> NDArray[np.float64] | None:
    """(n,) the cells as numbers, NaN where missing; None where a cell is no number."""
    if cells.dtype.kind == "f":
        return np.asarray(cells, dtype=np.float64)
    found = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        if cell is None:
            continue
        try:
            found[i] = float(cell)
        except ValueError:
            return None
    return found


def has_decimal_comma(cell: str) -> bool:
    """Whether a cell is a number but for a comma: '3,5'."""
    return COMMA.fullmatch(cell) is not None


def is_written_with_commas(cells: Cells) -> bool:
    """Whether text holds nothing but numbers, some of them with a comma."""
    words = [c for c in cells if isinstance(c, str)]
    commas = [c for c in words if has_decimal_comma(c)]
    others = np.array([c for c in words if not has_decimal_comma(c)], dtype=object)
    return bool(commas) and as_numbers(others) is not None


def without_number(cells: Cells) -> list[int]:
    """Places of the cells that are text and no number."""
    return [i for i, c in enumerate(cells) if isinstance(c, str) and as_numbers(cells[i : i + 1]) is None]


def not_numbers(cells: Cells, patients: NDArray[np.str_]) -> tuple[str, str]:
    """Why cells are no numbers, and what to do; for those of which `as_numbers` gives None.

    Args:
        patients: (n,) ids: that of the first cell that is no number is told.
    """
    wrong = without_number(cells)
    if is_written_with_commas(cells):
        told = f"holds {cells[wrong[0]]!r}: whether its comma is decimal or of thousands is not sure"
        return f"{told}, as not all numbers of the file are written so", COMMA_ADVICE
    first = next(i for i in wrong if not has_decimal_comma(cells[i]))
    told = f"holds {cells[first]!r} of patient '{patients[first]}', which is no number"
    return told, DATE_ADVICE if _is_date(cells[first]) else CELL_ADVICE


def _is_date(cell: str) -> bool:
    return any(parse_date(cell, order) is not None for order in ("day first", "month first"))


def numbers_in(sheet: PatientSheet, name: str, told: str = "") -> NDArray[np.float64]:
    """(n,) a column as numbers, NaN where missing.

    Args:
        told: what the error begins with.

    Raises:
        SettingsError: `COLUMN_MISSING`; `SETTINGS`, a cell is no number.
    """
    cells = sheet.column(name)
    numbers = as_numbers(cells)
    if numbers is None:
        why, advice = not_numbers(cells, sheet.patients)
        raise SettingsError(Code.SETTINGS, f"{told}column {name!r} {why}.", advice=advice)
    return numbers


def as_text(cells: Cells) -> list[str | None]:
    """The cells as text, None where missing; whole numbers without a point."""
    return [
        None
        if c is None or (isinstance(c, float) and np.isnan(c))
        else f"{c:g}"
        if isinstance(c, float)
        else str(c)
        for c in cells
    ]


def joined(sheets: Sequence[PatientSheet]) -> PatientSheet:
    """Sheets side by side, by patient: rows of the first, columns of all.

    Patients that are not in all sheets are left out and told; where patients are in no two sheets the same, that is refused.

    Raises:
        SettingsError: `ROW_UNMATCHED`, no patient is in all sheets; `ROW_CONFLICTING`, a patient has several rows in a sheet
            that is joined to another, or two sheets have a column of one name that differs.
    """
    first, *others = sheets
    for other in others:
        first = _beside(first, other)
    return first


def _beside(one: PatientSheet, other: PatientSheet) -> PatientSheet:
    place = {str(patient): i for i, patient in enumerate(other.patients)}
    _check_once(other, place)
    kept = np.array([p in place for p in one.patients], dtype=bool)
    if not kept.any():
        raise SettingsError(
            Code.ROW_UNMATCHED,
            f"no patient is in both sheets: '{one.patients[0]}' in one, '{other.patients[0]}' in the other.",
            advice="Ids are compared as text; name the column that holds the same ids in each.",
        )
    rows = np.array([place[p] for p in one.patients[kept]], dtype=np.intp)
    for name in sorted(set(one.columns) & set(other.columns)):
        here, there = one.columns[name][kept], other.columns[name][rows]
        if not _same(here, there):
            at = first_unlike(here, there)
            raise SettingsError(
                Code.ROW_CONFLICTING,
                f"two sheets have a column {name!r} and say different things in it: of patient "
                f"'{one.patients[kept][at]}' {cell_text(here[at])} and {cell_text(there[at])}.",
                advice="Correct it, or rename one of the columns.",
            )
    columns = {n: c[kept] for n, c in one.columns.items()} | {n: c[rows] for n, c in other.columns.items()}
    notices = (*one.notices, *other.notices, *_unmatched(one, other))
    return PatientSheet(
        one.patients[kept], columns, {**one.days, **other.days}, notices, (*one.origin, *other.origin)
    )


def _check_once(sheet: PatientSheet, place: Mapping[str, int]) -> None:
    """A sheet that is joined has one row a patient."""
    if len(place) == len(sheet.patients):
        return
    twice = next(p for p in place if int((sheet.patients == p).sum()) > 1)
    rows = np.flatnonzero(sheet.patients == twice)
    unlike = unlike_columns(sheet.columns, rows)
    name = f" {sheet.origin[0][0]}" if sheet.origin else ""
    how = f"they differ in {unlike_cells(unlike)}" if unlike else "they say the same"
    raise SettingsError(
        Code.ROW_CONFLICTING,
        f"patient '{twice}' has {len(rows)} rows in the sheet{name}, which is joined to another; {how}.",
        advice="Leave the row that holds, or name the sheet with several rows a patient first: its rows are kept.",
    )


def _same(one: Cells, other: Cells) -> bool:
    if one.dtype.kind != other.dtype.kind:
        return False
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def _unmatched(one: PatientSheet, other: PatientSheet) -> list[Notice]:
    lone = [
        sorted(set(a) - set(b)) for a, b in ((one.patients, other.patients), (other.patients, one.patients))
    ]
    return [
        Notice(
            Code.ROW_UNMATCHED, f"{len(ids)} patients are in one sheet only ({', '.join(ids[:3])}): left out."
        )
        for ids in lone
        if ids
    ]
