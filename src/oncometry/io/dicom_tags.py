"""What a written DICOM object says of its patient, series and study; and UIDs that stay the same."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

__all__ = ["MaskTags", "PatientTags", "SeriesTags", "derived_uid"]


@dataclass(frozen=True)
class PatientTags:
    """Patient module (DICOM PS3.3 C.7.1.1): sex is 'M', 'F', 'O' or '' where unknown."""

    patient_id: str
    name: str = ""
    sex: str = ""
    birth_year: int | None = None
    comments: str = ""


@dataclass(frozen=True)
class SeriesTags:
    """Study, series and acquisition of one image volume. Times in ms, lengths in mm.

    Attributes:
        acquired: date of study, series and acquisition; the time is noon plus one minute a series number.
        scanning_sequence, sequence_variant: DICOM (0018,0020), (0018,0021), 'SE', 'IR', 'SK' say; MR only.
        contrast_agent: (0018,0010), None where none was given.
        slice_thickness_mm: None takes the distance between slices.
    """

    study_instance_uid: str
    series_instance_uid: str
    number: int
    description: str
    acquired: date
    study_description: str = ""
    manufacturer: str = ""
    model: str = ""
    body_part: str = ""
    slice_thickness_mm: float | None = None
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    inversion_time_ms: float | None = None
    flip_angle_deg: float | None = None
    echo_train_length: int = 1
    field_strength_t: float | None = None
    scanning_sequence: tuple[str, ...] = ("SE",)
    sequence_variant: tuple[str, ...] = ("NONE",)
    contrast_agent: str | None = None
    kvp: float | None = None


@dataclass(frozen=True)
class MaskTags:
    """Series of a SEG or RTSTRUCT; patient, study and frame of reference come from the images.

    `algorithm`: name and version of the network that drew it; None where a person did.
    """

    series_instance_uid: str
    sop_instance_uid: str
    number: int
    description: str
    acquired: date
    manufacturer: str = ""
    model: str = ""
    software_version: str = ""
    algorithm: tuple[str, str] | None = None


def derived_uid(*parts: object) -> str:
    """A UID of the 2.25 root (DICOM PS3.5 B.2), always the same for the same parts."""
    name = "\x1f".join(str(part) for part in parts)
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, name).int}"
