"""From a folder to a manifest: every file accounted for, every image and mask understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydicom.config import disable_value_validation

from oncometry.core import Code, NothingFoundError, Notice, OncometryError
from oncometry.core.processors import cores
from oncometry.io.curate_dicom import curate_dicom
from oncometry.io.doubles import doubled_patients
from oncometry.io.earlier import Earlier, NothingEarlier, join
from oncometry.io.file_series import SourceFile, describe_file, sidecar_of
from oncometry.io.index import FileIndex
from oncometry.io.intake import Progress, reason_of, take_in
from oncometry.io.json_file import read_json_file
from oncometry.io.labelmap import names_sha256
from oncometry.io.layouts import Identity, identify
from oncometry.io.ledger import Entry, Ledger
from oncometry.io.link import link_masks
from oncometry.io.look import LookSettings
from oncometry.io.manifest import (
    DoseRecord,
    FileKind,
    FileStatus,
    Manifest,
    MaskKind,
    MaskRecord,
    Records,
    SeriesRecord,
)
from oncometry.io.names import session_date
from oncometry.io.one_person import one_person
from oncometry.io.owners import Owners
from oncometry.io.places import Places
from oncometry.io.settings import CurateSettings
from oncometry.io.timepoints import assign_timepoints
from oncometry.io.walk import Found

__all__ = ["curate"]

CLINICAL_SHEET = "clinical sheet"


@dataclass
class _Gathered:
    """What has been understood so far."""

    series: list[SeriesRecord] = field(default_factory=list)
    masks: list[MaskRecord] = field(default_factory=list)
    doses: list[DoseRecord] = field(default_factory=list)
    layouts: set[str] = field(default_factory=set)


def curate(
    inputs: Sequence[Path],
    settings: CurateSettings,
    masks: Path | None = None,
    *,
    beside: Sequence[Path] = (),
    earlier: Earlier | None = None,
    workspace: Path,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Walk, sniff, group, verify, link and classify.

    Args:
        inputs: folders, archives or files.
        masks: a folder or file whose volumes are all masks.
        beside: sheets that are read apart; where they lie among the inputs they count as used.
        earlier: what the cohort knows of its patients from other inputs: it is kept, and what is new is
            linked and dated beside it.
        workspace: a folder where archives are unpacked, which records point into, and where the index of
            files is kept, so that an unchanged one is not read again.
        fresh: read every file, whatever the index says.
        progress: called with stage, done, total.

    Raises:
        NothingFoundError: `NOTHING_FOUND` where an input does not exist or there are no files at all.
            A bad file or series never raises: it is quarantined with its code.
    """
    looking = LookSettings(settings.geometry, settings.max_file_gib)
    files = FileIndex(workspace / "files.db", looking, workers=cores(), fresh=fresh)
    ledger = take_in(inputs, masks, workspace / "unpacked", files, progress)
    if not ledger.entries:
        raise NothingFoundError(Code.NOTHING_FOUND, "there are no files.", path=inputs[0] if inputs else None)
    for sheet in beside:
        if sheet.absolute() in ledger:
            ledger.use(sheet.absolute(), CLINICAL_SHEET)
    with disable_value_validation():
        gathered, places = _understand(ledger, settings, progress)
        roots = (*inputs, *((masks,) if masks is not None else ()))
        return _manifest(ledger, settings, gathered, places, earlier or NothingEarlier(), roots)


def _understand(
    ledger: Ledger, settings: CurateSettings, progress: Progress | None
) -> tuple[_Gathered, Places]:
    gathered = _Gathered()
    dicom = curate_dicom(ledger, settings, progress)
    gathered.series += dicom.series
    gathered.masks += dicom.masks
    gathered.doses += dicom.doses
    gathered.layouts |= {"DICOM"} if any(e.kind is FileKind.DICOM for e in ledger.entries) else set()
    places = _places(ledger)
    _curate_files(ledger, settings, gathered, places, progress)
    _leave_out(ledger)
    return gathered, places


def _places(ledger: Ledger) -> Places:
    volumes = [e.found for e in ledger.entries if e.kind in (FileKind.NIFTI, FileKind.NRRD)]
    others = [e.found for e in ledger.entries if e.kind is FileKind.SIDECAR]
    return Places.of(volumes, others)


def _manifest(
    ledger: Ledger,
    settings: CurateSettings,
    gathered: _Gathered,
    places: Places,
    earlier: Earlier,
    roots: Sequence[Path],
) -> Manifest:
    series = sorted(gathered.series, key=lambda s: (s.patient_id, s.key))
    owners = Owners.of(series, ledger, earlier.patients)
    masks = _adopt(sorted(gathered.masks, key=lambda m: (m.patient_id, m.key)), owners, ledger)
    if settings.scheme is not None:
        masks = [_stated(mask, settings.scheme) for mask in masks]
    joined = join(Records(tuple(series), tuple(masks), tuple(gathered.doses)), earlier, roots)
    read, away = joined.read, joined.away
    linked = link_masks(read.masks, (*read.series, *away.series), settings.geometry)
    (timed, timed_masks, doses), points, notices = assign_timepoints(
        (*read.series, *away.series),
        (*linked, *away.masks),
        (*read.doses, *away.doses),
        settings.visit_window_days,
    )
    return Manifest(
        files=ledger.records(),
        series=timed,
        masks=timed_masks,
        doses=doses,
        timepoints=points,
        layout=" + ".join(sorted(gathered.layouts)) or "plain",
        notices=(
            *places.notices,
            *doubled_patients(ledger, places),
            *one_person(_files(series, ledger), places),
            *_kept(joined.known),
            *notices,
        ),
        read=joined.read.joined(joined.known.where(joined.away.keys)),
        kept=joined.known.keys,
    )


def _kept(known: Records) -> list[Notice]:
    """Say what earlier inputs brought that this one does not."""
    return [
        Notice(
            Code.KEPT_EARLIER,
            f"patient {patient}: {len(own.series)} series and {len(own.masks)} masks of earlier inputs are "
            "kept beside what came now.",
        )
        for patient in sorted({r.patient_id for r in known.every})
        for own in (known.of_patient(patient),)
    ]


def _files(series: list[SeriesRecord], ledger: Ledger) -> list[tuple[str, Found]]:
    """(patient, file) of the images outside DICOM."""
    files = {s.instances[0].path: s.patient_id for s in series if s.kind is not FileKind.DICOM}
    return [(patient, ledger[path].found) for path, patient in files.items()]


def _stated(mask: MaskRecord, scheme: str) -> MaskRecord:
    """A scheme knows label values, which ROI and segment numbers are not."""
    if mask.kind in (MaskKind.RTSTRUCT, MaskKind.SEG):
        return mask
    return replace(mask, scheme=scheme, scheme_source="stated")


def _adopt(masks: list[MaskRecord], owners: Owners, ledger: Ledger) -> list[MaskRecord]:
    """Masks whose names give no patient that has images go to the patient that their place says."""
    return [_adopted(mask, owners, ledger) if mask.key.startswith("sha256:") else mask for mask in masks]


def _adopted(mask: MaskRecord, owners: Owners, ledger: Ledger) -> MaskRecord:
    owner = owners.owner(ledger[mask.path].found, mask.patient_id)
    if owner is None:
        return mask
    notice = Notice(
        Code.REFERENCE_MISSING,
        f"the name gives patient {mask.patient_id!r}, who has no image; taken for {owner.patient_id!r}, "
        f"{owner.because}.",
        str(mask.path),
    )
    return replace(mask, patient_id=owner.patient_id, notices=(*mask.notices, notice))


def _curate_files(
    ledger: Ledger, settings: CurateSettings, gathered: _Gathered, places: Places, progress: Progress | None
) -> None:
    entries = ledger.pending(FileKind.NIFTI, FileKind.NRRD)
    for number, entry in enumerate(entries, start=1):
        _curate_file(ledger, settings, gathered, entry, identify(entry.found, places))
        if progress is not None:
            progress("checking volumes", number, len(entries))
    _keep_equal_masks(ledger, gathered, places)


def _curate_file(
    ledger: Ledger, settings: CurateSettings, gathered: _Gathered, entry: Entry, identity: Identity
) -> None:
    path = entry.found.path
    sidecar = sidecar_of(path)
    if entry.content is None:
        raise ValueError(f"{path} was taken for a volume without a look at its voxels")
    source = SourceFile(path, entry.sha256, entry.kind, entry.content, identity, read_json_file(sidecar))
    try:
        described = describe_file(source, settings)
    except OncometryError as error:
        ledger.refuse(path, error.code, error.told)
        return
    gathered.layouts.add(identity.layout)
    if isinstance(described, MaskRecord):
        gathered.masks.append(described)
        member = described.key
        beside = [identity.dataset_file]
    else:
        gathered.series += described
        member = described[0].key
        beside = [sidecar, identity.dataset_file]
    ledger.use(path, member)
    for other in beside:
        if other is not None and other in ledger and ledger[other].pending:
            ledger.use(other, member)


def _keep_equal_masks(ledger: Ledger, gathered: _Gathered, places: Places) -> None:
    """Two visits may have the same mask (an empty one, say): equal bytes are then no duplicate."""
    owners = Owners.of(gathered.series, ledger)
    imaged = {(s.patient_id, visit) for s in gathered.series for visit in _visits(s)}
    by_hash = {mask.sha256: mask for mask in gathered.masks if mask.key.startswith("sha256:")}
    first = [_adopted(mask, owners, ledger) for mask in by_hash.values()]
    taken = {(mask.sha256, mask.patient_id, mask.session) for mask in first}
    for entry in ledger.entries:
        original = by_hash.get(entry.sha256)
        if entry.status is not FileStatus.DUPLICATE or original is None:
            continue
        identity = identify(entry.found, places)
        owner = owners.owner(entry.found, identity.patient_id)
        who = (owner.patient_id if owner else identity.patient_id, identity.session)
        if who in imaged and (entry.sha256, *who) not in taken:
            taken.add((entry.sha256, *who))
            mask = _other_mask(original, entry, identity)
            gathered.masks.append(mask)
            ledger.use(entry.found.path, mask.key)


def _visits(record: SeriesRecord) -> set[str | None]:
    """What a mask's name may call the visit of an image."""
    days = {day.isoformat() for day in (record.study_date, record.acquired) if day is not None}
    return {record.session, *days}


def _other_mask(original: MaskRecord, entry: Entry, identity: Identity) -> MaskRecord:
    key = f"sha256:{entry.sha256}@{identity.patient_id}@{identity.session or ''}"
    return replace(
        original,
        key=key,
        path=entry.found.path,
        patient_id=identity.patient_id,
        session=identity.session,
        acquired=session_date(identity.session),
        hints=identity.hints,
        names_sha256=names_sha256(entry.found.path),
    )


def _leave_out(ledger: Ledger) -> None:
    for entry in ledger.entries:
        if entry.pending:
            ledger.refuse(entry.found.path, Code.NOT_AN_IMAGE, reason_of(entry.kind))
