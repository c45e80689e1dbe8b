"""Manual reads of a cohort to DICOM structured reports, one a reader and visit."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from oncometry.core import Code, Notice
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.pipeline.clinical import stored_timepoints
from oncometry.pipeline.lesion_visits import LesionVisit
from oncometry.store import Store

__all__ = ["VisitReads", "place_of", "reader_label", "unwritten", "visit_reads"]

Place = tuple[str, str]
"""Patient and number of the visit, as readings of `lesion_visits` name it."""
VisitReads = dict[Place, dict[str, list[LesionDrawing]]]
"""What readers read at visits of the cohort."""


def visit_reads(store: Store) -> VisitReads:
    """The reads that were matched with a visit; the lesion has the tracking UID of the ledger's that it was matched with."""
    days = {(visit.patient_id, visit.number): visit.day for visit in stored_timepoints(store)}
    found: VisitReads = {}
    for patient in store.table("readings")["patient_id"].unique():
        for read in store.readings(patient):
            if read.timepoint is None:
                continue
            reading = replace(
                read.reading,
                timepoint=str(read.timepoint),
                day=days[patient, read.timepoint],
                tracking_uid=read.lesion_uid or read.reading.tracking_uid,
            )
            readers = found.setdefault((patient, str(read.timepoint)), {})
            readers.setdefault(reading.reader, []).append(LesionDrawing(reading))
    return found


def place_of(visit: LesionVisit) -> Place:
    """Patient and number of a visit."""
    reading = visit.drawings[0].reading
    return reading.patient_id, reading.timepoint


def reader_label(reader: str) -> str:
    """Letters and digits that a file may be named by, of one reader only."""
    plain = re.sub(r"[^A-Za-z0-9]", "", reader)[:32]
    return plain + hashlib.sha256(reader.encode()).hexdigest()[:8]


def unwritten(waiting: VisitReads) -> list[Notice]:
    """Reads of visits of which there is no mask on DICOM slices for a report to refer to."""
    return [
        Notice(
            Code.REFERENCE_MISSING,
            f"patient {patient}, visit {number}: no mask on DICOM images that a report of what {reader} read could refer to.",
        )
        for (patient, number), readers in sorted(waiting.items())
        for reader in sorted(readers)
    ]
