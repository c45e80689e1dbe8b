"""RTPLAN (PS3.3 A.20): in how many fractions which dose was planned, and what it refers to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset

from oncometry.core import Code, UnsupportedError
from oncometry.io.dicom_header import DicomRole, coded, inconsistent, read_full_header, role_of, text_of
from oncometry.io.patient_id import patient_id_of

__all__ = [
    "FractionGroup",
    "Plan",
    "PlanRecord",
    "Prescription",
    "describe_plan",
    "plan_of",
    "read_plan",
]

MOST_FRACTIONS = 200


@dataclass(frozen=True)
class FractionGroup:
    """A fraction group. `fractions`: planned, None where not said; `beams`: of external beams; `setups`: brachytherapy."""

    number: int
    fractions: int | None
    beams: int
    setups: int


@dataclass(frozen=True)
class Prescription:
    """A dose reference. `structure_type`: POINT, VOLUME, COORDINATES or SITE; `kind`: TARGET or ORGAN_AT_RISK."""

    description: str
    structure_type: str
    kind: str
    target_gy: float | None
    maximum_gy: float | None
    roi_number: int | None


@dataclass(frozen=True)
class Plan:
    """What a plan says of its fractions and doses.

    Attributes:
        positions: of the patient, 'HFS' say, of each setup.
        dose_uids: SOP instances of doses it names.
    """

    key: str
    label: str
    groups: tuple[FractionGroup, ...]
    prescriptions: tuple[Prescription, ...]
    structure_set_uid: str | None
    dose_uids: tuple[str, ...]
    positions: tuple[str, ...]
    approval: str

    @property
    def fractions(self) -> int | None:
        """Of the whole plan; None where none are stated, or several groups state each its own."""
        stated = [group.fractions for group in self.groups]
        return stated[0] if len(stated) == 1 else None

    @property
    def prescribed_gy(self) -> float | None:
        """The highest dose prescribed to a target."""
        doses = [p.target_gy for p in self.prescriptions if p.kind == "TARGET" and p.target_gy is not None]
        return max(doses, default=None)


@dataclass(frozen=True)
class PlanRecord:
    """One RTPLAN, as curation knows it: what the dose that names it needs."""

    key: str
    patient_id: str
    path: Path
    sha256: str
    fractions: int | None
    prescribed_gy: float | None


def describe_plan(path: Path, sha256: str, header: Dataset) -> PlanRecord:
    """What a plan says of its course.

    Raises:
        CorruptInputError: as `read_plan`.
    """
    plan = plan_of(header, path)
    return PlanRecord(plan.key, patient_id_of(header), path, sha256, plan.fractions, plan.prescribed_gy)


def read_plan(path: Path) -> Plan:
    """Parse an RTPLAN.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, it is something else.
        CorruptInputError: `CORRUPT`; `HEADER_INCONSISTENT` for a number of fractions that is none.
    """
    with disable_value_validation(), coded(path):
        return plan_of(read_full_header(path), path)


def plan_of(dataset: Dataset, path: Path) -> Plan:
    """As `read_plan`, of a parsed object."""
    if role_of(dataset) is not DicomRole.PLAN:
        name = text_of(dataset, "Modality") or "no DICOM object that says what it is"
        raise UnsupportedError(Code.UNSUPPORTED_TYPE, f"it is {name}, not a radiotherapy plan.", path=path)
    return Plan(
        key=text_of(dataset, "SOPInstanceUID"),
        label=text_of(dataset, "RTPlanLabel"),
        groups=tuple(_group(item, path) for item in dataset.get("FractionGroupSequence") or []),
        prescriptions=tuple(_prescription(item) for item in dataset.get("DoseReferenceSequence") or []),
        structure_set_uid=next(iter(_uids(dataset, "ReferencedStructureSetSequence")), None),
        dose_uids=_uids(dataset, "ReferencedDoseSequence"),
        positions=tuple(
            text_of(item, "PatientPosition") for item in dataset.get("PatientSetupSequence") or []
        ),
        approval=text_of(dataset, "ApprovalStatus"),
    )


def _group(item: Dataset, path: Path) -> FractionGroup:
    fractions = _whole(item, "NumberOfFractionsPlanned")
    if fractions is not None and not 1 <= fractions <= MOST_FRACTIONS:
        raise inconsistent(path, f"a fraction group plans {fractions} fractions, not 1 to {MOST_FRACTIONS}.")
    return FractionGroup(
        _whole(item, "FractionGroupNumber") or 0,
        fractions,
        _whole(item, "NumberOfBeams") or 0,
        _whole(item, "NumberOfBrachyApplicationSetups") or 0,
    )


def _prescription(item: Dataset) -> Prescription:
    return Prescription(
        text_of(item, "DoseReferenceDescription"),
        text_of(item, "DoseReferenceStructureType"),
        text_of(item, "DoseReferenceType"),
        _decimal(item, "TargetPrescriptionDose"),
        _decimal(item, "OrganAtRiskMaximumDose"),
        _whole(item, "ReferencedROINumber"),
    )


def _uids(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    found = (text_of(item, "ReferencedSOPInstanceUID") for item in dataset.get(keyword) or [])
    return tuple(uid for uid in found if uid)


def _whole(item: Dataset, keyword: str) -> int | None:
    text = text_of(item, keyword)
    return int(text) if text else None


def _decimal(item: Dataset, keyword: str) -> float | None:
    text = text_of(item, keyword)
    return float(text) if text else None
