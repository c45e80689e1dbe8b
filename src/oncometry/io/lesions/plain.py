"""A plain table of lesions, a row a lesion and visit, to readings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oncometry.core import Code, Compartment, LesionRole, LesionStatus, Notice, Quantity
from oncometry.io.clinical.cells import date_order, parse_date
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions.account import Account
from oncometry.io.lesions.draft import Draft
from oncometry.io.lesions.named_rows import NamedRow, read_named_rows
from oncometry.io.lesions.plain_columns import GUESSED_UNIT, SIZES, column_name
from oncometry.io.lesions.result import LesionTable
from oncometry.io.lesions.words import node_named, role_said, state_said, status_said, yes_or_no

__all__ = ["read_lesion_table"]

WHEN = ("visit", "day", "date")


def read_lesion_table(path: Path) -> LesionTable:
    """Read a table with the columns patient, one of visit, day or date, lesion, and a size or a state.

    A size of a lymph node without a column of short axes is its short axis. Days count from a patient's first date,
    where dates and no days are given.

    Raises:
        CorruptInputError: `COLUMN_MISSING`, or a file that is no table.
        NothingFoundError, UnsupportedError: see `oncometry.io.sheet.read_sheet`.
    """
    table = read_named_rows(path, column_name, [["patient"], WHEN, ["lesion", "new_lesion"]])
    sizes = [name for name in table.columns if name in SIZES]
    account, new = Account(), dict[tuple[str, str], bool]()
    order = date_order(row.cells.get("date", "") for row in table.rows)
    for row in table.rows:
        _take(row, sizes, order, account, new)
    account.settle()
    for draft in account.drafts.values():
        _as_node(draft)
    notices = (*table.notices, *_units(sizes, path))
    return LesionTable(account.readings(), account.rows(), new, (), notices, account.dates())


def _units(sizes: Sequence[str], path: Path) -> list[Notice]:
    guessed = [
        quantity for quantity, unit in (SIZES[name] for name in sizes) if not unit and GUESSED_UNIT[quantity]
    ]
    return [
        Notice(
            Code.UNIT_UNKNOWN,
            f"no column name tells the unit of {quantity.value}: taken as {GUESSED_UNIT[quantity]}.",
            str(path),
        )
        for quantity in guessed
    ]


def _take(
    row: NamedRow, sizes: Sequence[str], order: str | None, account: Account, new: dict[tuple[str, str], bool]
) -> None:
    patient, visit, lesion = row.text("patient"), row.text(*WHEN), row.text("lesion")
    said_new = yes_or_no(row.text("new_lesion"))
    if patient is None or visit is None or (lesion is None and said_new is None):
        account.answer(row, RowStatus.EXCLUDED, patient, Code.VALUE_MISSING, "no patient, visit or lesion")
        return
    account.answer(row, RowStatus.MATCHED, patient)
    if said_new is not None:
        new[patient, visit] = said_new or new.get((patient, visit), False)
    when = parse_date(row.text("date") or "", order)
    account.dated(patient, when)
    if lesion is None:
        return
    try:
        part = Compartment((row.text("compartment") or Compartment.WHOLE).casefold())
    except ValueError:
        detail = f"{row.text('compartment')!r} is no compartment"
        account.answer(row, RowStatus.EXCLUDED, patient, Code.LABEL_UNKNOWN, detail)
        return
    key = (patient, visit, row.text("reader") or "", lesion, part)
    draft = account.draft(key)
    draft.when = when
    _describe(draft, row, account)
    for name in sizes:
        _size(row, name, account, key)


def _describe(draft: Draft, row: NamedRow, account: Account) -> None:
    day = row.number_of("day")
    draft.day = None if day is None else int(day)
    draft.visit_number = row.number_of("visit_number")
    draft.accepted = yes_or_no(row.text("accepted"))
    draft.organ = row.text("organ")
    node = yes_or_no(row.text("node"))
    draft.is_node = node if node is not None else node_named(draft.organ)
    draft.slice_thickness_mm = row.number_of("slice_thickness")
    draft.tracking_uid = row.text("tracking_uid")
    draft.part_of, draft.merged_into = row.text("part_of"), row.text("merged_into")
    draft.sources.append(row.source)
    said = row.text("role")
    draft.role = None if said is None else role_said(said) or _target(said)
    if said is not None and draft.role is None:
        detail = f"role {said!r} is not target, non-target or new; the criterion selects"
        account.answer(row, RowStatus.MATCHED, draft.patient_id, Code.LABEL_UNKNOWN, detail)
    _state(draft, row.text("state"), row, account)


def _target(said: str) -> LesionRole | None:
    """A column 'target' says yes or no."""
    yes = yes_or_no(said)
    return None if yes is None else LesionRole.TARGET if yes else LesionRole.NON_TARGET


def _state(draft: Draft, said: str | None, row: NamedRow, account: Account) -> None:
    if said is None or said.casefold() == LesionStatus.MEASURED:
        return
    draft.state, status = state_said(said), status_said(said)
    if draft.state is None and status is None:
        detail = f"state {said!r} is not known"
        account.answer(row, RowStatus.MATCHED, draft.patient_id, Code.LABEL_UNKNOWN, detail)
    elif draft.state is None:
        draft.said, draft.reason = status, said


def _size(row: NamedRow, name: str, account: Account, key: tuple[str, str, str, str, Compartment]) -> None:
    quantity, unit = SIZES[name]
    said, value = row.text(name), row.number_of(name)
    if said is None:
        return
    draft = account.draft(key)
    if value is None and status_said(said) is not None:
        draft.said, draft.reason = status_said(said), said
        return
    if value is None and state_said(said) is not None:
        draft.state = state_said(said)
        return
    account.size(key, quantity, row, name, unit or GUESSED_UNIT[quantity])


def _as_node(draft: Draft) -> None:
    """The one size of a lymph node is its short axis (RECIST 1.1, 3.1.1)."""
    if draft.is_node and Quantity.SHORT_AXIS_MM not in draft.values:
        size = draft.values.pop(Quantity.LONGEST_DIAMETER_MM, None)
        if size is not None:
            draft.values[Quantity.SHORT_AXIS_MM] = size
