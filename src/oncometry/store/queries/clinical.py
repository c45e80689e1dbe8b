"""Tables `clinical_rows`, `clinical_values`, `treatments`, `events` and `toxicities`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ReadOnlyColumnCollection

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
    table_of,
)

__all__ = ["clinical_rows", "clinical_values", "events", "toxicities", "treatments"]

Said = type[ClinicalValueRow] | type[TreatmentRow] | type[EventRow] | type[ToxicityRow]
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
SHEET = ClinicalRowRow.sheet
ROW = ClinicalRowRow.sheet_row.label("row")
ORIGIN = frozenset({"id", "run_step_id", "clinical_sheet_id", "clinical_row_id"})


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


def _said(model: Said, once: Sequence[str], *columns: Column) -> Query:
    """Facts of the current sheets, settled.

    Args:
        once: names of the columns that a patient has one fact of. What another sheet states alike counts
            once, by its first row; what another sheet states otherwise is left out of both.
    """
    here = ClinicalSheetRow.id
    return (
        select(*columns)
        .join(Patient, Patient.id == model.patient_id)
        .join(ClinicalRowRow, ClinicalRowRow.id == model.clinical_row_id)
        .join(ClinicalSheetRow, here == model.clinical_sheet_id)
        .where(ClinicalSheetRow.is_current, ~_repeats(model), ~_contradicted(model, once))
        .order_by(Patient.identifier, model.id)
    )


def _repeats(model: Said) -> ColumnElement[bool]:
    """Another sheet said the same before."""
    other, elsewhere = _elsewhere(model)
    same = [other.c[name].is_not_distinct_from(_own(model)[name]) for name in _content(model)]
    return exists().where(elsewhere, other.c.id < model.id, *same)


def _contradicted(model: Said, once: Sequence[str]) -> ColumnElement[bool]:
    """Another sheet says otherwise of what there is once."""
    if not once:
        return false()
    other, elsewhere = _elsewhere(model)
    own, keys = _own(model), ("patient_id", *once)
    same = [other.c[name].is_not_distinct_from(own[name]) for name in keys]
    rest = [other.c[name].is_distinct_from(own[name]) for name in _content(model) if name not in keys]
    return exists().where(elsewhere, *same, or_(*rest))


def _elsewhere(model: Said) -> tuple[FromClause, ColumnElement[bool]]:
    """The same table once more, and: it is a row of another current sheet."""
    other, sheet = table_of(model).alias(), table_of(ClinicalSheetRow).alias()
    current = (sheet.c.id == other.c.clinical_sheet_id) & sheet.c.is_current
    return other, and_(current, other.c.clinical_sheet_id != model.clinical_sheet_id)


def _own(model: Said) -> ReadOnlyColumnCollection[str, Any]:
    return table_of(model).c


def _content(model: Said) -> list[str]:
    """Columns that are the fact itself, whose it is among them."""
    return [name for name in table_of(model).c.keys() if name not in ORIGIN]  # noqa: SIM118 -- no mapping


PATIENT = Patient.identifier.label("patient_id")


def clinical_values() -> Query:
    """What the cells say."""
    v = ClinicalValueRow
    columns = (v.day, v.name, v.text, v.number, v.unit)
    return _said(v, ("name", "day"), value_id("clinical", v.id), PATIENT, *columns, SHEET, ROW)


def treatments() -> Query:
    """Courses of treatment."""
    t = TreatmentRow
    return _said(
        t,
        (),
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
    return _said(e, ("endpoint",), value_id("event", e.id), PATIENT, e.endpoint, e.observed, e.day)


def toxicities() -> Query:
    """Graded toxicities."""
    t = ToxicityRow
    return _said(t, (), value_id("toxicity", t.id), PATIENT, t.term, t.grade, t.ctcae_version, t.day)
