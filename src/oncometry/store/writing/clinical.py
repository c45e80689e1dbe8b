"""A clinical sheet: its rows, and what they say of the patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import or_, select

from oncometry.core import Code, StoreError
from oncometry.io.clinical import ClinicalRow, ClinicalSheet, RowStatus
from oncometry.store.finite import as_json
from oncometry.store.provenance import StepRecord
from oncometry.store.said import earlier_readings
from oncometry.store.tables import (
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    EventRow,
    Model,
    Patient,
    ToxicityRow,
    TreatmentRow,
)
from oncometry.store.writing.encode import notices
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_clinical"]


class Said(Protocol):
    """What a row of a sheet says of a patient."""

    @property
    def patient_id(self) -> str: ...
    @property
    def row(self) -> int: ...


def write_clinical(writing: Writing, sheet: ClinicalSheet, step: StepRecord) -> None:
    """Keep a sheet.

    Sheets that it is a newer reading of (`earlier_readings`) are not current any more; others stay.
    """
    step_id = keep_steps(writing, [step])[step.key]
    parts = _parts(writing, sheet, step_id)
    row: Row = {
        "run_step_id": step_id,
        "name": sheet.name,
        "sha256": sheet.sha256,
        "columns": as_json(dict(sheet.columns)),
        "notices": notices(sheet.notices),
    }
    found = sealed(ClinicalSheetRow, row, parts)
    c = ClinicalSheetRow
    earlier = earlier_readings(writing.connection, sheet)
    kept = writing.keep(
        c,
        or_(c.name == sheet.name, c.sha256 == sheet.sha256),
        [found],
        lambda known: known["id"] in earlier,
    )
    if not kept.added:
        return
    of_sheet = {"clinical_sheet_id": kept.ids[found["content_sha256"]]}
    writing.insert(ClinicalRowRow, [said | of_sheet for said in parts[ClinicalRowRow]])
    rows = _row_ids(writing, sheet, of_sheet["clinical_sheet_id"])
    for model, items in _said(sheet).items():
        of_rows = [{"clinical_row_id": rows[item.patient_id, item.row]} for item in items]
        pairs = zip(parts[model], of_rows, strict=True)
        writing.insert(model, [said | of_row | of_sheet for said, of_row in pairs])


def _said(sheet: ClinicalSheet) -> dict[type[Model], Sequence[Said]]:
    return {
        ClinicalValueRow: sheet.values,
        TreatmentRow: sheet.treatments,
        EventRow: sheet.events,
        ToxicityRow: sheet.toxicities,
    }


def _parts(writing: Writing, sheet: ClinicalSheet, step_id: int) -> dict[type[Model], list[Row]]:
    """All rows but the ids that only writing them gives."""
    patients = _patients(writing, sheet)
    parts: dict[type[Model], list[Row]] = {ClinicalRowRow: [_row(row) for row in sheet.rows]}
    for model, items in _said(sheet).items():
        parts[model] = [
            {name: value for name, value in vars(item).items() if name not in ("patient_id", "row", "sheet")}
            | {"patient_id": patients[item.patient_id], "run_step_id": step_id}
            for item in items
        ]
    return parts


def _patients(writing: Writing, sheet: ClinicalSheet) -> dict[str, int]:
    """Patient identifier -> id, of all that the sheet says something of.

    Raises:
        StoreError: `STORE`, it says something of a patient without a matched row.
    """
    matched = {(r.patient_id, r.row) for r in sheet.rows if r.status is RowStatus.MATCHED}
    said = {(item.patient_id, item.row) for items in _said(sheet).values() for item in items}
    known = writing.lookup(Patient.identifier, {patient for patient, _ in said}, Patient.id)
    for patient, row in sorted(said):
        if (patient, row) not in matched or patient not in known:
            raise StoreError(
                Code.STORE,
                f"the sheet says something of patient {patient!r} in row {row}, "
                "but no matched row of a known patient stands there.",
            )
    return known


def _row(row: ClinicalRow) -> Row:
    return {
        "sheet": row.sheet,
        "sheet_row": row.row,
        "patient_identifier": row.patient_id,
        "status": row.status.value,
        "code": None if row.code is None else row.code.value,
        "detail": row.detail,
        "cells": as_json(dict(row.cells)),
    }


def _row_ids(writing: Writing, sheet: ClinicalSheet, sheet_id: int) -> dict[tuple[str, int], int]:
    """(patient identifier, row) -> id of the matched row; of several sheets in a book the first."""
    r = ClinicalRowRow
    query = select(r.sheet, r.sheet_row, r.id).where(r.clinical_sheet_id == sheet_id)
    ids = {(name, number): identifier for name, number, identifier in writing.connection.execute(query)}
    found: dict[tuple[str, int], int] = {}
    for row in sheet.rows:
        if row.status is RowStatus.MATCHED and row.patient_id is not None:
            found.setdefault((row.patient_id, row.row), ids[row.sheet, row.row])
    return found
