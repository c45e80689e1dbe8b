"""Images that were taken for one person's, though their names or folders might be two people's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from oncometry.core import Code, Notice
from oncometry.io.ledger import Ledger
from oncometry.io.manifest import FileKind, SeriesRecord
from oncometry.io.places import Places

__all__ = ["one_person"]


def one_person(series: Iterable[SeriesRecord], ledger: Ledger, places: Places) -> tuple[Notice, ...]:
    """One `PATIENT_CONFLICT` notice a patient with two images of one kind and visit, named otherwise."""
    alike: dict[tuple[object, ...], dict[tuple[str, tuple[str, ...]], str]] = defaultdict(dict)
    for record in series:
        if record.kind is FileKind.DICOM or record.frame:
            continue
        found = ledger[record.instances[0].path].found
        who = places.who(found)
        if who.patient_id != record.patient_id:  # a standard's own name said whose it is
            continue
        key = (record.patient_id, record.session, record.contrast, who.kind, who.channel)
        alike[key].setdefault((who.name, found.parts[:-1]), found.shown)
    told: dict[str, str] = {}
    for (patient, *_), files in alike.items():
        if len(files) > 1:
            told.setdefault(str(patient), ", ".join(sorted(files.values())[:4]))
    return tuple(
        Notice(
            Code.PATIENT_CONFLICT,
            f"patient {patient!r}: {files} show the same, under other names or in other folders: taken for one "
            "person's. If they are two people's, put the files of each in a folder of their own.",
        )
        for patient, files in sorted(told.items())
    )
