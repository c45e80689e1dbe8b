"""Voxel values of regions: statistics, one row each, and histograms."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, select

from oncometry.core import Code, StoreError
from oncometry.measurement.result import IntensityStatistics
from oncometry.measurement.statistics import STATISTICS
from oncometry.store.patient_result import PatientResult, SegmentationResult
from oncometry.store.tables import FeatureDefinition, FeatureValue, VoxelHistogram
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, as_json

__all__ = ["FAMILY", "keep_intensities"]

FAMILY = "intensity"
IBSI = {statistic.name: statistic.ibsi_id for statistic in STATISTICS}


def keep_intensities(
    writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds
) -> None:
    """Make these the current voxel values of the patient's masks."""
    names = {name for s in result.segmentations for found in s.intensities for name in found.values}
    definitions = _definitions(writing, names)
    for segmentation in result.segmentations:
        _keep_of_mask(writing, segmentation, masks[segmentation.mask.key], definitions, ids)


def _definitions(writing: Writing, names: set[str]) -> dict[str, int]:
    rows: dict[str, Row] = {
        name: {"family": FAMILY, "name": name, "ibsi_id": IBSI.get(name)} for name in sorted(names)
    }
    return writing.keep_named(FeatureDefinition, FeatureDefinition.name, rows)


def _keep_of_mask(
    writing: Writing, s: SegmentationResult, mask: int, definitions: Mapping[str, int], ids: PatientIds
) -> None:
    """The rows of this mask's step, and no others, are current."""
    step = ids.steps.of(s.intensity_step_key or s.step_key, f"voxel values in mask {s.mask.key}")
    _mark(writing, FeatureValue, FeatureValue.segmentation_id == mask, FeatureValue.run_step_id == step)
    _mark(writing, VoxelHistogram, VoxelHistogram.segmentation_id == mask, VoxelHistogram.run_step_id == step)
    here = and_(FeatureValue.segmentation_id == mask, FeatureValue.run_step_id == step)
    there = writing.connection.scalar(select(FeatureValue.id).where(here).limit(1))
    if there is not None:
        return
    values, histograms = [], []
    for found in s.intensities:
        region: Row = {
            "run_step_id": step,
            "segmentation_id": mask,
            "series_id": ids.series(found.series_key),
            "mask_lesion": found.lesion,
            "compartment": found.compartment.value,
            "unit": found.unit.value,
            "is_current": True,
        }
        values += [region | value for value in _values(found, definitions)]
        if found.histogram is not None:
            edges, counts = as_json(found.histogram.edges), as_json(found.histogram.counts)
            histograms.append(region | {"edges": edges, "counts": counts})
    writing.insert(FeatureValue, values)
    writing.insert(VoxelHistogram, histograms)


def _mark(
    writing: Writing,
    model: type[FeatureValue] | type[VoxelHistogram],
    of_mask: ColumnElement[bool],
    by_step: ColumnElement[bool],
) -> None:
    writing.mark(model, and_(of_mask, by_step), current=True)
    writing.mark(model, and_(of_mask, ~by_step), current=False)


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
