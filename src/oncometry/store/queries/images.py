"""Tables `series`, `acquisition`, `volumes`, `registrations` and `doses`."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    AcquisitionParameter,
    DoseGrid,
    Instance,
    Patient,
    RegistrationRow,
    Series,
    SeriesReading,
    Study,
    TimepointRow,
    VolumeRow,
)

__all__ = ["acquisition", "doses", "registrations", "series", "volumes"]

PATIENT = Patient.identifier.label("patient_id")
NUMBER = TimepointRow.number.label("timepoint")


def series() -> Query:
    """Image volumes as curation read them."""
    r = SeriesReading
    instances = select(func.count(Instance.id)).where(Instance.series_reading_id == r.id)
    return (
        select(
            PATIENT,
            NUMBER,
            Series.series_key,
            *(r.modality, r.contrast, r.confidence, r.evidence, r.unit, r.description),
            *(r.acquired, r.study_date, r.series_instance_uid, Study.study_instance_uid),
            *(r.frame_of_reference_uid, r.size_i, r.size_j, r.size_k),
            *(r.spacing_i_mm, r.spacing_j_mm, r.spacing_k_mm),
            instances.correlate(r).scalar_subquery().label("instances"),
            r.notices,
        )
        .join(Series, Series.id == r.series_id)
        .join(Patient, Patient.id == r.patient_id)
        .outerjoin(TimepointRow, TimepointRow.id == r.timepoint_id)
        .outerjoin(Study, Study.id == r.study_id)
        .where(r.is_current)
        .order_by(Patient.identifier, TimepointRow.number, Series.series_key)
    )


def acquisition() -> Query:
    """How each series was acquired."""
    a = AcquisitionParameter
    return (
        select(Series.series_key, a.name, a.value, a.unit)
        .join(SeriesReading, SeriesReading.id == a.series_reading_id)
        .join(Series, Series.id == SeriesReading.series_id)
        .where(SeriesReading.is_current)
        .order_by(Series.series_key, a.name)
    )


def volumes() -> Query:
    """Image files in the cohort."""
    v = VolumeRow
    return (
        select(PATIENT, NUMBER, Series.series_key, v.derivation, v.path, v.sha256, v.size, v.steps, v.notices)
        .join(Series, Series.id == v.series_id)
        .join(Patient, Patient.id == v.patient_id)
        .outerjoin(SeriesReading, and_(SeriesReading.series_id == Series.id, SeriesReading.is_current))
        .outerjoin(TimepointRow, TimepointRow.id == SeriesReading.timepoint_id)
        .where(v.is_current)
        .order_by(Patient.identifier, TimepointRow.number, Series.series_key, v.derivation)
    )


def registrations() -> Query:
    """Where images lie in one another."""
    r, fixed, moving = RegistrationRow, aliased(Series), aliased(Series)
    return (
        select(
            value_id("registration", r.id),
            *(PATIENT, NUMBER, r.scope),
            fixed.series_key.label("fixed_key"),
            moving.series_key.label("moving_key"),
            *(r.method, r.quality, r.quality_before, r.translation_mm, r.rotation_deg, r.matrix),
            *(r.jacobian_minimum, r.jacobian_maximum, r.inverse_error_mm, r.refused, r.notices),
        )
        .join(Patient, Patient.id == r.patient_id)
        .join(TimepointRow, TimepointRow.id == r.timepoint_id)
        .join(fixed, fixed.id == r.fixed_series_id)
        .join(moving, moving.id == r.moving_series_id)
        .where(r.is_current)
        .order_by(Patient.identifier, TimepointRow.number, r.scope, moving.series_key)
    )


def doses() -> Query:
    """RTDOSE objects."""
    d = DoseGrid
    return (
        select(
            PATIENT,
            NUMBER,
            d.dose_key,
            d.unit,
            d.dose_type,
            d.summation_type,
            d.fractions_planned,
            d.prescribed_gy,
        )
        .join(Patient, Patient.id == d.patient_id)
        .outerjoin(TimepointRow, TimepointRow.id == d.timepoint_id)
        .where(d.is_current)
        .order_by(Patient.identifier, TimepointRow.number, d.dose_key)
    )
