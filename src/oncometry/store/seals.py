"""The seal of a versioned row: the hash of all it says, itself and in the rows that hang on it.

Writing makes it and `db check` makes it again from what the database holds, so that no number changes
unseen. The same content has the same seal, whatever the order of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Boolean, Column, Double, Integer

from oncometry.store.finite import as_json
from oncometry.store.tables import (
    AcquisitionParameter,
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    EventRow,
    Extraction,
    FeatureValue,
    Instance,
    LesionObservation,
    LesionRelation,
    LesionRow,
    MeasurementChange,
    MeasurementRow,
    SegmentationRow,
    SegmentRow,
    SeriesReading,
    ToxicityRow,
    TreatmentRow,
    VoxelHistogram,
    table_of,
)
from oncometry.store.tables.model import Model, Versioned

__all__ = ["PARTS", "Row", "seal_of"]

Row = Mapping[str, Any]

PARTS: Mapping[type[Versioned], Mapping[type[Model], str]] = MappingProxyType(
    {
        SegmentationRow: dict.fromkeys((SegmentRow, MeasurementRow), "segmentation_id"),
        SeriesReading: dict.fromkeys((Instance, AcquisitionParameter), "series_reading_id"),
        Extraction: dict.fromkeys((FeatureValue, VoxelHistogram), "extraction_id"),
        LesionRow: dict.fromkeys((LesionObservation, LesionRelation, MeasurementChange), "lesion_id"),
        ClinicalSheetRow: dict.fromkeys(
            (ClinicalRowRow, ClinicalValueRow, TreatmentRow, EventRow, ToxicityRow), "clinical_sheet_id"
        ),
    }
)
"""Table -> the tables whose rows are sealed with its own, and their column that names it."""

UNSEALED = frozenset({"id", "content_sha256", "is_current"})
UNKNOWN_BEFORE = frozenset({"clinical_row_id"})
"""Ids of rows that are sealed before they are written."""


def seal_of(
    model: type[Versioned], row: Row, parts: Mapping[type[Model], Sequence[Row]] | None = None
) -> str:
    """SHA-256 of a row and its parts; columns that are absent count as null."""
    apart = UNSEALED if model.SEALED_BY_STEP else UNSEALED | {"run_step_id"}
    given = parts or {}
    hanging = [
        sorted(_text(part, said, UNSEALED | UNKNOWN_BEFORE | {parent}) for said in given.get(part, ()))
        for part, parent in PARTS.get(model, {}).items()
    ]
    text = as_json([model.__name__, _text(model, row, apart), hanging])
    return hashlib.sha256(text.encode()).hexdigest()


def _text(model: type[Model] | type[Versioned], row: Row, apart: Collection[str]) -> str:
    said = {
        c.name: _plain(c, row.get(c.name))
        for c in table_of(cast("type[Model]", model)).c
        if c.name not in apart
    }
    return as_json(said)


def _plain(column: Column[Any], value: Any) -> Any:
    """The value as the database gives it back."""
    if value is None:
        return None
    if isinstance(column.type, Boolean):
        return bool(value)
    if isinstance(column.type, Double):
        return float(value)
    if isinstance(column.type, Integer):
        return int(value)
    return value.isoformat() if isinstance(value, date) else str(value)
