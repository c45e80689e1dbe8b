"""What was taken from images within the masks of a patient: each region with its values, sealed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from oncometry.store.patient_result import PatientResult
from oncometry.store.tables import Extraction, FeatureValue, Model, SegmentationRow, VoxelHistogram
from oncometry.store.writing.features import feature_rows
from oncometry.store.writing.intensities import intensity_rows
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["keep_extractions"]


def keep_extractions(
    writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds
) -> None:
    """Make these the current voxel values and features of the patient's masks."""
    parts: dict[str, Mapping[type[Model], Sequence[Row]]] = {}
    rows: list[Row] = []
    found = (*intensity_rows(writing, result, masks, ids), *feature_rows(writing, result, masks, ids))
    for row, hanging in found:
        rows.append(sealed(Extraction, row, hanging))
        parts[rows[-1]["content_sha256"]] = hanging
    every_mask = select(SegmentationRow.id).where(SegmentationRow.patient_id == ids.patient_id)
    kept = writing.keep(Extraction, Extraction.segmentation_id.in_(every_mask), rows)
    for model in (FeatureValue, VoxelHistogram):
        new = [
            {"extraction_id": kept.ids[seal], **row}
            for seal in parts
            if seal in kept.added
            for row in parts[seal].get(model, ())
        ]
        writing.insert(model, new)
