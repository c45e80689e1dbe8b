"""Voxel values of regions: statistics, one row each, and a histogram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from oncometry.core import Code, StoreError
from oncometry.measurement.result import IntensityStatistics
from oncometry.measurement.statistics import STATISTICS
from oncometry.store.finite import as_json
from oncometry.store.image_features import DefinedFeature
from oncometry.store.patient_result import PatientResult
from oncometry.store.tables import FeatureValue, Model, VoxelHistogram
from oncometry.store.writing.definitions import definition_ids
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing

__all__ = ["intensity_rows"]

FAMILY = "intensity"
IBSI = {statistic.name: statistic.ibsi_id for statistic in STATISTICS}


def intensity_rows(
    writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds
) -> Iterator[tuple[Row, Mapping[type[Model], Sequence[Row]]]]:
    """A row of `extraction` for each region in each image, with the rows that hang on it."""
    names = {name for s in result.segmentations for found in s.intensities for name in found.values}
    features = {
        name: DefinedFeature(FAMILY, name, IBSI.get(name, ""), tag="", filter="", unit="")
        for name in sorted(names)
    }
    numbers = definition_ids(writing, features.values())
    definitions = {name: numbers[feature] for name, feature in features.items()}
    for s in result.segmentations:
        step = ids.steps.of(s.intensity_step_key or s.step_key, f"voxel values in mask {s.mask.key}")
        for found in s.intensities:
            row: Row = {
                "run_step_id": step,
                "segmentation_id": masks[s.mask.key],
                "series_id": ids.series(found.series_key),
                "mask_lesion": found.lesion,
                "compartment": found.compartment.value,
                "unit": found.unit.value,
                "parameter_set_id": None,
            }
            yield row, {FeatureValue: _values(found, definitions), VoxelHistogram: _histogram(found)}


def _histogram(found: IntensityStatistics) -> list[Row]:
    if found.histogram is None:
        return []
    return [{"edges": as_json(found.histogram.edges), "counts": as_json(found.histogram.counts)}]


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
