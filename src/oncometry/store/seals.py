"""The seal of a versioned row: the hash of all it says, itself and in the rows that hang on it.

Writing makes it and `db check` makes it again from what the database holds, so that no number changes
unseen. The same content has the same seal, whatever the order of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
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
    given = parts or {}
    hanging = [
        sorted(_texts(part, given.get(part, ()), parent)) for part, parent in PARTS.get(model, {}).items()
    ]
    (own,) = _texts(model, [row], None if model.SEALED_BY_STEP else "run_step_id")
    return hashlib.sha256(as_json([model.__name__, own, hanging]).encode()).hexdigest()


def _texts(model: type[Model] | type[Versioned], rows: Sequence[Row], apart: str | None) -> Iterator[str]:
    """What each row says, without the column `apart`."""
    said = _said(model, apart)
    for row in rows:
        values = [(name, row.get(name), plain) for name, plain in said]
        yield as_json({name: None if value is None else plain(value) for name, value, plain in values})


@cache
def _said(
    model: type[Model] | type[Versioned], apart: str | None
) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """The columns that are sealed, and how their values are said."""
    columns = table_of(cast("type[Model]", model)).c
    sealed = [c for c in columns if c.name not in UNSEALED and c.name != apart]
    if not issubclass(model, Versioned):
        sealed = [c for c in sealed if c.name not in UNKNOWN_BEFORE]
    return tuple((c.name, _plain_of(c)) for c in sealed)


def _plain_of(column: Column[Any]) -> Callable[[Any], Any]:
    """Makes a value that is there what the database gives back."""
    for kind, plain in ((Boolean, bool), (Double, float), (Integer, int)):
        if isinstance(column.type, kind):
            return plain
    return _text


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
