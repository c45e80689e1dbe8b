"""Manual reads: a file, and its rows in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from oncometry.core import Quantity
from oncometry.store.finite import as_json
from oncometry.store.imported_reads import ImportedRead, ImportedReads
from oncometry.store.tables import LesionReadingRow, Patient, ReadingFileRow
from oncometry.store.writing.encode import notices
from oncometry.store.writing.people import keep_readers, timepoint_ids
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_readings"]


def write_readings(writing: Writing, imported: ImportedReads) -> None:
    """Keep a file of reads; those that it is a newer version of (`_earlier`) are not current any more."""
    step_id = keep_steps(writing, [imported.step])[imported.step.key]
    readers = keep_readers(writing, {read.reading.reader for read in imported.reads})
    names = {read.reading.patient_id for read in imported.reads}
    patients = writing.lookup(Patient.identifier, names, Patient.id)
    visits = timepoint_ids(writing, patients)
    rows = [_row(read, readers, patients, visits) for read in imported.reads]
    row: Row = {
        "run_step_id": step_id,
        "name": imported.name,
        "sha256": imported.sha256,
        "form": imported.form,
        "notices": notices(imported.notices),
    }
    found = sealed(ReadingFileRow, row, {LesionReadingRow: rows})
    earlier = _earlier(writing, imported, rows)
    named = ReadingFileRow.name == imported.name
    kept = writing.keep(ReadingFileRow, named, [found], lambda known: known["id"] in earlier)
    if kept.added:
        parent = {"reading_file_id": kept.ids[found["content_sha256"]]}
        writing.insert(LesionReadingRow, [parent | one for one in rows])


def _earlier(writing: Writing, imported: ImportedReads, rows: Sequence[Row]) -> set[int]:
    """Ids of the current files of the same name that hold a read of the same patient, reader and visit.

    Programs call their files alike: `L.mrk.json` of another visit is another file.
    """
    f, r = ReadingFileRow, LesionReadingRow
    here = {(row["patient_id"], row["reader_id"], row["timepoint"]) for row in rows}
    query = select(f.id, r.patient_id, r.reader_id, r.timepoint).join(f, f.id == r.reading_file_id)
    known = writing.connection.execute(query.where(f.name == imported.name, f.is_current))
    return {number for number, *read in known if tuple(read) in here}


def _row(
    read: ImportedRead,
    readers: dict[str, int],
    patients: dict[str, int],
    visits: dict[tuple[str, int], int],
) -> Row:
    r = read.reading
    return {
        "patient_id": patients[r.patient_id],
        "reader_id": readers[r.reader],
        "timepoint_id": None if read.timepoint is None else visits[r.patient_id, read.timepoint],
        "timepoint": r.timepoint,
        "day": r.day,
        "visit_number": r.visit_number,
        "lesion": r.lesion,
        "tracking_uid": r.tracking_uid,
        "lesion_uid": read.lesion_uid,
        "matched_by": read.matched_by,
        "role": r.role,
        "status": r.status,
        "reason": r.reason,
        "state": r.state,
        "organ": r.organ,
        "is_node": r.is_node,
        "compartment": r.compartment,
        "slice_thickness_mm": r.slice_thickness_mm,
        "part_of": r.part_of,
        "merged_into": r.merged_into,
        "accepted": r.accepted,
        **{quantity.value: r.values.get(quantity) for quantity in Quantity},
        "standard_errors": as_json({q.value: error for q, error in r.standard_errors.items()}),
        "sources": as_json(list(r.sources)),
    }
