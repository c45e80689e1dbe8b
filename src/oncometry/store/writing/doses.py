"""The dose in structures: histograms with their metrics, NTCP values and features, sealed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from oncometry.core import Code, StoreError
from oncometry.store.dose_result import StoredDvh
from oncometry.store.finite import as_json
from oncometry.store.image_features import DefinedFeature
from oncometry.store.patient_result import PatientResult
from oncometry.store.tables import (
    DoseFeature,
    DoseGrid,
    DvhMetric,
    DvhRow,
    Model,
    NtcpValueRow,
    ParameterSet,
    SegmentationRow,
)
from oncometry.store.writing.definitions import definition_ids
from oncometry.store.writing.encode import notices
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["keep_doses"]


def keep_doses(writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds) -> None:
    """Make these the current doses of the patient's structures; `masks`: mask key -> id."""
    grids, features = _current_grids(writing, ids), _definitions(writing, result)
    specs = writing.keep_named(
        ParameterSet,
        ParameterSet.sha256,
        {d.spec_sha256: {"sha256": d.spec_sha256, "parameters": d.spec} for d in result.dosed if d.spec},
    )
    rows: list[Row] = []
    parts: dict[str, Mapping[type[Model], Sequence[Row]]] = {}
    for dosed in result.dosed:
        if dosed.dose_key not in grids:
            raise StoreError(
                Code.STORE, f"dose {dosed.dose_key!r} is not in the store: its manifest comes first."
            )
        step = ids.steps.of(dosed.step_key, f"dose in mask {dosed.mask_key}")
        for structure in dosed.structures:
            row = {
                "run_step_id": step,
                "dose_grid_id": grids[dosed.dose_key],
                "segmentation_id": masks[dosed.mask_key],
                "parameter_set_id": None if structure.features is None else specs[dosed.spec_sha256],
                **_dvh(structure),
            }
            hanging = _parts(structure) | {DoseFeature: _features(structure, features)}
            rows.append(sealed(DvhRow, row, hanging))
            parts[rows[-1]["content_sha256"]] = hanging
    every_mask = select(SegmentationRow.id).where(SegmentationRow.patient_id == ids.patient_id)
    kept = writing.keep(DvhRow, DvhRow.segmentation_id.in_(every_mask), rows)
    for model in (DvhMetric, NtcpValueRow, DoseFeature):
        new = [
            {"dvh_id": kept.ids[seal], **row}
            for seal in parts
            if seal in kept.added
            for row in parts[seal][model]
        ]
        writing.insert(model, new)


def _definitions(writing: Writing, result: PatientResult) -> dict[DefinedFeature, int]:
    found = (s.features for dosed in result.dosed for s in dosed.structures if s.features is not None)
    return definition_ids(writing, (feature for one in found for feature in one.features))


def _features(structure: StoredDvh, numbers: Mapping[DefinedFeature, int]) -> list[Row]:
    found = structure.features
    if found is None:
        return []
    reasons = {place: code.value for place, code in found.reasons.items()}
    return [
        {"feature_definition_id": numbers[feature], "value": value, "reason": reasons.get(place)}
        for place, (feature, value) in enumerate(zip(found.features, found.values, strict=True))
    ]


def _current_grids(writing: Writing, ids: PatientIds) -> dict[str, int]:
    """Key of a dose -> id of its current row."""
    d = DoseGrid
    found = writing.connection.execute(
        select(d.dose_key, d.id).where(d.patient_id == ids.patient_id, d.is_current)
    )
    return {row.dose_key: row.id for row in found}


def _dvh(s: StoredDvh) -> Row:
    return {
        "number": s.number,
        "name": s.name,
        "quantity": s.quantity,
        "fractions": s.fractions,
        "fractions_source": s.fractions_source,
        "volume_cc": s.volume_cc,
        "outside_cc": s.outside_cc,
        "min_gy": s.min_gy,
        "max_gy": s.max_gy,
        "mean_gy": s.mean_gy,
        "curve": as_json([list(point) for point in s.curve]),
        "file_volume_cc": s.file_volume_cc,
        "file_difference_gy": s.file_difference_gy,
        "notices": notices(s.notices),
        "reason": None if s.reason is None else s.reason.value,
    }


def _parts(s: StoredDvh) -> dict[type[Model], Sequence[Row]]:
    metrics: list[Row] = [
        {
            "quantity": m.quantity,
            "name": m.name,
            "unit": m.unit,
            "value": m.value,
            "reason": None if m.reason is None else m.reason.value,
        }
        for m in s.metrics
    ]
    ntcp: list[Row] = [
        {
            "ntcp_set": n.ntcp_set,
            "endpoint": n.endpoint,
            "quantity": n.quantity,
            "value": n.value,
            "reason": None if n.reason is None else n.reason.value,
            "checked": n.checked,
            "doi": n.doi,
        }
        for n in s.ntcp
    ]
    return {DvhMetric: metrics, NtcpValueRow: ntcp}
