"""A made visit as files: DICOM series, and the mask as SEG, RTSTRUCT or NIfTI in turn of patients."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oncometry.core import Contrast, Image
from oncometry.io.dicom_tags import MaskTags, PatientTags, SeriesTags, derived_uid
from oncometry.io.write_dicom import write_dicom_series
from oncometry.io.write_nifti import write_volume
from oncometry.io.write_rtstruct import write_rtstruct
from oncometry.io.write_seg import write_seg
from oncometry.synthesis.profile import PatientProfile
from oncometry.synthesis.signal import Sequence
from oncometry.synthesis.study import Study

__all__ = ["MADE_BY", "WrittenStudy", "write_study"]

MADE_BY = "Oncometry synthetic"
COMMENT = "SYNTHETIC: computed by Oncometry, not a patient"
TESLA = 1.5
TURBO = 16
MASK_NUMBER = 100


@dataclass(frozen=True)
class WrittenStudy:
    """How many series were written, and the mask if there was anything to draw."""

    series: int
    mask: Path | None


def write_study(study: Study, profile: PatientProfile, number: int, folder: Path) -> WrittenStudy:
    """Write a visit of patient `number` (1, 2 ...) under `folder`."""
    day = study.day.isoformat()
    place = folder / "dicom" / study.patient_id / day
    patient = PatientTags(
        study.patient_id,
        f"SYNTHETIC^{study.patient_id}",
        profile.sex,
        study.first_day.year - profile.age_years,
        COMMENT,
    )
    slices: dict[Contrast, tuple[Path, ...]] = {}
    for order, (pulse, image) in enumerate(study.images, start=1):
        tags = _series_tags(study, pulse, image, order)
        slices[pulse.contrast] = write_dicom_series(image, place / pulse.contrast.value, patient, tags)
    mask = _write_mask(study, slices[Contrast.T1C], number, folder) if study.segmentation.segments else None
    return WrittenStudy(len(slices), mask)


def _series_tags(study: Study, pulse: Sequence, image: Image, order: int) -> SeriesTags:
    turbo = pulse.contrast in (Contrast.T2, Contrast.FLAIR)
    return SeriesTags(
        study_instance_uid=study.uid,
        series_instance_uid=image.key,
        number=order,
        description=f"{pulse.description} (synthetic)",
        acquired=study.day,
        study_description="MR head, synthetic",
        manufacturer=MADE_BY,
        model="reaction-diffusion glioma",
        body_part="BRAIN",
        repetition_time_ms=pulse.repetition_ms,
        echo_time_ms=pulse.echo_ms,
        inversion_time_ms=pulse.inversion_ms,
        flip_angle_deg=90.0,
        echo_train_length=TURBO if turbo else 1,
        field_strength_t=TESLA,
        scanning_sequence=("SE",) if pulse.inversion_ms is None else ("SE", "IR"),
        sequence_variant=("SK",) if turbo else ("NONE",),
        contrast_agent=pulse.agent,
    )


def _write_mask(study: Study, t1c: tuple[Path, ...], number: int, folder: Path) -> Path:
    """Patients 1, 4 ... have a SEG, 2, 5 ... an RTSTRUCT, 3, 6 ... a NIfTI label map."""
    day = study.day.isoformat()
    kind = ("NIFTI", "SEG", "RTSTRUCT")[number % 3]
    if kind == "NIFTI":
        path = folder / "masks" / study.patient_id / f"{study.patient_id}_{day}_T1c_seg.nii.gz"
        write_volume(_label_image(study), path)
        return path
    path = folder / "dicom" / study.patient_id / day / kind / f"{kind}.dcm"
    tags = MaskTags(
        derived_uid(study.uid, kind, "series"),
        derived_uid(study.uid, kind, "instance"),
        MASK_NUMBER,
        "Tumor (synthetic)",
        study.day,
        MADE_BY,
        "true geometry",
    )
    (write_seg if kind == "SEG" else write_rtstruct)(study.segmentation, t1c, path, tags)
    return path


def _label_image(study: Study) -> Image:
    grid = study.segmentation.geometry
    labels = np.zeros(grid.shape, np.uint8, order="F")
    for segment in study.segmentation:
        labels[segment.box][segment.array] = segment.number
    return Image(labels, grid)
