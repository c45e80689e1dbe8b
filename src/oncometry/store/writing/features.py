"""Features of regions in images, one row a value, under the spec that decided them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from oncometry.core import Code, StoreError
from oncometry.store.image_features import ImageFeatures, RegionFeatures
from oncometry.store.patient_result import PatientResult
from oncometry.store.tables import FeatureValue, Model, ParameterSet
from oncometry.store.writing.definitions import definition_ids
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing

__all__ = ["feature_rows"]


def feature_rows(
    writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds
) -> Iterator[tuple[Row, Mapping[type[Model], Sequence[Row]]]]:
    """A row of `extraction` for each region in each image, with its values."""
    every = [(s.mask.key, found) for s in result.segmentations for found in s.features]
    definitions = definition_ids(writing, (feature for _, found in every for feature in found.features))
    specs = writing.keep_named(
        ParameterSet,
        ParameterSet.sha256,
        {f.spec_sha256: {"sha256": f.spec_sha256, "parameters": f.spec} for _, f in every},
    )
    for mask_key, found in every:
        numbers = [definitions[feature] for feature in found.features]
        row: Row = {
            "run_step_id": ids.steps.of(found.step_key, f"features in mask {mask_key}"),
            "segmentation_id": masks[mask_key],
            "series_id": ids.series(found.series_key),
            "unit": found.unit.value,
            "parameter_set_id": specs[found.spec_sha256],
        }
        for region in found.regions:
            where = {"mask_lesion": region.lesion, "compartment": region.compartment.value}
            yield row | where, {FeatureValue: _values(found, region, numbers)}


def _values(found: ImageFeatures, region: RegionFeatures, numbers: Sequence[int]) -> list[Row]:
    reasons = {place: code.value for place, code in region.reasons.items()}
    rows: list[Row] = [
        {"feature_definition_id": number, "value": value, "reason": reasons.get(place)}
        for place, (number, value) in enumerate(zip(numbers, region.values, strict=True))
    ]
    for place, row in enumerate(rows):
        if row["value"] is None and row["reason"] is None:
            what = f"{found.features[place].tag} in {found.series_key} has neither a value nor a reason for having none."
            raise StoreError(Code.STORE, what)
    return rows
