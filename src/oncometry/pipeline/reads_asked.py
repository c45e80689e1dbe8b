"""Who read, whose lesions and at which visit, where a file of reads does not say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oncometry.core import PROGRAM, Code, SettingsError
from oncometry.io.lesion_drawing import UNNAMED, LesionDrawing
from oncometry.io.manual_reads import ManualReads, ReadForm

__all__ = ["ReadsAsked", "attributed", "check_apart"]

ENTITY = r"(?:^|_){}-([A-Za-z0-9]+)(?=_|\.)"
"""'sub-P1' in the name of a file, as BIDS and our own exports have it."""


@dataclass(frozen=True)
class ReadsAsked:
    """What a person says of files of reads.

    Attributes:
        reader: of readings that name none.
        patient, visit: of markups; the visit by its number, label or date (ISO).
        names_are_ledger: whether lesions are called as in the ledger.
        reach_mm: how far from a lesion the middle of a line may lie.
    """

    reader: str | None = None
    patient: str | None = None
    visit: str | None = None
    names_are_ledger: bool = False
    reach_mm: float = 4.0

    def __post_init__(self) -> None:
        if self.reader is not None and self.reader.strip().casefold() in ("", PROGRAM):
            raise SettingsError(
                Code.SETTINGS,
                f"--reader {self.reader!r} is nobody's name; {PROGRAM} is this program.",
                advice="Give the name of who read.",
            )


def attributed(
    file: ManualReads,
    asked: ReadsAsked,
    patients: Collection[str],
    subjects: Mapping[str, str],
    owners: Mapping[str, str],
) -> ManualReads:
    """The file with patient, visit and reader in every reading.

    Args:
        patients: of the cohort.
        subjects: BIDS label -> patient.
        owners: tracking UID -> patient.

    Raises:
        SettingsError: `SETTINGS`: nobody says one of them, or a person says what the file says already.
    """
    if file.form is ReadForm.MARKUPS:
        file = _of_markups(file, asked, patients, subjects, owners)
    elif asked.patient is not None or asked.visit is not None:
        raise SettingsError(
            Code.SETTINGS,
            "--patient and --visit are for markups; this file says whose reads they are.",
            path=file.name,
            advice="Leave them away, or import the markups by themselves.",
        )
    nameless = sum(drawing.reading.reader in ("", UNNAMED) for drawing in file.drawings)
    if nameless and asked.reader is None:
        raise SettingsError(
            Code.SETTINGS,
            f"{nameless} of {len(file.drawings)} readings name no reader.",
            path=file.name,
            advice="Give --reader NAME.",
        )
    return replace(file, drawings=tuple(_with_reader(drawing, asked.reader) for drawing in file.drawings))


def check_apart(files: Sequence[ManualReads]) -> None:
    """Refuse two files of one name with reads of one patient, reader and visit: the second would replace the first.

    Raises:
        SettingsError: `SETTINGS`.
    """
    seen: set[tuple[str, str, str, str]] = set()
    for file in files:
        here = {
            (file.name, d.reading.patient_id, d.reading.reader, d.reading.timepoint) for d in file.drawings
        }
        if here & seen:
            raise SettingsError(
                Code.SETTINGS,
                "two files of this name hold reads of the same patient, reader and visit.",
                path=file.name,
                advice="Give the one that counts, or rename one.",
            )
        seen |= here


def _with_reader(drawing: LesionDrawing, reader: str | None) -> LesionDrawing:
    reading = drawing.reading
    if reader is None or reading.reader not in ("", UNNAMED):
        return drawing
    return replace(drawing, reading=replace(reading, reader=reader.strip()))


def _of_markups(
    file: ManualReads,
    asked: ReadsAsked,
    patients: Collection[str],
    subjects: Mapping[str, str],
    owners: Mapping[str, str],
) -> ManualReads:
    """Patient by word, by the name of the file, or by tracking UIDs; visit by word or the name of the file."""
    patient = asked.patient or subjects.get(_entity("sub", file.name) or "")
    if patient is None:
        told = {owners.get(drawing.reading.tracking_uid or "") for drawing in file.drawings} - {None}
        patient = next(iter(told)) if len(told) == 1 else None
    visit = asked.visit or _entity("ses", file.name)
    if patient is None or visit is None:
        raise SettingsError(
            Code.SETTINGS,
            f"markups do not say {'whose' if patient is None else 'of which visit'} they are.",
            path=file.name,
            advice="Give --patient ID and --visit NUMBER, LABEL or DATE.",
        )
    if patient not in patients:
        raise SettingsError(
            Code.SETTINGS, f"--patient {patient!r}: the cohort has no such patient.", path=file.name
        )
    drawings = tuple(
        replace(drawing, reading=replace(drawing.reading, patient_id=patient, timepoint=visit))
        for drawing in file.drawings
    )
    return replace(file, drawings=drawings, dates=(_date(visit),) * len(drawings))


def _entity(name: str, file: str) -> str | None:
    found = re.search(ENTITY.format(name), file)
    return None if found is None else found.group(1)


def _date(text: str) -> date | None:
    """The date that a person gave; None of a number or label."""
    try:
        return date.fromisoformat(text) if "-" in text else None
    except ValueError:
        return None
