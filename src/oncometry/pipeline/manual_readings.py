"""Manual reads of the store as readings that criteria judge, on the visits of the cohort where they are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from oncometry.core import Code, LesionReading, Notice, Timepoint
from oncometry.store import ImportedRead

__all__ = ["manual_readings", "matched_with_none"]


def manual_readings(
    reads: Sequence[ImportedRead], timepoints: Sequence[Timepoint]
) -> dict[str, list[LesionReading]]:
    """Reader -> readings.

    A visit has the cohort's label and day where the read was matched to one; a visit that only the reader's file has
    keeps its own. Numbers order visits without a day only if all are of one count: the cohort's, or the file's.
    """
    visits = {t.number: t for t in timepoints if t.is_ordered}
    labels = {t.label for t in timepoints}
    by_reader: dict[str, list[ImportedRead]] = defaultdict(list)
    for read in reads:
        by_reader[read.reading.reader].append(read)
    found = {}
    for reader, own in by_reader.items():
        known = all(read.timepoint in visits for read in own)
        found[reader] = [
            _placed(read.reading, visits.get(read.timepoint or 0), labels, known=known) for read in own
        ]
    return found


def _placed(
    reading: LesionReading, visit: Timepoint | None, labels: set[str], *, known: bool
) -> LesionReading:
    if visit is None:
        taken = reading.timepoint in labels
        return replace(reading, timepoint=f"{reading.timepoint} of the file" if taken else reading.timepoint)
    day = reading.day if visit.day is None else visit.day
    number = float(visit.number) if known else reading.visit_number
    return replace(reading, timepoint=visit.label, day=day, visit_number=number)


def matched_with_none(reads: Sequence[ImportedRead], reader: str, uids: Collection[str]) -> list[Notice]:
    """That lesions which a reader's were matched with are none any more: linked, or drawn anew.

    Args:
        reads: of a patient.
        uids: tracking UIDs of the patient's lesions.
    """
    gone = {
        read.reading.lesion
        for read in reads
        if read.reading.reader == reader and read.lesion_uid is not None and read.lesion_uid not in uids
    }
    if not gone:
        return []
    what = f"{reader}'s {', '.join(sorted(gone))} was matched with a lesion that is not in the ledger any more; import it again"
    return [Notice(Code.REFERENCE_MISSING, what)]
