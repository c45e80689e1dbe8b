"""Table `features`: one row a value."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from oncometry.store.queries.query import Query
from oncometry.store.queries.seen_as import seen_as
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    Extraction,
    FeatureDefinition,
    FeatureValue,
    ParameterSet,
    Patient,
    SegmentationRow,
    Series,
    SeriesReading,
    TimepointRow,
)

__all__ = ["described_regions", "features"]


def features() -> Query:
    """Features of regions in images; `image_unit` is that of the image's values."""
    v, x, d = FeatureValue, Extraction, FeatureDefinition
    values = (d.family, d.name, d.ibsi_id, d.tag, d.filter, v.value, d.unit, v.reason)
    return (
        _of_regions(value_id("feature", v.id), *values)
        .join(v, v.extraction_id == x.id)
        .join(d, d.id == v.feature_definition_id)
        .order_by(Patient.identifier, TimepointRow.number, SegmentationRow.mask_key, v.id)
    )


def described_regions() -> Query:
    """Regions in images that have features; the id of each row is its `extraction_id`."""
    x = Extraction
    order = (Patient.identifier, TimepointRow.number, SegmentationRow.mask_key, x.id)
    return _of_regions(x.id.label("extraction_id")).order_by(*order)


def _of_regions(first: ColumnElement[Any], *last: InstrumentedAttribute[Any]) -> Query:
    """Which region, in which image, under which spec, between other columns."""
    x, s, seen = Extraction, SegmentationRow, seen_as()
    return (
        select(
            first,
            *(Patient.identifier.label("patient_id"), seen.c.lesion),
            *(TimepointRow.number.label("timepoint"), s.mask_key, x.mask_lesion, x.compartment),
            *(Series.series_key, SeriesReading.modality, SeriesReading.contrast, x.unit.label("image_unit")),
            *last,
            ParameterSet.sha256.label("spec_sha256"),
        )
        .select_from(x)
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .join(ParameterSet, ParameterSet.id == x.parameter_set_id)
        .join(Patient, Patient.id == s.patient_id)
        .join(Series, Series.id == x.series_id)
        .outerjoin(SeriesReading, and_(SeriesReading.series_id == Series.id, SeriesReading.is_current))
        .outerjoin(TimepointRow, TimepointRow.id == s.timepoint_id)
        .outerjoin(seen, and_(seen.c.segmentation_id == s.id, seen.c.mask_lesion == x.mask_lesion))
        .where(x.is_current)
    )
