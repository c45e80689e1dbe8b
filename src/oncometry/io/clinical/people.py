"""Whom a clinical sheet names, and which visits: for a cohort that has no images to tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from oncometry.io.clinical.cells import is_missing, parse_date
from oncometry.io.clinical.columns import Role
from oncometry.io.clinical.rows import EARLIEST_YEAR, Layout, find_layout
from oncometry.io.sheet import SheetRow, read_sheet

__all__ = ["MADE", "People", "SaidVisit", "is_made", "read_people"]

MADE = "synthetic (oncometry"
"""How the cell of a made row begins, in any case."""


@dataclass(frozen=True)
class SaidVisit:
    """What a row says of the visit it is of: date, day since the patient's first visit, name; '' where none."""

    acquired: date | None = None
    day: int | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class People:
    """Patients by id, as a sheet spells them.

    Attributes:
        visits: patient -> visits in the order of the rows.
        made: patients of whom a row says that it is synthetic.
    """

    visits: Mapping[str, tuple[SaidVisit, ...]] = field(default_factory=dict)
    made: frozenset[str] = frozenset()


def read_people(path: Path, column_map: Mapping[str, str] | None = None) -> People:
    """The patients of a CSV or XLSX sheet; none where it has no column of patients.

    Args:
        column_map: header -> what to read it as, as `read_clinical` takes it.

    Raises:
        NothingFoundError, UnsupportedError, CorruptInputError: as `read_sheet`.
    """
    visits: dict[str, list[SaidVisit]] = {}
    made: set[str] = set()
    for table in read_sheet(path).tables:
        layout = find_layout(table, frozenset(), dict(column_map or {}))
        if layout is None:
            continue
        for row in table.rows:
            if row.number <= layout.header.number or row.cells == layout.header.cells:
                continue
            patient = _cell(row, layout, Role.PATIENT)
            if not patient or (len(layout.columns) > 1 and sum(bool(cell) for cell in row.cells) == 1):
                continue
            visits.setdefault(patient, []).append(_visit(row, layout))
            if any(is_made(cell) for cell in row.cells):
                made.add(patient)
    return People({patient: tuple(dict.fromkeys(said)) for patient, said in visits.items()}, frozenset(made))


def is_made(text: str) -> bool:
    """Whether a cell says that its row was made by `oncometry demo`."""
    return text.casefold().startswith(MADE)


def _visit(row: SheetRow, layout: Layout) -> SaidVisit:
    dated, day = layout.column(Role.DATE), _cell(row, layout, Role.DAY)
    found = (
        None
        if dated is None
        else parse_date(_cell(row, layout, Role.DATE), layout.date_orders.get(dated.index))
    )
    if found is not None and not EARLIEST_YEAR <= found.year <= date.today().year:
        found = None
    return SaidVisit(found, int(day) if day.lstrip("-").isdigit() else None, _cell(row, layout, Role.VISIT))


def _cell(row: SheetRow, layout: Layout, role: Role) -> str:
    """The cell of the first column of a role, translated; '' where missing."""
    column = layout.patient if role is Role.PATIENT else layout.column(role)
    if column is None or column.index >= len(row.cells):
        return ""
    text = column.values.get(row.cells[column.index].casefold(), row.cells[column.index])
    return "" if is_missing(text) else text
