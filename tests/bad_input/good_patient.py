"""A patient of whom nothing is wrong: a small MR with a mask of known size, to stand beside what is bad."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from oncometry.core import Geometry, Image, Modality, Segment, Segmentation, scheme_named
from oncometry.io import MaskTags, PatientTags, SeriesTags, derived_uid, write_dicom_series, write_seg

__all__ = ["PATIENT", "VOLUME_ML", "write_good_patient"]

PATIENT = "GOOD"
GRID = Geometry.from_parts((24, 24, 8), (2, 2, 4), (-24, -24, -16), np.eye(3), derived_uid("good frame"))
LABELS = (
    (np.indices(GRID.shape) - np.reshape([12, 12, 4], (3, 1, 1, 1))) ** 2
    * np.reshape([4, 4, 16], (3, 1, 1, 1))
).sum(axis=0) < 81
VOLUME_ML = float(LABELS.sum()) * GRID.voxel_volume_mm3 / 1000


def write_good_patient(folder: Path) -> Path:
    """Eight slices and a SEG; gives the folder."""
    voxels = np.random.default_rng(1).integers(0, 1000, GRID.shape).astype(np.int16)
    tags = SeriesTags(
        derived_uid("good study"), derived_uid("good series"), 1, "T1 gd", date(2020, 5, 4),
        repetition_time_ms=500.0, echo_time_ms=10.0, contrast_agent="Gadobutrol",
    )  # fmt: skip
    slices = write_dicom_series(
        Image(voxels, GRID, Modality.MR), folder / "image", PatientTags(PATIENT), tags
    )
    segment = Segment.from_mask(3, *scheme_named("brats-2023").labels[3], LABELS)
    mask = MaskTags(derived_uid("good masks"), derived_uid("good mask"), 2, "tumor", date(2020, 5, 4))
    write_seg(Segmentation(GRID, (segment,), "brats-2023"), slices, folder / "mask.dcm", mask)
    return folder
