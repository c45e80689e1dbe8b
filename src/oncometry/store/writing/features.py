"""Voxel values of regions: statistics, one row each, and histograms."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from oncometry.core import Code, StoreError
from oncometry.measurement.result import IntensityStatistics
from oncometry.measurement.statistics import STATISTICS
from oncometry.store.finite import as_json
from oncometry.store.patient_result import PatientResult, SegmentationResult
from oncometry.store.tables import (
    Extraction,
    FeatureDefinition,
    FeatureValue,
    Model,
    SegmentationRow,
    VoxelHistogram,
)
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["FAMILY", "keep_intensities"]

FAMILY = "intensity"
IBSI = {statistic.name: statistic.ibsi_id for statistic in STATISTICS}


def keep_intensities(
    writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds
) -> None:
    """Make these the current voxel values of the patient's masks."""
    names = {name for s in result.segmentations for found in s.intensities for name in found.values}
    definitions = _definitions(writing, names)
    parts: dict[str, dict[type[Model], list[Row]]] = {}
    rows: list[Row] = []
    for s in result.segmentations:
        step = ids.steps.of(s.intensity_step_key or s.step_key, f"voxel values in mask {s.mask.key}")
        found = _parts(s, definitions, ids)
        row = sealed(Extraction, {"run_step_id": step, "segmentation_id": masks[s.mask.key]}, found)
        parts[row["content_sha256"]] = found
        rows.append(row)
    every_mask = select(SegmentationRow.id).where(SegmentationRow.patient_id == ids.patient_id)
    kept = writing.keep(Extraction, Extraction.segmentation_id.in_(every_mask), rows)
    for model in (FeatureValue, VoxelHistogram):
        writing.insert(
            model,
            [row | {"extraction_id": kept.ids[seal]} for seal in kept.added for row in parts[seal][model]],
        )


def _parts(
    s: SegmentationResult, definitions: Mapping[str, int], ids: PatientIds
) -> dict[type[Model], list[Row]]:
    values: list[Row] = []
    histograms: list[Row] = []
    for found in s.intensities:
        region: Row = {
            "series_id": ids.series(found.series_key),
            "mask_lesion": found.lesion,
            "compartment": found.compartment.value,
            "unit": found.unit.value,
        }
        values += [region | value for value in _values(found, definitions)]
        if found.histogram is not None:
            edges, counts = as_json(found.histogram.edges), as_json(found.histogram.counts)
            histograms.append(region | {"edges": edges, "counts": counts})
    return {FeatureValue: values, VoxelHistogram: histograms}


def _definitions(writing: Writing, names: set[str]) -> dict[str, int]:
    rows: dict[str, Row] = {
        name: {"family": FAMILY, "name": name, "ibsi_id": IBSI.get(name)} for name in sorted(names)
    }
    return writing.keep_named(FeatureDefinition, FeatureDefinition.name, rows)


def _values(found: IntensityStatistics, definitions: Mapping[str, int]) -> list[Row]:
    rows: list[Row] = []
    for name, value in found.values.items():
        reason = found.reasons.get(name)
        if value is None and reason is None:
            raise StoreError(
                Code.STORE, f"{name} in {found.series_key} has neither a value nor a reason for having none."
            )
        rows.append(
            {
                "feature_definition_id": definitions[name],
                "value": value,
                "reason": None if reason is None else reason.value,
            }
        )
    return rows
