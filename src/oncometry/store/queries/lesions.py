"""Tables `lesions`, `observations` and `relations`."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    LesionObservation,
    LesionRelation,
    LesionRow,
    Patient,
    SegmentationRow,
    Series,
    SeriesReading,
    TimepointRow,
)

__all__ = ["lesions", "observations", "relations"]

PATIENT = Patient.identifier.label("patient_id")


def lesions() -> Query:
    """The patients' lesions."""
    return (
        select(
            PATIENT,
            LesionRow.display_id.label("lesion"),
            LesionRow.tracking_uid,
            TimepointRow.number.label("first_timepoint"),
            LesionRow.excluded,
        )
        .join(Patient, Patient.id == LesionRow.patient_id)
        .outerjoin(TimepointRow, TimepointRow.id == LesionRow.first_timepoint_id)
        .where(LesionRow.is_current)
        .order_by(Patient.identifier, LesionRow.id)
    )


def observations() -> Query:
    """Each lesion at each visit, in each mask where it is seen."""
    o, s = LesionObservation, SegmentationRow
    return (
        select(
            PATIENT,
            LesionRow.display_id.label("lesion"),
            TimepointRow.number.label("timepoint"),
            TimepointRow.day,
            s.mask_key,
            Series.series_key,
            *(SeriesReading.modality, SeriesReading.contrast, o.status, o.reason),
        )
        .join(LesionRow, LesionRow.id == o.lesion_id)
        .join(Patient, Patient.id == LesionRow.patient_id)
        .join(TimepointRow, TimepointRow.id == o.timepoint_id)
        .outerjoin(s, s.id == o.segmentation_id)
        .outerjoin(Series, Series.id == s.series_id)
        .outerjoin(SeriesReading, and_(SeriesReading.series_id == Series.id, SeriesReading.is_current))
        .where(LesionRow.is_current)
        .order_by(Patient.identifier, LesionRow.id, TimepointRow.number, s.mask_key)
    )


def relations() -> Query:
    """How lesions at one date come from those at the date before."""
    r = LesionRelation
    before, after = aliased(TimepointRow), aliased(TimepointRow)
    earlier, later = aliased(SegmentationRow), aliased(SegmentationRow)
    return (
        select(
            value_id("relation", r.id),
            PATIENT,
            LesionRow.display_id.label("lesion"),
            before.number.label("earlier_timepoint"),
            after.number.label("later_timepoint"),
            earlier.mask_key.label("earlier_mask"),
            later.mask_key.label("later_mask"),
            *(r.earlier_lesion, r.later_lesion, r.relation, r.method, r.score),
        )
        .join(LesionRow, LesionRow.id == r.lesion_id)
        .join(Patient, Patient.id == LesionRow.patient_id)
        .join(before, before.id == r.earlier_timepoint_id)
        .join(after, after.id == r.later_timepoint_id)
        .outerjoin(earlier, earlier.id == r.earlier_segmentation_id)
        .outerjoin(later, later.id == r.later_segmentation_id)
        .where(LesionRow.is_current)
        .order_by(Patient.identifier, LesionRow.id, before.number, after.number, r.id)
    )
