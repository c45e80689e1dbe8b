"""The rows of a clinical sheet between file and facts: header found, patient and day known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from oncometry.core import Code, NothingFoundError
from oncometry.io.clinical.cells import (
    Dialect,
    date_order,
    is_missing,
    lacks_value,
    parse_date,
    parse_number,
)
from oncometry.io.clinical.columns import Column, Role, names_course, recognize
from oncometry.io.clinical.kinds import OTHER, treatment_kind
from oncometry.io.clinical.result import ClinicalRow, RowStatus
from oncometry.io.sheet import SheetRow, SheetTable

Anchors = Mapping[str, date]
"""Patient -> date of the first scan, the day 0."""
Contradicted = Set[tuple[str, Role, str | None]]
"""(patient, role, endpoint) of facts a patient has once, but whose rows differ."""

__all__ = ["Anchors", "Contradicted", "Draft", "Layout", "check_rows", "day_of", "find_layout", "set_day"]

HEADER_WITHIN = 30
EARLIEST_YEAR = 1950


@dataclass(frozen=True)
class Layout:
    """How a table is laid out.

    Attributes:
        date_orders: the order of day and month, per column.
        guessed: the patient's column is told by its cells, not by its name.
    """

    table: SheetTable
    header: SheetRow
    columns: tuple[Column, ...]
    patient: Column
    date_orders: Mapping[int, str | None]
    guessed: bool = False

    @cached_property
    def repeats(self) -> Mapping[int, tuple[Column, ...]]:
        """Index of a column -> those that mean the same again; the patient's are not among them."""
        found: dict[int, tuple[Column, ...]] = {}
        for column in self.columns:
            if column.again is not None and column.role is not Role.PATIENT:
                found[column.again] = (*found.get(column.again, ()), column)
        return found

    @cached_property
    def dated_courses(self) -> tuple[tuple[str, Column | None, Column | None], ...]:
        """Courses with dates of their own: the kind that their columns say, where they start, where they end.

        A 'start' that does not say of what may be one of anything, as in a sheet of adverse events, and is none alone.
        """
        starts, ends = (self._dates(role) for role in (Role.TREATMENT_START, Role.TREATMENT_END))
        if len(starts) == len(ends) == 1 and OTHER in {*starts, *ends}:
            kind = next((k for k in (*starts, *ends) if k != OTHER), OTHER)
            return ((kind, next(iter(starts.values())), next(iter(ends.values()))),)
        return tuple((kind, starts.get(kind), ends.get(kind)) for kind in dict.fromkeys([*starts, *ends]))

    def _dates(self, role: Role) -> dict[str, Column]:
        """Kind of treatment -> the column that has the role, or would have it if it were alone."""
        found: dict[str, Column] = {}
        for column in self.columns:
            demoted = column.role is Role.VALUE and column.name == column.header
            has_role = column.role is role or (demoted and recognize([column.header], {})[0].role is role)
            if has_role and names_course(column.name):
                found.setdefault(treatment_kind(column.name), column)
        return found

    def cells(self, columns: Iterable[Column]) -> Iterator[str]:
        """The cells below the header."""
        for column in columns:
            yield from _cells((r for r in self.table.rows if r.number > self.header.number), column.index)

    def column(self, role: Role) -> Column | None:
        """The first column of a role."""
        return next((c for c in self.columns if c.role is role), None)


@dataclass
class Draft:
    """A row on its way: what is known so far."""

    sheet: str
    row: int
    cells: dict[str, str]
    layout: Layout | None = None
    status: RowStatus = RowStatus.MATCHED
    patient_id: str | None = None
    code: Code | None = None
    day: int | None = None
    visit: str = ""
    details: list[str] = field(default_factory=list)
    repeated: set[int] = field(default_factory=set)
    """Indices of columns that only say again what another says."""

    def close(self, status: RowStatus, code: Code, detail: str) -> None:
        """This row is not used."""
        self.status, self.code = status, code
        self.details.append(detail)

    def remark(self, code: Code, detail: str) -> None:
        """Used, but something in it is not."""
        self.code = self.code or code
        self.details.append(detail)

    def remark_lacking(self, columns: Iterable[Column]) -> None:
        """Say which cells should have a value and have none."""
        ignored = {column.header for column in columns if column.role is Role.IGNORED}
        lacking: dict[str, list[str]] = {}
        for header, text in self.cells.items():
            if header not in ignored and (why := lacks_value(text)):
                lacking.setdefault(why, []).append(f"{header} {text!r}")
        for why, cells in lacking.items():
            self.remark(Code.VALUE_MISSING, f"{', '.join(cells)}: {why}.")

    def get(self, column: Column | None) -> str:
        """The cell, translated by the column's stated values; '' where missing.

        A blank one is filled from a column that means the same in the same unit.
        """
        if column is None:
            return ""
        again = self.layout.repeats.get(column.index, ()) if self.layout else ()
        cells = (self.own(c) for c in (column, *again) if c.unit == column.unit)
        return next((text for text in cells if text), "")

    def own(self, column: Column) -> str:
        """The cell of this column alone, translated; '' where missing."""
        text = self.cells.get(column.header, "")
        text = column.values.get(text.casefold(), text)
        return "" if is_missing(text) else text

    def finish(self) -> ClinicalRow:
        """As the caller sees it."""
        detail = " ".join(self.details)
        return ClinicalRow(self.sheet, self.row, self.cells, self.status, self.patient_id, self.code, detail)


def check_rows(
    tables: Sequence[SheetTable], path: Path | None = None, column_map: Mapping[str, str] | None = None
) -> None:
    """Refuse a sheet that ends with its header.

    Args:
        column_map: given where no table holds patients; then one header of patients with nothing below is enough.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
    """
    filled = [table for table in tables if table.rows]
    ended = [table for table in filled if _ends_with_header(table)]
    alone = column_map is not None and any(_header(table.rows[-1], column_map) for table in ended)
    if alone or len(ended) == len(filled):
        raise NothingFoundError(Code.NOTHING_FOUND, "there are no rows below the header.", path=path)


def find_layout(table: SheetTable, known: Collection[str], column_map: Mapping[str, str]) -> Layout | None:
    """The header is the first row, of the first 30, with a patient column; None where there is none.

    Of several patient columns the one wins that names most known patients. Without one by name, a
    column whose cells are mostly known patients is taken, and `guessed` says so.
    """
    for position, row in enumerate(table.rows[:HEADER_WITHIN]):
        columns, below = _header(row, column_map), table.rows[position + 1 :]
        if columns and below:
            patients = (c for c in columns if c.role is Role.PATIENT)
            best = max(patients, key=lambda c: _named(below, c.index, known))
            return _layout(table, row, columns, best)
    if not table.rows:
        return None
    header, below = table.rows[0], table.rows[1:]
    columns = recognize(header.cells, column_map)
    for column in columns:
        if below and _named(below, column.index, known) > len(below) / 2:
            return _layout(table, header, columns, column, guessed=True)
    return None


def _ends_with_header(table: SheetTable) -> bool:
    """Whether there is one row, or one below titles."""
    *above, last = (sum(bool(cell) for cell in row.cells) for row in table.rows)
    return not above or (last > 1 and max(above) == 1)


def _header(row: SheetRow, column_map: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns, if a row is a header that names the patient's; a text alone is a title."""
    if sum(bool(cell) for cell in row.cells) < 2:
        return ()
    columns = recognize(row.cells, column_map)
    return columns if any(c.role is Role.PATIENT for c in columns) else ()


def _layout(
    table: SheetTable,
    header: SheetRow,
    columns: tuple[Column, ...],
    patient: Column,
    *,
    guessed: bool = False,
) -> Layout:
    layout = Layout(table, header, columns, patient, {}, guessed)
    orders = {c.index: date_order(layout.cells((c, *layout.repeats.get(c.index, ())))) for c in columns}
    return replace(layout, date_orders=orders)


def _cells(rows: Iterable[SheetRow], index: int) -> list[str]:
    return [row.cells[index] for row in rows if index < len(row.cells)]


def _named(rows: Sequence[SheetRow], index: int, known: Collection[str]) -> int:
    return sum(cell in known for cell in _cells(rows, index))


def set_day(draft: Draft, layout: Layout, anchors: Anchors, dialect: Dialect) -> None:
    """The day of a row, counted from the patient's first scan: from its date, or stated as a day."""
    by_date = day_of(draft, layout, layout.column(Role.DATE), anchors)
    stated = draft.get(layout.column(Role.DAY))
    number = parse_number(stated, dialect) if stated else None
    if stated and (number is None or not number.is_integer()):
        draft.remark(Code.DATE_MISSING, f"day {stated!r} is not a whole number.")
        number = None
    by_day = None if number is None else int(number)
    if by_date is not None and by_day is not None and by_date != by_day:
        what = f"the date is day {by_date} from the first scan, but day {by_day} is stated: no day is used."
        draft.remark(Code.DATES_IMPLAUSIBLE, what)
        return
    draft.day = by_day if by_date is None else by_date


def day_of(draft: Draft, layout: Layout, column: Column | None, anchors: Anchors) -> int | None:
    """Days from the patient's first scan to the date in a column; what cannot be read is remarked."""
    text = draft.get(column)
    if column is None or not text or draft.patient_id is None:
        return None
    found = parse_date(text, layout.date_orders.get(column.index))
    if found is None:
        draft.remark(
            Code.DATE_MISSING, f"{column.header} {text!r} is no date, or may be two: write 2024-03-31."
        )
        return None
    if found.year < EARLIEST_YEAR or found > date.today():
        draft.remark(
            Code.DATES_IMPLAUSIBLE, f"{column.header} {text!r} is before {EARLIEST_YEAR} or in the future."
        )
        return None
    anchor = anchors.get(draft.patient_id)
    if anchor is None:
        draft.remark(
            Code.DATE_MISSING, f"{column.header} {text!r}: the patient has no dated scan to count days from."
        )
        return None
    return (found - anchor).days
