"""A made visit as files: DICOM series, and the mask in one of three formats in turn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oncometry.core import Contrast, Image
from oncometry.io.write_nifti import write_volume
from oncometry.synthesis.profile import PatientProfile
from oncometry.synthesis.study import Study

__all__ = ["WrittenStudy", "write_study"]


@dataclass(frozen=True)
class WrittenStudy:
    """How many series, and the mask if there was anything to draw."""

    series: int
    mask: Path | None


def write_study(
    study: Study, patient_id: str, profile: PatientProfile, number: int, folder: Path
) -> WrittenStudy:
    day = study.day.isoformat()
    for pulse, image in study.images:
        write_volume(
            image, folder / "nifti" / patient_id / f"{patient_id}_{day}_{pulse.contrast.value}.nii.gz"
        )
    grid = study.segmentation.geometry
    labels = np.zeros(grid.shape, np.uint8, order="F")
    for segment in study.segmentation:
        labels[segment.box][segment.array] = segment.number
    mask = folder / "masks" / patient_id / f"{patient_id}_{day}_T1c_seg.nii.gz"
    write_volume(Image(labels, grid), mask)
    return WrittenStudy(4, mask)
