"""Decisions of people: rows that nothing changes."""

from __future__ import annotations

from oncometry.core import Code, DecidedLesion, Decision, StoreError
from oncometry.store.tables import DecisionLesion, DecisionRow, Patient
from oncometry.store.writing.people import keep_readers
from oncometry.store.writing.transaction import Row, Writing

__all__ = ["write_decision"]


def write_decision(writing: Writing, decision: Decision) -> int:
    """Keep a decision; gives its number.

    Raises:
        StoreError: `STORE`, there is no such patient.
    """
    patients = writing.lookup(Patient.identifier, [decision.patient_id], Patient.id)
    if decision.patient_id not in patients:
        raise StoreError(Code.STORE, f"patient {decision.patient_id!r} is not in the store.")
    named = [name for name in (decision.reader, decision.accepted_reader) if name is not None]
    readers = keep_readers(writing, named)
    number = writing.insert_one(
        DecisionRow,
        {
            "patient_id": patients[decision.patient_id],
            "reader_id": readers[decision.reader],
            "made": decision.made,
            "why": decision.why,
            "kind": decision.kind,
            "anchor": decision.anchor,
            "criteria": decision.criteria,
            "role": decision.role,
            "compartment": decision.compartment,
            "quantity": decision.quantity,
            "value": decision.value,
            "status": decision.status,
            "state": decision.state,
            "accepted_reader_id": None
            if decision.accepted_reader is None
            else readers[decision.accepted_reader],
            "undoes_id": decision.undoes,
        },
    )
    rows = [_lesion(at, lesion, number) for at, lesion in enumerate(decision.lesions, start=1)]
    writing.insert(DecisionLesion, rows)
    return number


def _lesion(position: int, lesion: DecidedLesion, number: int) -> Row:
    x, y, z = lesion.centroid_lps_mm or (None, None, None)
    return {
        "decision_id": number,
        "position": position,
        "lesion": lesion.name,
        "tracking_uid": lesion.tracking_uid,
        "anchor": lesion.anchor,
        "mask_key": lesion.mask_key,
        "mask_lesion": lesion.mask_lesion,
        "centroid_x_mm": x,
        "centroid_y_mm": y,
        "centroid_z_mm": z,
    }
