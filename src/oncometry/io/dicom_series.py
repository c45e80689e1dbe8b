"""DICOM image objects into series records: one for each volume, refusals with their reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydicom.dataset import Dataset

from oncometry.core import Code, CorruptInputError, GeometryError, Modality, Notice, OncometryError, Unit
from oncometry.io.acquisition import clues_of, day_of, from_dicom
from oncometry.io.classify import classify
from oncometry.io.clues import Clues
from oncometry.io.dicom_frame import Plane, planes_of
from oncometry.io.dicom_header import coded, text_of
from oncometry.io.dicom_volume import Refused, StackedVolume, separate, stack
from oncometry.io.longest_run import advised, shortened
from oncometry.io.manifest import FileKind, InstanceRef, SeriesRecord
from oncometry.io.patient_id import patient_id_of
from oncometry.io.plausible import implausible
from oncometry.io.settings import CurateSettings
from oncometry.io.suv import pet_scale

__all__ = ["DicomFile", "SetAside", "build_series"]

LOCALIZER = {"LOCALIZER", "SCOUT", "TOPOGRAM", "SCANOGRAM", "PROJECTION IMAGE"}
MODALITIES = {"CT": Modality.CT, "MR": Modality.MR, "PT": Modality.PT}


@dataclass(frozen=True, eq=False)
class DicomFile:
    """A parsed header with its file."""

    path: Path
    sha256: str
    dataset: Dataset
    session: str | None = None


@dataclass(frozen=True)
class SetAside:
    """A file that becomes no series."""

    path: Path
    code: Code
    detail: str


def build_series(
    files: Sequence[DicomFile], settings: CurateSettings
) -> tuple[list[SeriesRecord], list[SetAside]]:
    """Group by Series Instance UID and build what can be built."""
    by_uid: dict[str, list[DicomFile]] = defaultdict(list)
    for file in files:
        by_uid[text_of(file.dataset, "SeriesInstanceUID")].append(file)
    records: list[SeriesRecord] = []
    aside: list[SetAside] = []
    for uid, members in sorted(by_uid.items()):
        members.sort(key=lambda file: text_of(file.dataset, "SOPInstanceUID"))
        try:
            with coded(members[0].path):
                made, refused = _one_series(uid, members, settings)
        except OncometryError as error:
            made, refused = [], _all(members, error.code, error.told)
        records += [_told(record, refused) for record in made]
        used = {ref.path for record in made for ref in record.instances}
        aside += [item for item in refused if item.path not in used]
    return records, aside


def _told(record: SeriesRecord, refused: Sequence[SetAside]) -> SeriesRecord:
    """The record, with what was left out of its own files: they count as used."""
    paths = {ref.path for ref in record.instances}
    lost = [Notice(item.code, item.detail, str(item.path)) for item in refused if item.path in paths]
    return replace(record, notices=(*record.notices, *lost)) if lost else record


def _one_series(
    uid: str, members: list[DicomFile], settings: CurateSettings
) -> tuple[list[SeriesRecord], list[SetAside]]:
    if not uid:
        return [], _all(
            members, Code.GEOMETRY_MISSING, "SeriesInstanceUID is absent: slices cannot be grouped."
        )
    patients = sorted({text_of(file.dataset, "PatientID") for file in members})
    if len(patients) > 1:
        return [], _all(members, Code.PATIENT_CONFLICT, f"one series names the patients {patients}.")
    if patients == [""] and _several_people(members):
        what = "one series without a Patient ID has several patient names or birth dates."
        return [], _all(members, Code.PATIENT_CONFLICT, what)
    kept, aside = [], []
    for file in members:
        reason = _not_a_volume(file.dataset, settings)
        aside.extend([SetAside(file.path, *reason)] if reason else [])
        kept.extend([] if reason else [file])
    planes: list[Plane] = []
    for file in kept:
        try:
            planes += planes_of(file.dataset, file.path)
        except (GeometryError, CorruptInputError) as error:
            return [], [*aside, *_all(kept, error.code, f"{file.path.name}: {error.told}")]
    return _volumes(uid, kept, planes, settings, aside)


def _several_people(members: Sequence[DicomFile]) -> bool:
    """Whether slices name several; names are the same whatever their letters' case and their empty parts."""
    names = {text_of(file.dataset, "PatientName").casefold().rstrip("^= ") for file in members}
    births = {text_of(file.dataset, "PatientBirthDate") for file in members}
    return len(names - {""}) > 1 or len(births - {""}) > 1


def _volumes(
    uid: str,
    kept: list[DicomFile],
    planes: list[Plane],
    settings: CurateSettings,
    aside: list[SetAside],
) -> tuple[list[SeriesRecord], list[SetAside]]:
    by_path = {file.path: file for file in kept}
    records: list[SeriesRecord] = []
    groups = separate(planes) if planes else []
    for group, told in groups:
        frame_of_reference = text_of(by_path[group[0].path].dataset, "FrameOfReferenceUID") or None
        volume, left = _stacked(group, frame_of_reference, settings)
        aside += _refused(left) if left is not None else []
        if volume is None:
            continue
        key = uid if not records else f"{uid}#{len(records) + 1}"
        record = _record(key, volume, by_path, settings)
        if len(groups) > 1:
            what = f"the series holds {len(groups)} volumes that differ in {told}; taken apart."
            record = replace(record, notices=(*record.notices, Notice(Code.SPLIT_4D, what)))
        records.append(record)
    return records, aside


def _stacked(
    planes: list[Plane], frame_of_reference: str | None, settings: CurateSettings
) -> tuple[StackedVolume | None, Refused | None]:
    """The volume of the planes, and those that are no part of it; what to do is said where something can be done."""
    volume = stack(planes, frame_of_reference)
    if isinstance(volume, StackedVolume):
        return volume, None
    run = shortened(volume, frame_of_reference)
    if run is None:
        return None, volume
    if settings.slices == "strict":
        return None, advised(volume, run.volume)
    return run.volume, run.left


def _refused(volume: Refused) -> list[SetAside]:
    """Each file of the planes; of one with several it is said how many frames are lost."""
    counts = Counter(plane.path for plane in volume.planes)
    error = volume.error
    return [
        SetAside(path, error.code, error.told if count == 1 else f"{count} frames left out: {error.told}")
        for path, count in counts.items()
    ]


def _all(members: Sequence[DicomFile], code: Code, detail: str) -> list[SetAside]:
    return [SetAside(file.path, code, detail) for file in members]


def _not_a_volume(dataset: Dataset, settings: CurateSettings) -> tuple[Code, str] | None:
    kinds = set(text_of(dataset, "ImageType").upper().split("\\"))
    if kinds & LOCALIZER:
        return Code.NOT_A_VOLUME, f"a localizer (image type {text_of(dataset, 'ImageType')})."
    if int(dataset.get("SamplesPerPixel") or 1) != 1:
        return (
            Code.UNSUPPORTED_TYPE,
            f"the pixels are {text_of(dataset, 'PhotometricInterpretation')}, not one number.",
        )
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    if rows < 1 or columns < 1:
        return Code.EMPTY, f"{rows} rows and {columns} columns: there are no pixels."
    declared = rows * columns * int(dataset.get("NumberOfFrames") or 1) * 4 / 2**30
    if declared > settings.max_file_gib:
        return Code.TOO_LARGE, f"the header declares {declared:.1f} GiB of pixels."
    return None


def _record(
    key: str, volume: StackedVolume, files: Mapping[Path, DicomFile], settings: CurateSettings
) -> SeriesRecord:
    members = [files[path] for path in dict.fromkeys(plane.path for plane in volume.planes)]
    head = members[0].dataset
    modality = MODALITIES.get(text_of(head, "Modality"), Modality.UNKNOWN)
    parameters = dict(from_dicom(head))
    unit, notices = _unit(modality, [file.dataset for file in members], parameters)
    description = text_of(head, "SeriesDescription")
    clues = clues_of(parameters, modality, (description,), "", settings.contrast_map)
    found = classify(_with_traits(clues, volume.planes[0]))
    odd = implausible(volume.geometry, str(members[0].path))
    return SeriesRecord(
        key=key,
        patient_id=patient_id_of(head),
        kind=FileKind.DICOM,
        instances=tuple(_reference(file, volume.planes) for file in members),
        geometry=volume.geometry,
        modality=modality,
        contrast=found.contrast,
        confidence=found.confidence,
        evidence=found.evidence,
        unit=unit,
        series_instance_uid=text_of(head, "SeriesInstanceUID"),
        study_instance_uid=text_of(head, "StudyInstanceUID") or None,
        study_date=day_of(head, "StudyDate"),
        acquired=day_of(head, "SeriesDate", "AcquisitionDate", "AcquisitionDateTime", "StudyDate"),
        session=members[0].session,
        description=description,
        acquisition=parameters,
        notices=(*volume.notices, *notices, *((odd,) if odd else ())),
    )


def _with_traits(clues: Clues, plane: Plane) -> Clues:
    """The echo time and b-value of this volume, where the series holds several."""
    changes: dict[str, float] = {}
    for name, trait in (("echo_time_ms", "echo time"), ("b_value_s_per_mm2", "b-value")):
        try:
            changes[name] = float(plane.traits[trait])
        except (KeyError, ValueError):
            continue
    return replace(clues, image_type=plane.traits.get("image type", clues.image_type), **changes)  # type: ignore[arg-type]


def _unit(
    modality: Modality, datasets: list[Dataset], parameters: dict[str, str | float | int]
) -> tuple[Unit, tuple[Notice, ...]]:
    if modality is Modality.CT:
        return Unit.HU, ()
    if modality is Modality.PT:
        scale = pet_scale(datasets)
        parameters["suv_factor"] = scale.factor
        parameters["suv_evidence"] = scale.evidence
        return scale.unit, scale.notices
    return Unit.ARBITRARY, ()


def _reference(file: DicomFile, planes: Sequence[Plane]) -> InstanceRef:
    frames = tuple(plane.frame for plane in planes if plane.path == file.path)
    number = text_of(file.dataset, "InstanceNumber")
    return InstanceRef(
        path=file.path,
        sop_instance_uid=text_of(file.dataset, "SOPInstanceUID") or None,
        instance_number=int(number) if number.lstrip("-").isdigit() else None,
        sha256=file.sha256,
        frames=() if frames == (0,) and int(file.dataset.get("NumberOfFrames") or 1) == 1 else frames,
    )
