"""Table `features`: one row a value."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from oncometry.store.queries.of_regions import of_regions
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
        _described(value_id("feature", v.id), *values)
        .join(v, v.extraction_id == x.id)
        .join(d, d.id == v.feature_definition_id)
        .order_by(Patient.identifier, TimepointRow.number, SegmentationRow.mask_key, v.id)
    )


def described_regions() -> Query:
    """Regions in images that have features; the id of each row is its `extraction_id`."""
    x = Extraction
    order = (Patient.identifier, TimepointRow.number, SegmentationRow.mask_key, x.id)
    return _described(x.id.label("extraction_id")).order_by(*order)


def _described(first: ColumnElement[Any], *last: InstrumentedAttribute[Any]) -> Query:
    """Which region, in which image, under which spec, between other columns."""
    x, seen = Extraction, seen_as()
    columns = select(
        first,
        *(Patient.identifier.label("patient_id"), seen.c.lesion),
        *(TimepointRow.number.label("timepoint"), SegmentationRow.mask_key, x.mask_lesion, x.compartment),
        *(Series.series_key, SeriesReading.modality, SeriesReading.contrast, x.unit.label("image_unit")),
        *last,
        ParameterSet.sha256.label("spec_sha256"),
    )
    return of_regions(columns, seen).join(ParameterSet, ParameterSet.id == x.parameter_set_id)
