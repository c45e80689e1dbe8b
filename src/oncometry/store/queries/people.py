"""Tables `patients` and `timepoints`."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, func, select

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import LesionRow, Patient, SegmentationRow, SeriesReading, TimepointRow

__all__ = ["patients", "timepoints"]

Counted = type[TimepointRow] | type[SeriesReading] | type[SegmentationRow] | type[LesionRow]


def _current(model: Counted) -> ScalarSelect[int]:
    count = select(func.count(model.id)).where(model.patient_id == Patient.id, model.is_current)
    return count.correlate(Patient).scalar_subquery()


def patients() -> Query:
    """Patients with what there is of them."""
    return select(
        Patient.identifier.label("patient_id"),
        Patient.subject,
        _current(TimepointRow).label("timepoints"),
        _current(SeriesReading).label("series"),
        _current(SegmentationRow).label("masks"),
        _current(LesionRow).label("lesions"),
        Patient.synthetic,
    ).order_by(Patient.identifier)


def timepoints() -> Query:
    """Visits in order of date."""
    t = TimepointRow
    return (
        select(
            value_id("timepoint", t.id),
            Patient.identifier.label("patient_id"),
            t.number.label("timepoint"),
            t.label,
            t.day,
            t.acquired.label("date"),
            t.source,
        )
        .join(Patient, Patient.id == t.patient_id)
        .where(t.is_current)
        .order_by(Patient.identifier, t.number)
    )
