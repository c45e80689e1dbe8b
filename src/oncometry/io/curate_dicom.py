"""The DICOM part of curation: objects by role, conflicts told, series built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset
from pydicom.uid import UID

from oncometry.core import Code, OncometryError
from oncometry.core.processors import cores
from oncometry.io.acquisition import day_of
from oncometry.io.dicom_header import DicomHeader, DicomRole, coded, read_full_header
from oncometry.io.dicom_series import DicomFile, SetAside, build_series
from oncometry.io.dose import describe_dose
from oncometry.io.intake import Progress
from oncometry.io.isolation import isolated_each
from oncometry.io.ledger import Entry, Ledger
from oncometry.io.manifest import DoseRecord, FileKind, MaskRecord, SeriesRecord
from oncometry.io.names import session_date, session_in
from oncometry.io.plan import PlanRecord, describe_plan
from oncometry.io.segmentation import describe_rtstruct, describe_seg
from oncometry.io.settings import CurateSettings
from oncometry.io.stray_slice import tell_lost_slices

__all__ = ["DicomFound", "curate_dicom"]

Described = DoseRecord | MaskRecord | PlanRecord


NO_SLICE = (Code.NOT_A_VOLUME, Code.NOT_RADIOLOGY, Code.UNSUPPORTED_TYPE)
"""What is left out for these is no slice that a volume would lack."""


@dataclass
class DicomFound:
    """What the DICOM objects of the input hold."""

    series: list[SeriesRecord] = field(default_factory=list)
    masks: list[MaskRecord] = field(default_factory=list)
    doses: list[DoseRecord] = field(default_factory=list)
    plans: list[PlanRecord] = field(default_factory=list)


def curate_dicom(ledger: Ledger, settings: CurateSettings, progress: Progress | None) -> DicomFound:
    """Decide every DICOM entry of the ledger."""
    objects = [(e, e.header) for e in ledger.pending(FileKind.DICOM) if e.header is not None]
    _tell_conflicts(ledger, objects)
    found = DicomFound()
    by_uid: dict[str, list[tuple[Entry, DicomHeader]]] = defaultdict(list)
    others: list[tuple[Entry, DicomRole]] = []
    for entry, header in objects:
        if not entry.pending:
            continue
        if header.role is DicomRole.IMAGE:
            by_uid[header.series_instance_uid].append((entry, header))
        elif header.role in DESCRIBED:
            others.append((entry, header.role))
        else:
            ledger.refuse(entry.found.path, *_not_measured(header))
    _describe_others(ledger, others, found)
    _link_plans(ledger, found)
    given = [([_scanned(e, h) for e, h in by_uid.pop(uid)], settings) for uid in sorted(by_uid)]
    for number, ((objects, _), built) in enumerate(
        isolated_each(build, given, workers=cores(), batch=4), start=1
    ):
        _take(ledger, objects, built, found)
        if progress is not None:
            progress("building series", number, len(given))
    found.series = sorted(tell_lost_slices(found.series, _left_out(ledger)), key=lambda record: record.key)
    return found


class _Scanned(NamedTuple):
    """An image object by its header, small enough to be sent to the process that decodes it."""

    path: Path
    sha256: str
    parts: tuple[str, ...]
    header: DicomHeader


def _scanned(entry: Entry, header: DicomHeader) -> _Scanned:
    return _Scanned(entry.found.path, entry.sha256, entry.found.parts, header)


def build(objects: list[_Scanned], settings: CurateSettings) -> tuple[list[SeriesRecord], list[SetAside]]:
    """The volumes of one Series Instance UID, and what becomes none. Runs in a process of its own."""
    with disable_value_validation():
        return build_series([_decoded(item) for item in objects], settings)


def _decoded(item: _Scanned) -> DicomFile:
    dataset = item.header.dataset(item.path)
    session = _session(item.parts, dated=day_of(dataset, "StudyDate") is not None)
    return DicomFile(item.path, item.sha256, dataset, session)


def _take(
    ledger: Ledger,
    objects: list[_Scanned],
    built: tuple[list[SeriesRecord], list[SetAside]] | OncometryError,
    found: DicomFound,
) -> None:
    if isinstance(built, OncometryError):
        for item in objects:
            ledger.refuse(item.path, built.code, built.what)
        return
    records, aside = built
    for record in records:
        for reference in record.instances:
            ledger.use(reference.path, record.key)
    for item_aside in aside:
        ledger.refuse(item_aside.path, item_aside.code, item_aside.detail)
    found.series += records


def _tell_conflicts(ledger: Ledger, objects: list[tuple[Entry, DicomHeader]]) -> None:
    """One SOP Instance UID with different bytes: nobody can say which is right."""
    by_uid: dict[str, list[Entry]] = defaultdict(list)
    for entry, header in objects:
        if header.role not in (DicomRole.OTHER, DicomRole.PROJECTION):
            by_uid[header.sop_instance_uid].append(entry)
    for uid, entries in by_uid.items():
        if uid and len(entries) > 1:
            names = ", ".join(entry.found.shown for entry in entries[:4])
            for entry in entries:
                detail = f"{len(entries)} files with other bytes share the SOPInstanceUID {uid}: {names}."
                ledger.refuse(entry.found.path, Code.DUPLICATE_CONFLICT, detail)


def _left_out(ledger: Ledger) -> Mapping[str, list[str]]:
    """Series Instance UID -> files of it that something is wrong with."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in ledger.entries:
        if entry.header is not None and entry.code not in (None, *NO_SLICE):
            found[entry.header.series_instance_uid].append(f"{entry.found.shown}: {entry.code}")
    return found


def _describe_others(ledger: Ledger, others: list[tuple[Entry, DicomRole]], found: DicomFound) -> None:
    """Structures, segmentations, doses and plans: read whole, in a process of their own."""
    given = [(entry.found.path, entry.sha256, role) for entry, role in others]
    for (path, _, _), record in isolated_each(describe_object, given):
        if isinstance(record, OncometryError):
            ledger.refuse(path, record.code, record.told)
            continue
        if isinstance(record, PlanRecord):
            found.plans.append(record)
            continue
        kept: list[DoseRecord] | list[MaskRecord] = (
            found.doses if isinstance(record, DoseRecord) else found.masks
        )
        kept.append(record)
        ledger.use(path, record.key)


def _link_plans(ledger: Ledger, found: DicomFound) -> None:
    """A dose takes from the plan that it names; a plan that no dose names is of no use."""
    plans = {(plan.patient_id, plan.key): plan for plan in found.plans if plan.key}
    for at, dose in enumerate(found.doses):
        plan = plans.get((dose.patient_id, dose.plan_uid or ""))
        if plan is not None:
            found.doses[at] = replace(
                dose,
                plan_sha256=plan.sha256,
                fractions_planned=plan.fractions,
                prescribed_gy=plan.prescribed_gy,
            )
            ledger.use(plan.path, dose.key)
    for plan in found.plans:
        if ledger[plan.path].pending:
            what = "RT plan: no dose in this input names it; it is not an image of CT, MR or PET."
            ledger.refuse(plan.path, Code.NOT_RADIOLOGY, what)


def describe_object(path: Path, sha256: str, role: DicomRole) -> Described:
    """The record of a structure set, a segmentation, a dose or a plan.

    Raises:
        OncometryError: as their readers.
    """
    with disable_value_validation(), coded(path):
        return DESCRIBED[role](path, sha256, read_full_header(path))


DESCRIBED: Mapping[DicomRole, Callable[[Path, str, Dataset], Described]] = MappingProxyType(
    {
        DicomRole.DOSE: describe_dose,
        DicomRole.PLAN: describe_plan,
        DicomRole.RTSTRUCT: describe_rtstruct,
        DicomRole.SEG: describe_seg,
    }
)


def _not_measured(header: DicomHeader) -> tuple[Code, str]:
    name = UID(header.sop_class_uid).name
    if header.role is DicomRole.PROJECTION:
        return Code.NOT_A_VOLUME, f"{name}: a projection or a capture, not a volume."
    return Code.NOT_RADIOLOGY, f"{name}: not an image of CT, MR or PET."


def _session(parts: tuple[str, ...], *, dated: bool) -> str | None:
    """The visit that the nearest folder names; a day there is that of an export where the header has its own."""
    sessions = [s for s in map(session_in, reversed(parts[1:-1])) if s]
    return next((s for s in sessions if not (dated and session_date(s))), None)
