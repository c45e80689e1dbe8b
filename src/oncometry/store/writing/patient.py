"""A patient's result: images, masks, measurements, lesions, and what failed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from oncometry.core import Code, Notice, StoreError
from oncometry.store.finite import as_json
from oncometry.store.patient_result import PatientResult
from oncometry.store.tables import Failure, Patient
from oncometry.store.writing.doses import keep_doses
from oncometry.store.writing.extractions import keep_extractions
from oncometry.store.writing.images import keep_registrations, keep_volumes
from oncometry.store.writing.lesions import keep_lesions
from oncometry.store.writing.patient_ids import find_patient
from oncometry.store.writing.regions import keep_segmentations
from oncometry.store.writing.transaction import Row, Writing

__all__ = ["write_failure", "write_patient"]


def write_patient(writing: Writing, result: PatientResult) -> None:
    """Keep a result. It tells all of the patient: rows it does not repeat are not current any more.

    A result without a follow step and without masks was curated, not measured: what was measured before
    stays.
    """
    ids = find_patient(writing, result)
    keep_volumes(writing, result.volumes, ids, only_native=not result.is_measured)
    _keep_failures(writing, result.failures, ids.patient_id)
    if not result.is_measured:
        return
    grids = {s.key: s.geometry for s in result.series}
    keep_registrations(writing, result.registrations, grids, ids)
    masks = keep_segmentations(writing, result, ids)
    keep_extractions(writing, result, masks, ids)
    keep_doses(writing, result, masks, ids)
    keep_lesions(writing, result, masks, ids)


def write_failure(writing: Writing, patient_id: str, failure: Notice) -> None:
    """Keep why a patient has no result this time; what was measured before stays."""
    number = writing.connection.scalar(select(Patient.id).where(Patient.identifier == patient_id))
    if number is None:
        raise StoreError(Code.STORE, f"patient {patient_id!r} is not in the store.")
    _keep_failures(writing, [failure], number)


def _keep_failures(writing: Writing, failures: Sequence[Notice], patient_id: int) -> None:
    rows = [_failure(failure, patient_id) for failure in failures]
    writing.keep(Failure, Failure.patient_id == patient_id, rows)


def _failure(failure: Notice, patient_id: int) -> Row:
    row: Row = {
        "patient_id": patient_id,
        "code": failure.code.value,
        "what": failure.what,
        "path": failure.path,
    }
    digest = hashlib.sha256(as_json(row).encode()).hexdigest()
    return {**row, "content_sha256": digest, "is_current": True}
