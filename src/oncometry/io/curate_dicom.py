"""The DICOM part of curation: objects by role, conflicts told, series built."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID

from oncometry.core import Code, OncometryError
from oncometry.io.acquisition import day_of
from oncometry.io.dicom_header import DicomRole, coded, read_full_header, read_header, role_of, text_of
from oncometry.io.dicom_series import DicomFile, build_series
from oncometry.io.dose import describe_dose
from oncometry.io.intake import Progress
from oncometry.io.ledger import Entry, Ledger
from oncometry.io.manifest import DoseRecord, FileKind, MaskRecord, SeriesRecord
from oncometry.io.names import session_date, session_in
from oncometry.io.segmentation import describe_rtstruct, describe_seg
from oncometry.io.settings import CurateSettings

__all__ = ["DicomFound", "curate_dicom"]


@dataclass
class DicomFound:
    """What the DICOM objects of the input hold."""

    series: list[SeriesRecord] = field(default_factory=list)
    masks: list[MaskRecord] = field(default_factory=list)
    doses: list[DoseRecord] = field(default_factory=list)


def curate_dicom(ledger: Ledger, settings: CurateSettings, progress: Progress | None) -> DicomFound:
    """Decide every DICOM entry of the ledger."""
    headers = _headers(ledger, progress)
    _tell_conflicts(ledger, headers)
    found = DicomFound()
    images: list[DicomFile] = []
    for entry, dataset in headers:
        if not entry.pending:
            continue
        role = role_of(dataset)
        if role is DicomRole.IMAGE:
            session = _session(entry, dated=day_of(dataset, "StudyDate") is not None)
            images.append(DicomFile(entry.found.path, entry.sha256, dataset, session))
        else:
            _other(ledger, entry, dataset, role, found)
    records, aside = build_series(images, settings)
    for record in records:
        for reference in record.instances:
            ledger.use(reference.path, record.key)
    for item in aside:
        ledger.refuse(item.path, item.code, item.detail)
    found.series = records
    return found


def _headers(ledger: Ledger, progress: Progress | None) -> list[tuple[Entry, Dataset]]:
    entries = ledger.pending(FileKind.DICOM)
    headers: list[tuple[Entry, Dataset]] = []
    for number, entry in enumerate(entries, start=1):
        try:
            headers.append((entry, read_header(entry.found.path)))
        except OncometryError as error:
            ledger.refuse(entry.found.path, error.code, error.what)
        if progress is not None:
            progress("parsing headers", number, len(entries))
    return headers


def _tell_conflicts(ledger: Ledger, headers: list[tuple[Entry, Dataset]]) -> None:
    """One SOP Instance UID with different bytes: nobody can say which is right."""
    by_uid: dict[str, list[Entry]] = defaultdict(list)
    for entry, dataset in headers:
        if role_of(dataset) in (DicomRole.OTHER, DicomRole.PROJECTION):
            continue
        by_uid[text_of(dataset, "SOPInstanceUID")].append(entry)
    for uid, entries in by_uid.items():
        if uid and len(entries) > 1:
            names = ", ".join(entry.found.shown for entry in entries[:4])
            for entry in entries:
                detail = f"{len(entries)} files with other bytes share the SOPInstanceUID {uid}: {names}."
                ledger.refuse(entry.found.path, Code.DUPLICATE_CONFLICT, detail)


def _other(ledger: Ledger, entry: Entry, dataset: Dataset, role: DicomRole, found: DicomFound) -> None:
    path = entry.found.path
    try:
        with coded(path):
            _describe(ledger, path, entry.sha256, dataset, role, found)
    except OncometryError as error:
        ledger.refuse(path, error.code, error.what)


def _describe(
    ledger: Ledger, path: Path, sha256: str, dataset: Dataset, role: DicomRole, found: DicomFound
) -> None:
    if role is DicomRole.DOSE:
        dose = describe_dose(path, sha256, read_full_header(path))
        found.doses.append(dose)
        ledger.use(path, dose.key)
    elif role in (DicomRole.RTSTRUCT, DicomRole.SEG):
        describe = describe_rtstruct if role is DicomRole.RTSTRUCT else describe_seg
        mask = describe(path, sha256, read_full_header(path))
        found.masks.append(mask)
        ledger.use(path, mask.key)
    else:
        ledger.refuse(path, *_not_measured(dataset, role))


def _not_measured(dataset: Dataset, role: DicomRole) -> tuple[Code, str]:
    name = UID(text_of(dataset, "SOPClassUID")).name
    if role is DicomRole.PROJECTION:
        return Code.NOT_A_VOLUME, f"{name}: a projection or a capture, not a volume."
    return Code.NOT_RADIOLOGY, f"{name}: not an image of CT, MR or PET."


def _session(entry: Entry, *, dated: bool) -> str | None:
    """The visit that the nearest folder names; a day there is that of an export where the header has its own."""
    sessions = [s for s in map(session_in, reversed(entry.found.parts[1:-1])) if s]
    return next((s for s in sessions if not (dated and session_date(s))), None)
