"""Rows of a spreadsheet file by the names of their columns, as text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from oncometry.core import Code, CorruptInputError, Notice
from oncometry.io.clinical.cells import Dialect, dialect_of, is_missing, parse_number
from oncometry.io.sheet import read_sheet

__all__ = ["NamedRow", "NamedTable", "read_named_rows"]


@dataclass(frozen=True)
class NamedRow:
    """One row.

    Attributes:
        file: name of the file, of a workbook with its sheet.
        number: as a spreadsheet program shows it.
        cells: name of the column -> text.
        dialect: how the file writes numbers.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    dialect: Dialect

    @property
    def source(self) -> str:
        """File and row, as readings cite it."""
        return f"{self.file}:{self.number}"

    def text(self, *names: str) -> str | None:
        """The first of these columns that says something."""
        found = (self.cells.get(name, "") for name in names)
        return next((cell for cell in found if not is_missing(cell)), None)

    def number_of(self, name: str) -> float | None:
        """The number in a column; None where there is none, or text that is no number."""
        cell = self.text(name)
        return None if cell is None else parse_number(cell, self.dialect)

    def rounding_of(self, name: str) -> float:
        """Half of the last digit that a number is written with: 0.05 of '20.5'."""
        digits = Decimal((self.text(name) or "").replace(",", ".")).as_tuple().exponent
        return 0.5 * 10.0 ** int(digits)


@dataclass(frozen=True)
class NamedTable:
    """The rows of the table that was asked for, and what had to be guessed."""

    rows: tuple[NamedRow, ...]
    columns: tuple[str, ...]
    notices: tuple[Notice, ...]


def read_named_rows(
    path: Path, name_of: Callable[[str], str], needed: Sequence[Collection[str]]
) -> NamedTable:
    """Read the first table of a file that has the columns that are needed.

    Args:
        path: CSV (any delimiter) or XLSX.
        name_of: header as it stands -> name of the column.
        needed: of each group one column must be there.

    Raises:
        CorruptInputError: `COLUMN_MISSING`, no table has them; or two columns have one name.
        NothingFoundError, UnsupportedError: see `oncometry.io.sheet.read_sheet`.
    """
    sheet = read_sheet(path)
    heads = [[name_of(cell) for cell in table.rows[0].cells] for table in sheet.tables if table.rows]
    tables = [table for table in sheet.tables if table.rows]
    for names, table in zip(heads, tables, strict=True):
        if all(set(group) & set(names) for group in needed):
            _check_once(names, path)
            file = path.name if len(tables) == 1 else f"{path.name}[{table.name}]"
            dialect = dialect_of((cell for row in table.rows[1:] for cell in row.cells), sheet.delimiter)
            rows = tuple(
                NamedRow(file, row.number, dict(zip(names, row.cells, strict=False)), dialect)
                for row in table.rows[1:]
            )
            return NamedTable(rows, tuple(names), sheet.notices)
    lacking = [group for group in needed if not set(group) & set(heads[0])]
    raise CorruptInputError(
        Code.COLUMN_MISSING,
        f"there is no column {' or '.join(sorted(lacking[0]) if lacking else [])}; "
        f"there are {', '.join(cell for cell in tables[0].rows[0].cells if cell)}.",
        path=path,
        advice="The first line names the columns.",
    )


def _check_once(names: Sequence[str], path: Path) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise CorruptInputError(
            Code.COLUMN_MISSING,
            f"two columns are read as {twice[0]!r}.",
            path=path,
            advice="Rename or remove one of them.",
        )
