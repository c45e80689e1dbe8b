"""Manual reads as nouns."""

from __future__ import annotations

import json

from sqlalchemy import Connection, RowMapping, select

from oncometry.core import (
    PROGRAM,
    Compartment,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
)
from oncometry.store.imported_reads import ImportedRead
from oncometry.store.tables import (
    LesionReadingRow,
    Patient,
    ReaderRow,
    ReadingFileRow,
    TimepointRow,
    table_of,
)

__all__ = ["reads_of"]


def reads_of(connection: Connection, patient_id: str) -> tuple[ImportedRead, ...]:
    """Of the current files, in order of row."""
    r = LesionReadingRow
    query = (
        select(
            table_of(r),
            Patient.identifier.label("patient"),
            ReaderRow.name.label("reader"),
            TimepointRow.number.label("number"),
        )
        .join(Patient, Patient.id == r.patient_id)
        .join(ReaderRow, ReaderRow.id == r.reader_id)
        .join(ReadingFileRow, ReadingFileRow.id == r.reading_file_id)
        .outerjoin(TimepointRow, TimepointRow.id == r.timepoint_id)
        .where(Patient.identifier == patient_id, ReadingFileRow.is_current)
        .order_by(r.id)
    )
    return tuple(_read(row) for row in connection.execute(query).mappings())


def _read(row: RowMapping) -> ImportedRead:
    errors = json.loads(row["standard_errors"])
    reading = LesionReading(
        patient_id=row["patient"],
        timepoint=row["timepoint"],
        day=row["day"],
        reader="" if row["reader"] == PROGRAM else row["reader"],
        lesion=row["lesion"],
        role=None if row["role"] is None else LesionRole(row["role"]),
        status=LesionStatus(row["status"]),
        values={q: row[q.value] for q in Quantity if row[q.value] is not None},
        standard_errors={Quantity(name): value for name, value in errors.items()},
        state=None if row["state"] is None else NonTargetState(row["state"]),
        organ=row["organ"],
        is_node=row["is_node"],
        compartment=Compartment(row["compartment"]),
        slice_thickness_mm=row["slice_thickness_mm"],
        tracking_uid=row["tracking_uid"],
        accepted=row["accepted"],
        reason=row["reason"],
        sources=(f"reading:{row['id']}",),
        visit_number=row["visit_number"],
        part_of=row["part_of"],
        merged_into=row["merged_into"],
    )
    return ImportedRead(reading, row["number"], row["lesion_uid"], row["matched_by"])
