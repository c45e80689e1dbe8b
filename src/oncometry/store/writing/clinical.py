"""A clinical sheet: its rows, and what they say of the patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Protocol

from sqlalchemy import select

from oncometry.core import Code, StoreError
from oncometry.io.clinical import ClinicalRow, ClinicalSheet, RowStatus
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import (
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    EventRow,
    Patient,
    ToxicityRow,
    TreatmentRow,
)
from oncometry.store.writing.encode import notices
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, as_json, sealed

__all__ = ["write_clinical"]

Locate = Callable[[str, int], Row]
"""(patient identifier, row of the sheet) -> the columns of `ClinicalOrigin`."""


class Said(Protocol):
    """What a row of a sheet says of a patient."""

    @property
    def patient_id(self) -> str: ...
    @property
    def row(self) -> int: ...


def write_clinical(writing: Writing, sheet: ClinicalSheet, step: StepRecord) -> None:
    """Keep a sheet; an earlier reading of a sheet of the same name is not current any more."""
    step_id = keep_steps(writing, [step])[step.key]
    row: Row = {
        "run_step_id": step_id,
        "name": sheet.name,
        "sha256": sheet.sha256,
        "columns": as_json(dict(sheet.columns)),
        "notices": notices(sheet.notices),
    }
    said = (sheet.values, sheet.treatments, sheet.events, sheet.toxicities)
    content = [[asdict(item) for item in items] for items in said]
    rows = [_row(r, 0) for r in sheet.rows]
    found = sealed(ClinicalSheetRow, row, rows, content)
    kept = writing.keep(ClinicalSheetRow, ClinicalSheetRow.name == sheet.name, [found])
    if not kept.added:
        return
    sheet_id = kept.ids[found["content_sha256"]]
    writing.insert(ClinicalRowRow, [_row(r, sheet_id) for r in sheet.rows])
    locate = _locator(writing, sheet, sheet_id, step_id)
    writing.insert(ClinicalValueRow, _said(sheet.values, locate))
    writing.insert(TreatmentRow, _said(sheet.treatments, locate))
    writing.insert(EventRow, _said(sheet.events, locate))
    writing.insert(ToxicityRow, _said(sheet.toxicities, locate))


def _row(row: ClinicalRow, sheet_id: int) -> Row:
    return {
        "clinical_sheet_id": sheet_id,
        "sheet": row.sheet,
        "sheet_row": row.row,
        "patient_identifier": row.patient_id,
        "status": row.status.value,
        "code": None if row.code is None else row.code.value,
        "detail": row.detail,
        "cells": as_json(dict(row.cells)),
    }


def _said(items: Sequence[Said], locate: Locate) -> list[Row]:
    rows = []
    for item in items:
        row = {name: value for name, value in vars(item).items() if name not in ("patient_id", "row")}
        row.pop("sheet", None)
        rows.append(row | locate(item.patient_id, item.row))
    return rows


def _locator(writing: Writing, sheet: ClinicalSheet, sheet_id: int, step_id: int) -> Locate:
    ids = {
        (name, number): identifier
        for name, number, identifier in writing.connection.execute(
            select(ClinicalRowRow.sheet, ClinicalRowRow.sheet_row, ClinicalRowRow.id).where(
                ClinicalRowRow.clinical_sheet_id == sheet_id
            )
        )
    }
    origins: dict[tuple[str, int], int] = {}
    for row in sheet.rows:
        if row.status is RowStatus.MATCHED and row.patient_id is not None:
            origins.setdefault((row.patient_id, row.row), ids[row.sheet, row.row])
    patients = writing.lookup(Patient.identifier, {patient for patient, _ in origins}, Patient.id)

    def locate(patient_id: str, row: int) -> Row:
        return _origin(patients, origins, patient_id, row) | {"run_step_id": step_id}

    return locate


def _origin(
    patients: Mapping[str, int], origins: Mapping[tuple[str, int], int], patient_id: str, row: int
) -> Row:
    if patient_id not in patients or (patient_id, row) not in origins:
        raise StoreError(
            Code.STORE,
            f"the sheet says something of patient {patient_id!r} in row {row}, "
            "but no matched row of a known patient stands there.",
        )
    return {"patient_id": patients[patient_id], "clinical_row_id": origins[patient_id, row]}
