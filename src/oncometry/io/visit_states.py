"""A table of visits: steroids, clinical state, radiotherapy and T2/FLAIR, a row a visit.

Its columns are named as `COLUMNS` says, in any order and case; patient and either timepoint or day must be there. A
blank cell, or one that says unknown, is what nobody said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from oncometry.core import ClinicalState, Code, CorruptInputError, VisitState
from oncometry.io.clinical.cells import Dialect, dialect_of, is_missing, parse_number
from oncometry.io.clinical.states import STATE_COLUMNS
from oncometry.io.sheet import SheetRow, read_sheet

__all__ = ["COLUMNS", "read_visit_states"]

COLUMNS = ("patient", "timepoint", "day", "radiotherapy_end_day", *STATE_COLUMNS)


def read_visit_states(path: Path) -> tuple[VisitState, ...]:
    """Read the first sheet of a CSV or XLSX file.

    Raises:
        NothingFoundError, UnsupportedError: as `read_sheet`.
        CorruptInputError: `COLUMN_MISSING`, a column that is needed or one that is not known; `CORRUPT`, a cell that
            says nothing the column knows; `ROW_CONFLICTING`, two rows of one visit.
    """
    file = read_sheet(path)
    header, *rows = next(table for table in file.tables if table.rows).rows
    places = _places(header, path)
    dialect = dialect_of((cell for row in rows for cell in row.cells), file.delimiter)
    states: dict[tuple[str, str | None, int | None], VisitState] = {}
    for row in rows:
        state = _state(_Row(row, places, dialect, path))
        key = (state.patient_id, state.timepoint, state.day)
        if key in states:
            raise CorruptInputError(
                Code.ROW_CONFLICTING,
                f"row {row.number}: the visit of {states[key].source.rpartition(', ')[2]} again.",
                path=path,
                advice="Keep one row a visit.",
            )
        states[key] = state
    return tuple(states.values())


def _places(header: SheetRow, path: Path) -> Mapping[str, int]:
    places = {name.casefold(): index for index, name in enumerate(header.cells) if name}
    unknown = [name for name in places if name not in COLUMNS]
    names = [name.casefold() for name in header.cells if name]
    twice = [name for name in places if names.count(name) > 1]
    missing = [
        " or ".join(names) for names in (("patient",), ("timepoint", "day")) if not places.keys() & set(names)
    ]
    wrong = [
        *(f"column {name!r} is not known." for name in unknown),
        *(f"there are two columns {name!r}." for name in twice),
        *(f"there is no column {name}." for name in missing),
    ]
    if wrong:
        raise CorruptInputError(
            Code.COLUMN_MISSING, wrong[0], path=path, advice=f"The columns are {', '.join(COLUMNS)}."
        )
    return places


@dataclass(frozen=True)
class _Row:
    """One row, read by the names of its columns."""

    row: SheetRow
    places: Mapping[str, int]
    dialect: Dialect
    path: Path

    def text(self, column: str) -> str | None:
        """The cell; None where the column is not there or the cell says nothing."""
        place = self.places.get(column)
        cell = self.row.cells[place] if place is not None and place < len(self.row.cells) else ""
        return None if is_missing(cell) else cell

    def number(self, column: str) -> float | None:
        return parse_number(self.text(column) or "", self.dialect)

    def whole(self, column: str) -> int | None:
        number = self.number(column)
        if self.text(column) is not None and (number is None or not number.is_integer()):
            raise self.refused(column, "a whole number of days")
        return None if number is None else int(number)

    def state(self) -> ClinicalState:
        state = ClinicalState()
        for name, column in STATE_COLUMNS.items():
            text = self.text(name)
            if text is None:
                continue
            said = column.read(text, self.number(name))
            if said is None:
                raise self.refused(name, column.wanted)
            state = replace(state, **{column.field: said})
        return state

    def refused(self, column: str, wanted: str) -> CorruptInputError:
        return CorruptInputError(
            Code.CORRUPT,
            f"row {self.row.number}, column {column}: {self.text(column) or ''!r} is not {wanted}.",
            path=self.path,
            advice="Leave the cell blank where nobody said.",
        )


def _state(row: _Row) -> VisitState:
    patient, timepoint, day = row.text("patient"), row.text("timepoint"), row.whole("day")
    if patient is None or (timepoint is None and day is None):
        raise row.refused("patient" if patient is None else "day", "a patient and a visit")
    return VisitState(
        patient,
        timepoint,
        day,
        row.state(),
        row.whole("radiotherapy_end_day"),
        f"{row.path.name}, row {row.row.number}",
    )
