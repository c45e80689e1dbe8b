"""The seal of a versioned row: the hash of all it says, itself and in the rows that hang on it.

Writing makes it and `db check` makes it again from what the database holds, so that no number changes
unseen. The same content has the same seal, whatever the order of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, cast

from sqlalchemy import Boolean, Column, Double, Integer, Table

from oncometry.store.finite import as_json
from oncometry.store.tables import (
    AcquisitionParameter,
    AssessmentRow,
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    ClusterAssignment,
    DoseFeature,
    DvhMetric,
    DvhRow,
    EventRow,
    Experiment,
    Explanation,
    Extraction,
    FeatureReliabilityRow,
    FeatureValue,
    FitLedger,
    FittedModel,
    Instance,
    LesionObservation,
    LesionReadingRow,
    LesionRelation,
    LesionRoleRow,
    LesionRow,
    MeasurementChange,
    MeasurementRow,
    Metric,
    NtcpValueRow,
    PredictionValue,
    ReadingFileRow,
    ReliabilityAnalysis,
    ResponseInput,
    ResponseProbability,
    ResponseRow,
    SegmentationRow,
    SegmentRow,
    SeriesReading,
    Split,
    SplitMember,
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
        DvhRow: dict.fromkeys((DvhMetric, NtcpValueRow, DoseFeature), "dvh_id"),
        ReadingFileRow: {LesionReadingRow: "reading_file_id"},
        AssessmentRow: dict.fromkeys(
            (LesionRoleRow, ResponseRow, ResponseProbability, ResponseInput), "assessment_id"
        ),
        ReliabilityAnalysis: {FeatureReliabilityRow: "reliability_analysis_id"},
        Experiment: dict.fromkeys(
            (
                Split,
                SplitMember,
                FittedModel,
                FitLedger,
                PredictionValue,
                Metric,
                Explanation,
                ClusterAssignment,
            ),
            "experiment_id",
        ),
        LesionRow: dict.fromkeys((LesionObservation, LesionRelation, MeasurementChange), "lesion_id"),
        ClinicalSheetRow: dict.fromkeys(
            (ClinicalRowRow, ClinicalValueRow, TreatmentRow, EventRow, ToxicityRow), "clinical_sheet_id"
        ),
    }
)
"""Table -> the tables whose rows are sealed with its own, and their column that names it."""

UNSEALED = frozenset({"id", "content_sha256", "is_current", "clinical_row_id"})
"""The last is the id of a row that is sealed before it is written."""


def seal_of(
    model: type[Versioned], row: Row, parts: Mapping[type[Model], Sequence[Row]] | None = None
) -> str:
    """SHA-256 of a row and its parts; columns that are absent count as null."""
    given = parts or {}
    own = _said(table_of(cast("type[Model]", model)), None if model.SEALED_BY_STEP else "run_step_id")
    hanging = [
        [part.__name__, _values(_said(table_of(part), parent), given.get(part, ()))]
        for part, parent in PARTS.get(model, {}).items()
    ]
    return hashlib.sha256(as_json([model.__name__, _values(own, [row]), hanging]).encode()).hexdigest()


def _values(said: Mapping[str, type], rows: Sequence[Row]) -> list[Any]:
    """The names of the columns, then what each row says in them, in an order of its own."""
    columns = [_plain(kind, [row.get(name) for row in rows]) for name, kind in said.items()]
    return [list(said), *sorted(zip(*columns, strict=True), key=repr)]


def _plain(kind: type, values: list[Any]) -> list[Any]:
    """Values of a column as the database gives them back; nearly always they are that already.

    SQLite gives -0.0 back as 0.0: the entropy of one gray level, say.
    """
    if kind is float and 0.0 in values:
        values = [0.0 if value == 0.0 else value for value in values]
    if {kind, NoneType}.issuperset(map(type, values)):
        return values
    return [None if value is None else _text(value) if kind is str else kind(value) for value in values]


@cache
def _said(table: Table, apart: str | None) -> Mapping[str, type]:
    """The columns that are sealed but for `apart`, and the type of their values."""
    return {c.name: _kind_of(c) for c in table.c if c.name not in UNSEALED and c.name != apart}


def _kind_of(column: Column[Any]) -> type:
    for kind, plain in ((Boolean, bool), (Double, float), (Integer, int)):
        if isinstance(column.type, kind):
            return plain
    return str


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
