"""A clinical spreadsheet into typed facts; every row ends matched, unmatched, conflicting or excluded."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from oncometry.core import Code, Notice, SettingsError
from oncometry.io.clinical.cells import Dialect, dialect_of, is_missing
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.conflicts import contradicted, settle
from oncometry.io.clinical.courses import row_toxicity, row_treatments, without_echoes
from oncometry.io.clinical.meanings import check_one_person, settle_repeats
from oncometry.io.clinical.patients import IdMatch, match_ids
from oncometry.io.clinical.result import (
    ClinicalSheet,
    ClinicalValue,
    RowStatus,
    Toxicity,
    Treatment,
    VitalEvent,
)
from oncometry.io.clinical.rows import Anchors, Draft, Layout, check_rows, find_layout, set_day
from oncometry.io.clinical.survival import row_events
from oncometry.io.clinical.values import DAYS_PER, row_values, with_age_units
from oncometry.io.sheet import SheetFile, SheetTable, read_sheet

__all__ = ["check_clinical", "read_clinical"]

T = TypeVar("T", Treatment, Toxicity)


@dataclass
class _Facts:
    values: list[ClinicalValue] = field(default_factory=list)
    treatments: list[Treatment] = field(default_factory=list)
    events: list[VitalEvent] = field(default_factory=list)
    toxicities: list[Toxicity] = field(default_factory=list)


def read_clinical(
    path: Path,
    known_patients: Collection[str],
    anchors: Mapping[str, date],
    column_map: Mapping[str, str] | None = None,
) -> ClinicalSheet:
    """Read a CSV or XLSX sheet against the patients whose scans are there.

    Ids are text and matched exactly, else without regard to case and leading zeros where only one
    patient fits. Dates become days from the patient's anchor, the first scan.

    Args:
        path: the sheet.
        known_patients: ids as the images name them.
        anchors: patient -> date of the first scan.
        column_map: header -> what to read it as; see `columns.recognize`. It wins over recognition.

    Raises:
        SettingsError: `COLUMN_MISSING` if no sheet has a column of patients, or a mapped column is not there;
            `PATIENT_CONFLICT` if a row names two patients.
        NothingFoundError: there is nothing below the header; as `read_sheet`.
        UnsupportedError, CorruptInputError: as `read_sheet`.
    """
    file = read_sheet(path)
    known, chosen = frozenset(known_patients), dict(column_map or {})
    named = [layout for table in file.tables if (layout := find_layout(table, known, chosen)) is not None]
    _check_columns(path, file, named, chosen)
    check_one_person(named, known, path)
    dialect = dialect_of((c for t in file.tables for row in t.rows for c in row.cells), file.delimiter)
    there = {layout.table.name: with_age_units(layout, dialect) for layout in named}
    matches = match_ids((text for layout in named for text in _ids(layout)), known)
    drafts: list[Draft] = []
    for table in file.tables:
        drafts += _draft_table(table, there.get(table.name), matches, anchors, dialect)
    facts = _facts(drafts, anchors, dialect)
    notices = [*file.notices, *_notices(path, named, dialect)]
    return ClinicalSheet(
        name=file.name,
        sha256=file.sha256,
        columns=_described(named, several=len(file.tables) > 1),
        rows=tuple(draft.finish() for draft in drafts),
        values=tuple(facts.values),
        treatments=_unique(without_echoes(facts.treatments)),
        events=tuple(facts.events),
        toxicities=_unique(facts.toxicities),
        anchors=dict(anchors),
        notices=tuple(notices),
    )


def check_clinical(path: Path) -> None:
    """Refuse what is no sheet, or holds no rows, before anything else is done.

    Raises:
        NothingFoundError, UnsupportedError, CorruptInputError: as `read_clinical`.
    """
    check_rows(read_sheet(path).tables, path)


def _check_columns(
    path: Path, file: SheetFile, layouts: Sequence[Layout], column_map: Mapping[str, str]
) -> None:
    headers = [column.header for layout in layouts for column in layout.columns]
    if not layouts:
        check_rows(file.tables, path, column_map)
        first = [cell for cell in file.tables[0].rows[0].cells if cell] if file.tables[0].rows else []
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"no column holds the patient; the first row is {', '.join(first[:12])}.",
            path=path,
            advice="Name it 'patient_id', or state it under clinical.columns: {HEADER: patient_id}.",
        )
    folded = {"".join(filter(str.isalnum, header.casefold())) for header in headers}
    for header in column_map:
        if "".join(filter(str.isalnum, header.casefold())) not in folded:
            raise SettingsError(
                Code.COLUMN_MISSING,
                f"the column map names {header!r}, which the sheet does not have.",
                path=path,
                advice=f"It has {', '.join(headers[:30])}.",
            )


def _ids(layout: Layout) -> Iterator[str]:
    for row in layout.table.rows:
        if row.number > layout.header.number:
            text = row.cells[layout.patient.index] if layout.patient.index < len(row.cells) else ""
            if not is_missing(text):
                yield layout.patient.values.get(text.casefold(), text)


def _draft_table(
    table: SheetTable,
    layout: Layout | None,
    matches: Mapping[str, IdMatch],
    anchors: Anchors,
    dialect: Dialect,
) -> list[Draft]:
    if layout is None:
        rows = [Draft(table.name, row.number, _named_cells(row.cells, ())) for row in table.rows]
        for draft in rows:
            draft.close(RowStatus.EXCLUDED, Code.ROW_EXCLUDED, "this sheet has no column of patients.")
        return rows
    drafts = []
    for row in table.rows:
        if row.number == layout.header.number:
            continue
        draft = Draft(table.name, row.number, _named_cells(row.cells, layout.columns), layout)
        if row.number < layout.header.number:
            draft.close(RowStatus.EXCLUDED, Code.ROW_EXCLUDED, "stands above the header.")
        elif row.cells == layout.header.cells:
            draft.close(RowStatus.EXCLUDED, Code.ROW_EXCLUDED, "repeats the header.")
        else:
            draft.remark_lacking(layout.columns)
            _match(draft, layout, matches)
        if draft.status is RowStatus.MATCHED:
            settle_repeats(draft, layout, dialect)
        if draft.status is RowStatus.MATCHED:
            set_day(draft, layout, anchors, dialect)
        drafts.append(draft)
    settle(drafts, layout)
    return drafts


def _match(draft: Draft, layout: Layout, matches: Mapping[str, IdMatch]) -> None:
    text = draft.get(layout.patient)
    if not text:
        draft.close(RowStatus.EXCLUDED, Code.ROW_EXCLUDED, "names no patient.")
        return
    match = matches[text]
    draft.patient_id = match.patient_id
    if match.patient_id is not None:
        draft.details += [match.detail] if match.detail else []
    elif sum(bool(cell) for cell in draft.cells.values()) == 1 and len(layout.columns) > 1:
        draft.close(
            RowStatus.EXCLUDED, Code.ROW_EXCLUDED, "is an explanation: nothing beside the first text."
        )
    else:
        draft.close(RowStatus.UNMATCHED, Code.ROW_UNMATCHED, match.detail)


def _named_cells(cells: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    named = {column.header: cell for column, cell in zip(columns, cells, strict=False)}
    extra = enumerate(cells[len(columns) :], start=len(columns) + 1)
    return named | {f"cell {n}": cell for n, cell in extra if cell}


def _facts(drafts: Sequence[Draft], anchors: Anchors, dialect: Dialect) -> _Facts:
    facts, wrong = _Facts(), contradicted(drafts)
    by_endpoint: dict[tuple[str, str], list[tuple[VitalEvent, Draft]]] = {}
    for draft in drafts:
        if draft.status is not RowStatus.MATCHED or draft.layout is None:
            continue
        layout = draft.layout
        facts.values += row_values(draft, layout, dialect, wrong)
        facts.treatments += row_treatments(draft, layout, anchors, dialect)
        toxicity = row_toxicity(draft, layout)
        facts.toxicities += [toxicity] if toxicity else []
        for event in row_events(draft, layout, anchors, dialect, wrong):
            by_endpoint.setdefault((event.patient_id, event.endpoint), []).append((event, draft))
    for found in by_endpoint.values():
        if len({(event.observed, event.day) for event, _ in found}) == 1:
            facts.events.append(found[0][0])
            continue
        said = ", ".join(f"row {e.row}: day {e.day}, observed {e.observed}" for e, _ in found)
        for event, draft in found:
            draft.remark(Code.ROW_CONFLICTING, f"{event.endpoint} differs between rows ({said}): not used.")
    return facts


def _unique(found: Iterable[T]) -> tuple[T, ...]:
    """A course or toxicity that several rows repeat, once: with its first row."""
    first: dict[Hashable, T] = {}
    for item in found:
        first.setdefault(replace(item, row=0), item)
    return tuple(first.values())


def _described(layouts: Sequence[Layout], *, several: bool) -> dict[str, str]:
    described = {}
    for layout in layouts:
        for column in layout.columns:
            role = column.name if column.role is Role.VALUE else column.role.value
            parts = [column.endpoint, role, f"[{column.unit}]" if column.unit else None]
            key = f"{layout.table.name}: {column.header}" if several else column.header
            described[key] = " ".join(part for part in parts if part)
    return described


def _notices(path: Path, layouts: Sequence[Layout], dialect: Dialect) -> Iterator[Notice]:
    if dialect.decimal_comma:
        yield Notice(Code.COLUMN_GUESSED, "numbers are read with a decimal comma: 12,5 is 12.5.", str(path))
    for layout in layouts:
        if layout.guessed:
            what = f"column {layout.patient.header!r} is taken as the patient: most of its cells are known patients."
            yield Notice(Code.COLUMN_GUESSED, what, str(path))
        for column in layout.columns:
            what = _column_notice(column)
            if what:
                yield Notice(Code.COLUMN_GUESSED, f"column {column.header!r}: {what}", str(path))


def _column_notice(column: Column) -> str:
    if column.role is Role.DAY:
        return "read as days from the patient's first scan."
    if column.role is Role.AGE and column.unit is None:
        return "without a unit, read as years where all its numbers are from 0 to 120."
    if column.role is Role.SURVIVAL and column.unit is not None:
        times = "" if column.unit == "days" else f"one of {column.unit} is {DAYS_PER[column.unit]:g} days; "
        return f"{times}counted from the sheet's own origin (diagnosis, most often), not from the first scan."
    return ""
