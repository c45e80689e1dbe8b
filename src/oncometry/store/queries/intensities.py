"""Tables `intensities` and `histograms`."""

from __future__ import annotations

from sqlalchemy import select

from oncometry.store.queries.of_regions import of_regions
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
    columns = select(
        value_id("intensity", v.id),
        *(PATIENT, seen.c.lesion, NUMBER, s.mask_key, x.mask_lesion, x.compartment),
        *(Series.series_key, SeriesReading.contrast, x.unit),
        *(FeatureDefinition.name, v.value, v.reason),
    )
    return (
        of_regions(columns, seen)
        .join(v, v.extraction_id == x.id)
        .join(FeatureDefinition, FeatureDefinition.id == v.feature_definition_id)
        .where(x.parameter_set_id.is_(None))
        .order_by(Patient.identifier, TimepointRow.number, s.mask_key, v.id)
    )


def histograms() -> Query:
    """Voxel counts of regions in images."""
    h, x, s, seen = VoxelHistogram, Extraction, SegmentationRow, seen_as()
    columns = select(
        value_id("histogram", h.id),
        *(PATIENT, seen.c.lesion, NUMBER, s.mask_key, x.compartment),
        *(Series.series_key, x.unit, h.edges, h.counts),
    )
    return (
        of_regions(columns, seen)
        .join(h, h.extraction_id == x.id)
        .order_by(Patient.identifier, TimepointRow.number, s.mask_key, h.id)
    )
