"""Patients and visits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from oncometry.core import PROGRAM, Timepoint, visit_anchors
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import Patient, ReaderRow, TimepointRow
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing

__all__ = [
    "TimepointIds",
    "keep_patients",
    "keep_readers",
    "keep_timepoints",
    "timepoint_ids",
    "write_people",
]

TimepointIds = Mapping[tuple[str, int], int]
"""(patient identifier, number of the time point) -> id of its row."""


def write_people(
    writing: Writing,
    patients: Collection[str],
    timepoints: Collection[Timepoint],
    synthetic: Collection[str],
    step: StepRecord,
) -> None:
    """Keep patients whom a sheet names, and make these their visits."""
    step_id = keep_steps(writing, [step])[step.key]
    keep_timepoints(writing, timepoints, keep_patients(writing, patients, step_id, synthetic), step_id)


def keep_patients(
    writing: Writing, identifiers: Collection[str], step_id: int, synthetic: Collection[str]
) -> dict[str, int]:
    """Identifier -> id of the patient's row; `synthetic` are those that are made."""
    rows: dict[str, Row] = {
        name: {"identifier": name, "subject": None, "synthetic": name in synthetic, "run_step_id": step_id}
        for name in identifiers
    }
    return writing.keep_named(Patient, Patient.identifier, rows)


def keep_readers(writing: Writing, readers: Iterable[str]) -> dict[str, int]:
    """Reader as readings name them -> id."""
    names = {reader: reader or PROGRAM for reader in readers}
    ids = writing.keep_named(ReaderRow, ReaderRow.name, {name: {"name": name} for name in names.values()})
    return {reader: ids[name] for reader, name in names.items()}


def keep_timepoints(
    writing: Writing, timepoints: Iterable[Timepoint], patients: Mapping[str, int], step_id: int
) -> None:
    """Make these the visits of these patients; the place of a known visit is counted again."""
    wanted = _wanted(set(timepoints), patients, step_id)
    there = {
        (r["patient_id"], r["anchor"]): r
        for r in writing.connection.execute(
            select(TimepointRow.__table__).where(TimepointRow.patient_id.in_(set(patients.values())))
        ).mappings()
    }
    writing.insert(TimepointRow, [row for key, row in wanted.items() if key not in there])
    for key, known in there.items():
        row = wanted.get(key)
        place = {"is_current": False} if row is None else {n: v for n, v in row.items() if n != "run_step_id"}
        if any(known[name] != value for name, value in place.items()):
            writing.change(TimepointRow, TimepointRow.id == known["id"], place)


def _wanted(
    timepoints: Collection[Timepoint], patients: Mapping[str, int], step_id: int
) -> dict[tuple[int, str], Row]:
    anchors = visit_anchors(timepoints)
    rows: dict[tuple[int, str], Row] = {}
    for t in sorted(timepoints, key=lambda t: (t.patient_id, t.number)):
        rows[patients[t.patient_id], anchors[t]] = {
            "patient_id": patients[t.patient_id],
            "anchor": anchors[t],
            "number": t.number,
            "label": t.label,
            "day": t.day,
            "acquired": t.acquired,
            "source": t.source,
            "is_current": True,
            "run_step_id": step_id,
        }
    return rows


def timepoint_ids(writing: Writing, patients: Mapping[str, int]) -> dict[tuple[str, int], int]:
    """Ids of the current visits of the patients."""
    names = {number: name for name, number in patients.items()}
    found = writing.connection.execute(
        select(TimepointRow.patient_id, TimepointRow.number, TimepointRow.id).where(
            TimepointRow.patient_id.in_(set(names)), TimepointRow.is_current
        )
    )
    return {(names[patient], number): identifier for patient, number, identifier in found}
