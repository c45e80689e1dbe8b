"""Who a DICOM object belongs to."""

from __future__ import annotations

import hashlib

from pydicom.dataset import Dataset

from oncometry.io.dicom_header import text_of

__all__ = ["patient_id_of"]


def patient_id_of(dataset: Dataset) -> str:
    """Patient ID; where it is empty a stated placeholder, the same for all of a study."""
    stated = text_of(dataset, "PatientID")
    if stated:
        return stated
    study = text_of(dataset, "StudyInstanceUID") or text_of(dataset, "SeriesInstanceUID")
    return f"unnamed-{hashlib.sha256(study.encode()).hexdigest()[:8]}"
