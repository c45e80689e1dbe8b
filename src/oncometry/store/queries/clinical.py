"""Tables `clinical_rows`, `clinical_values`, `treatments`, `events` and `toxicities`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    EventRow,
    Patient,
    ToxicityRow,
    TreatmentRow,
)

__all__ = ["clinical_rows", "clinical_values", "events", "toxicities", "treatments"]

Said = type[ClinicalValueRow] | type[TreatmentRow] | type[EventRow] | type[ToxicityRow]
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
SHEET = ClinicalRowRow.sheet
ROW = ClinicalRowRow.sheet_row.label("row")


def clinical_rows() -> Query:
    """Every row of every sheet."""
    r = ClinicalRowRow
    patient = r.patient_identifier.label("patient_id")
    return (
        select(SHEET, ROW, patient, r.status, r.code, r.detail, r.cells)
        .join(ClinicalSheetRow, ClinicalSheetRow.id == r.clinical_sheet_id)
        .where(ClinicalSheetRow.is_current)
        .order_by(ClinicalSheetRow.id, r.id)
    )


def _said(model: Said, *columns: Column) -> Query:
    return (
        select(*columns)
        .join(Patient, Patient.id == model.patient_id)
        .join(ClinicalRowRow, ClinicalRowRow.id == model.clinical_row_id)
        .join(ClinicalSheetRow, ClinicalSheetRow.id == ClinicalRowRow.clinical_sheet_id)
        .where(ClinicalSheetRow.is_current)
        .order_by(Patient.identifier, model.id)
    )


PATIENT = Patient.identifier.label("patient_id")


def clinical_values() -> Query:
    """What the cells say."""
    v = ClinicalValueRow
    columns = (v.day, v.name, v.text, v.number, v.unit)
    return _said(v, value_id("clinical", v.id), PATIENT, *columns, SHEET, ROW)


def treatments() -> Query:
    """Courses of treatment."""
    t = TreatmentRow
    return _said(
        t,
        value_id("treatment", t.id),
        PATIENT,
        t.kind,
        t.agent,
        t.start_day,
        t.end_day,
        t.dose_gy,
        t.fractions,
    )


def events() -> Query:
    """Endpoints, observed or censored."""
    e = EventRow
    return _said(e, value_id("event", e.id), PATIENT, e.endpoint, e.observed, e.day)


def toxicities() -> Query:
    """Graded toxicities."""
    t = ToxicityRow
    return _said(t, value_id("toxicity", t.id), PATIENT, t.term, t.grade, t.ctcae_version, t.day)
