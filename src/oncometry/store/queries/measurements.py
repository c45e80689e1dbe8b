"""Table `measurements`."""

from __future__ import annotations

from sqlalchemy import and_, select

from oncometry.store.queries.query import Query
from oncometry.store.queries.seen_as import seen_as
from oncometry.store.queries.value_id import value_id
from oncometry.store.size_errors import error_columns
from oncometry.store.tables import (
    MeasurementChange,
    MeasurementRow,
    Patient,
    SegmentationRow,
    Series,
    SeriesReading,
    TimepointRow,
)

__all__ = ["measurements"]


def measurements() -> Query:
    """Compartments of lesions, measured, with their change since the lesion was first measured."""
    m, s, t, r, c = MeasurementRow, SegmentationRow, TimepointRow, SeriesReading, MeasurementChange
    seen = seen_as()
    return (
        select(
            value_id("measurement", m.id),
            *(Patient.identifier.label("patient_id"), seen.c.lesion),
            *(t.number.label("timepoint"), t.day, t.acquired.label("date")),
            *(s.mask_key, m.mask_lesion, Series.series_key, r.modality, r.contrast),
            *(m.compartment, m.label, m.volume_ml, m.longest_diameter_mm, m.perpendicular_mm, m.product_mm2),
            *(m.short_axis_mm, m.diameter_3d_mm, m.surface_mm2),
            *(m.centroid_x_mm, m.centroid_y_mm, m.centroid_z_mm, m.box_lps_mm, m.slice),
            *(m.slice_axis, m.voxels),
            *(m.longest_lps_mm, m.perpendicular_lps_mm, m.diameter_3d_lps_mm, m.outline_lps_mm),
            m.standard_errors,
            *error_columns(m.standard_errors),
            *(m.leaves_lesion, m.source),
            *(c.volume_change_percent, c.diameter_change_percent, c.product_change_percent),
            value_id("measurement", c.baseline_id).label("baseline_value_id"),
            c.reason.label("change_reason"),
            *(m.flags, m.reason),
        )
        .join(s, and_(s.id == m.segmentation_id, s.is_current))
        .join(Patient, Patient.id == s.patient_id)
        .outerjoin(t, t.id == s.timepoint_id)
        .outerjoin(Series, Series.id == s.series_id)
        .outerjoin(r, and_(r.series_id == Series.id, r.is_current))
        .outerjoin(seen, and_(seen.c.segmentation_id == s.id, seen.c.mask_lesion == m.mask_lesion))
        .outerjoin(c, and_(c.measurement_id == m.id, c.lesion_id == seen.c.lesion_id))
        .order_by(Patient.identifier, seen.c.lesion_id, t.number, s.mask_key, m.id)
    )
