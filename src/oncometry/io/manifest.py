"""What curation found: every input file accounted for, grouped into series, masks and time points.

`files in = used + duplicate + quarantined` holds by construction: each file has one `FileRecord`
with one `FileStatus`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from oncometry.core import Code, Contrast, Geometry, Modality, Notice, Timepoint, Unit
from oncometry.io.label_hints import LabelHints

__all__ = [
    "DoseRecord",
    "FileKind",
    "FileRecord",
    "FileStatus",
    "InstanceRef",
    "MadeBy",
    "Manifest",
    "MaskKind",
    "MaskRecord",
    "Record",
    "Records",
    "SeriesRecord",
]


SYNTHETIC_MARK = "oncometry synthetic"
"""How the manufacturer of a made image begins."""


class FileStatus(StrEnum):
    """The three ways out of curation."""

    USED = "used"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class FileKind(StrEnum):
    """By content, never by name."""

    DICOM = "dicom"
    NIFTI = "nifti"
    NRRD = "nrrd"
    TABLE = "table"
    SIDECAR = "sidecar"
    TEXT = "text"
    ARCHIVE = "archive"
    NETWORK = "network"
    OTHER = "other"


@dataclass(frozen=True)
class FileRecord:
    """One input file.

    Attributes:
        path: absolute; for a member of an archive, where it was unpacked.
        shown: as a person should see it: relative to the input, or 'scans.zip!a/b.dcm'.
        size, sha256: of the bytes.
        code, detail: why it was quarantined.
        duplicate_of: `shown` of the file it repeats.
        member_of: key of the series, mask or dose it became part of.
    """

    path: Path
    shown: str
    size: int
    sha256: str
    kind: FileKind
    status: FileStatus
    code: Code | None = None
    detail: str = ""
    duplicate_of: str | None = None
    member_of: str | None = None


@dataclass(frozen=True)
class InstanceRef:
    """One file of a series, in slice order. UID is None outside DICOM.

    `frames`: 0-based frames (or mosaic tiles) of the file that belong to the series; () for all.
    """

    path: Path
    sop_instance_uid: str | None = None
    instance_number: int | None = None
    sha256: str = ""
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class SeriesRecord:
    """One image volume that can be read with `oncometry.io.read_image`.

    Attributes:
        key: Series Instance UID, with '#2' ... where one series holds several volumes;
            for other formats 'sha256:' and the file's hash.
        patient_id: as the source names the patient; '' becomes a stated placeholder.
        instances: in slice order (by position along the normal, never by InstanceNumber).
        geometry: of the volume; carries the frame of reference.
        modality, unit: DICOM modality; unit of the values that `read_image` gives.
        contrast, confidence, evidence: classification, 0..1, and what it rests on
            ('physics: TR 550, TE 14; contrast agent given').
        acquired: acquisition date (series date, else study date); study_date separately,
            since they can differ by weeks in real files.
        acquisition: TR, TE, manufacturer, kVp ...: parameter name with unit -> value.
        notices: what was accepted with a warning.
    """

    key: str
    patient_id: str
    kind: FileKind
    instances: tuple[InstanceRef, ...]
    geometry: Geometry
    modality: Modality
    contrast: Contrast
    confidence: float
    evidence: str
    unit: Unit
    series_instance_uid: str | None = None
    study_instance_uid: str | None = None
    study_date: date | None = None
    acquired: date | None = None
    session: str | None = None
    description: str = ""
    frame: int | None = None
    acquisition: Mapping[str, str | float | int] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[Notice, ...] = ()
    timepoint: Timepoint | None = None

    @property
    def synthetic(self) -> bool:
        """Whether the image says of itself that `oncometry demo` made it."""
        return str(self.acquisition.get("manufacturer", "")).lower().startswith(SYNTHETIC_MARK)


class MaskKind(StrEnum):
    """How a segmentation was stored."""

    RTSTRUCT = "RTSTRUCT"
    SEG = "SEG"
    NIFTI = "NIFTI"
    NRRD = "NRRD"
    NETWORK = "NETWORK"
    """Made by a run where no reader's mask came in; a label map of the cohort."""


@dataclass(frozen=True)
class MadeBy:
    """The network that made a mask.

    Attributes:
        network, version: of its card.
        sha256: of its weights.
        backend: what computed it, 'openvino 2026.4 f32'.
        step_key: of the step that segmented; '' of one that is read back from the store.
        told: what the sidecar of its label map says beside: licence, brain network, file of the probabilities.
    """

    network: str
    version: str
    sha256: str
    backend: str
    step_key: str = ""
    told: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def sidecar(self) -> dict[str, object]:
        """What is to be said of it beside its label map."""
        network = {"Name": self.network, "Version": self.version, "SHA256": self.sha256}
        return {"Network": network, "Backend": self.backend, **self.told}


@dataclass(frozen=True, eq=False)
class MaskRecord:
    """One segmentation that can be read with `oncometry.io.read_segmentation`.

    Attributes:
        key: SOP Instance UID, or 'sha256:' and the file's hash.
        series_key: the image it belongs to; None if there is none (a bare mask).
        linked_by: 'reference', 'frame of reference', 'grid', 'file name', 'session', 'network' or ''.
        scheme, scheme_source: label scheme and whether 'stated', 'file' or 'guessed'.
        hints: what place and name say of the labels of a NIfTI or NRRD mask.
        names_sha256: of the `dseg.tsv` beside it, None where there is none.
        made_by: the network whose mask it is; None of masks that came in.
    """

    key: str
    patient_id: str
    kind: MaskKind
    path: Path
    sha256: str
    series_key: str | None = None
    linked_by: str = ""
    scheme: str = "binary"
    scheme_source: str = "guessed"
    session: str | None = None
    acquired: date | None = None
    study_instance_uid: str | None = None
    frame_of_reference_uid: str | None = None
    description: str = ""
    hints: LabelHints = field(default_factory=LabelHints)
    names_sha256: str | None = None
    notices: tuple[Notice, ...] = ()
    timepoint: Timepoint | None = None
    made_by: MadeBy | None = None


@dataclass(frozen=True, eq=False)
class DoseRecord:
    """One RTDOSE.

    Attributes:
        plan_uid: SOP Instance UID of the one plan that it names.
        plan_sha256, fractions_planned, prescribed_gy: of that plan where the input has it, as it says them.
    """

    key: str
    patient_id: str
    path: Path
    sha256: str
    geometry: Geometry
    unit: str
    dose_type: str
    summation_type: str
    study_instance_uid: str | None = None
    frame_of_reference_uid: str | None = None
    timepoint: Timepoint | None = None
    plan_uid: str | None = None
    plan_sha256: str | None = None
    fractions_planned: int | None = None
    prescribed_gy: float | None = None


Record = SeriesRecord | MaskRecord | DoseRecord


@dataclass(frozen=True, eq=False)
class Records:
    """Series, masks and doses."""

    series: tuple[SeriesRecord, ...] = ()
    masks: tuple[MaskRecord, ...] = ()
    doses: tuple[DoseRecord, ...] = ()

    @property
    def every(self) -> tuple[Record, ...]:
        """All of them."""
        return (*self.series, *self.masks, *self.doses)

    @property
    def keys(self) -> frozenset[str]:
        """Of all of them."""
        return frozenset(r.key for r in self.every)

    def where(self, wanted: Collection[str]) -> Records:
        """Those with these keys."""
        return Records(
            tuple(s for s in self.series if s.key in wanted),
            tuple(m for m in self.masks if m.key in wanted),
            tuple(d for d in self.doses if d.key in wanted),
        )

    def of_patient(self, patient_id: str) -> Records:
        """Those of a patient."""
        return self.where({r.key for r in self.every if r.patient_id == patient_id})

    def joined(self, other: Records) -> Records:
        """Both."""
        return Records(
            (*self.series, *other.series), (*self.masks, *other.masks), (*self.doses, *other.doses)
        )


@dataclass(frozen=True, eq=False)
class Manifest:
    """Everything curation found, and what earlier inputs of the cohort brought of the same patients.

    Attributes:
        files: of this input alone.
        read: the records as they were read, before masks were linked and visits ordered.
        kept: keys of the records that earlier inputs brought.
    """

    files: tuple[FileRecord, ...]
    series: tuple[SeriesRecord, ...] = ()
    masks: tuple[MaskRecord, ...] = ()
    doses: tuple[DoseRecord, ...] = ()
    timepoints: tuple[Timepoint, ...] = ()
    layout: str = "plain"
    notices: tuple[Notice, ...] = ()
    read: Records = field(default_factory=Records)
    kept: frozenset[str] = frozenset()

    @property
    def synthetic(self) -> frozenset[str]:
        """Patients of whom an image was made by `oncometry demo`."""
        return frozenset(s.patient_id for s in self.series if s.synthetic)

    @property
    def counts(self) -> dict[FileStatus, int]:
        """Files by status; they sum to `len(files)`."""
        found = Counter(record.status for record in self.files)
        return {status: found[status] for status in FileStatus}

    @property
    def patient_ids(self) -> tuple[str, ...]:
        """In sorted order."""
        return tuple(sorted({t.patient_id for t in self.timepoints}))

    def of_patient(self, patient_id: str) -> tuple[tuple[SeriesRecord, ...], tuple[MaskRecord, ...]]:
        """The patient's series and masks."""
        return (
            tuple(s for s in self.series if s.patient_id == patient_id),
            tuple(m for m in self.masks if m.patient_id == patient_id),
        )
