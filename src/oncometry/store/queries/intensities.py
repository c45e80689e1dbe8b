"""Tables `intensities` and `histograms`."""

from __future__ import annotations

from sqlalchemy import and_, select

from oncometry.store.queries.query import Query
from oncometry.store.queries.seen_as import seen_as
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    Extraction,
    FeatureDefinition,
    FeatureValue,
    Patient,
    SegmentationRow,
    Series,
    SeriesReading,
    TimepointRow,
    VoxelHistogram,
)

__all__ = ["histograms", "intensities"]

PATIENT = Patient.identifier.label("patient_id")
NUMBER = TimepointRow.number.label("timepoint")


def intensities() -> Query:
    """Statistics of regions in images; `unit` is that of the image's values."""
    v, x, s, seen = FeatureValue, Extraction, SegmentationRow, seen_as()
    return (
        select(
            value_id("intensity", v.id),
            *(PATIENT, seen.c.lesion, NUMBER, s.mask_key, x.mask_lesion, x.compartment),
            *(Series.series_key, SeriesReading.contrast, x.unit),
            *(FeatureDefinition.name, v.value, v.reason),
        )
        .join(x, and_(x.id == v.extraction_id, x.is_current, x.parameter_set_id.is_(None)))
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .join(Patient, Patient.id == s.patient_id)
        .join(FeatureDefinition, FeatureDefinition.id == v.feature_definition_id)
        .join(Series, Series.id == x.series_id)
        .outerjoin(SeriesReading, and_(SeriesReading.series_id == Series.id, SeriesReading.is_current))
        .outerjoin(TimepointRow, TimepointRow.id == s.timepoint_id)
        .outerjoin(seen, and_(seen.c.segmentation_id == s.id, seen.c.mask_lesion == x.mask_lesion))
        .order_by(Patient.identifier, TimepointRow.number, s.mask_key, v.id)
    )


def histograms() -> Query:
    """Voxel counts of regions in images."""
    h, x, s, seen = VoxelHistogram, Extraction, SegmentationRow, seen_as()
    return (
        select(
            value_id("histogram", h.id),
            *(PATIENT, seen.c.lesion, NUMBER, s.mask_key, x.compartment),
            *(Series.series_key, x.unit, h.edges, h.counts),
        )
        .join(x, and_(x.id == h.extraction_id, x.is_current))
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .join(Patient, Patient.id == s.patient_id)
        .join(Series, Series.id == x.series_id)
        .outerjoin(TimepointRow, TimepointRow.id == s.timepoint_id)
        .outerjoin(seen, and_(seen.c.segmentation_id == s.id, seen.c.mask_lesion == x.mask_lesion))
        .order_by(Patient.identifier, TimepointRow.number, s.mask_key, h.id)
    )
