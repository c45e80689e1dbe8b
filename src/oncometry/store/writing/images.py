"""Volumes and registrations of a patient."""

from __future__ import annotations

from oncometry.core import Code, Geometry, StoreError
from oncometry.store.finite import as_json
from oncometry.store.patient_result import StoredRegistration, Volume
from oncometry.store.tables import RegistrationRow, VolumeRow
from oncometry.store.writing.encode import grid, notices, rotation_deg, translation_mm
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["keep_registrations", "keep_volumes"]


def keep_volumes(
    writing: Writing, volumes: tuple[Volume, ...], ids: PatientIds, *, only_native: bool = False
) -> None:
    """Make these the current volumes of the patient; `only_native`: derived ones stay as they are."""
    rows = [_volume(volume, ids) for volume in volumes]
    writing.keep(
        VolumeRow,
        VolumeRow.patient_id == ids.patient_id,
        rows,
        lambda known: not only_native or known["derivation"] == "native",
    )


def _volume(volume: Volume, ids: PatientIds) -> Row:
    steps = [{"name": s.name, "parameters": dict(s.parameters), "software": s.software} for s in volume.steps]
    row: Row = {
        "run_step_id": ids.steps.of(volume.step_key, f"volume {volume.file.path}"),
        "series_id": ids.series(volume.series_key),
        "patient_id": ids.patient_id,
        "derivation": volume.derivation,
        "path": volume.file.path,
        "sha256": volume.file.sha256,
        "size": volume.file.size,
        "steps": as_json(steps),
        "notices": notices(volume.notices),
        **grid(volume.geometry),
    }
    return sealed(VolumeRow, row)


def keep_registrations(
    writing: Writing,
    registrations: tuple[StoredRegistration, ...],
    grids: dict[str, Geometry],
    ids: PatientIds,
) -> None:
    """Make these the current registrations of the patient; `grids` by series key."""
    rows = [_registration(r, grids, ids) for r in registrations]
    writing.keep(RegistrationRow, RegistrationRow.patient_id == ids.patient_id, rows)


def _registration(stored: StoredRegistration, grids: dict[str, Geometry], ids: PatientIds) -> Row:
    found, bent = stored.registration, stored.registration.deformation
    if found.fixed_key not in grids:
        raise StoreError(Code.STORE, f"a registration is to series {found.fixed_key!r}, which is not there.")
    row: Row = {
        "run_step_id": ids.steps.of(stored.step_key, f"registration of {found.moving_key}"),
        "patient_id": ids.patient_id,
        "timepoint_id": ids.timepoint(stored.timepoint),
        "fixed_series_id": ids.series(found.fixed_key),
        "moving_series_id": ids.series(found.moving_key),
        "scope": stored.scope,
        "method": found.method,
        "quality": found.quality,
        "quality_before": found.quality_before,
        "translation_mm": translation_mm(found.matrix, grids[found.fixed_key]),
        "rotation_deg": rotation_deg(found.matrix),
        "matrix": as_json(found.matrix.ravel().tolist()),
        "jacobian_minimum": None if bent is None else bent.jacobian[0],
        "jacobian_maximum": None if bent is None else bent.jacobian[1],
        "inverse_error_mm": None if bent is None else bent.inverse_error_mm,
        "refused": found.refused,
        "notices": notices(found.notices),
    }
    return sealed(RegistrationRow, row)
