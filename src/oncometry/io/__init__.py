"""Files to nouns and back: find, check, read and write images, masks, doses and sheets."""

from oncometry.io.clinical import ClinicalSheet, read_clinical
from oncometry.io.curation import curate
from oncometry.io.derivative import (
    cohort_description,
    mask_path,
    native_path,
    participants_table,
    preprocessed_path,
    series_sidecar,
    subject_label,
)
from oncometry.io.dicom_tags import MaskTags, PatientTags, SeriesTags, derived_uid
from oncometry.io.dose import read_dose
from oncometry.io.files import StoredFile, WrittenFile, sha256_of, write_bytes, write_text
from oncometry.io.manifest import (
    DoseRecord,
    FileKind,
    FileRecord,
    FileStatus,
    InstanceRef,
    Manifest,
    MaskKind,
    MaskRecord,
    SeriesRecord,
)
from oncometry.io.read import read_image
from oncometry.io.read_path import read_volume
from oncometry.io.regrid import regrid
from oncometry.io.segmentation import LabelSummary, label_summary, read_mask_file, read_segmentation
from oncometry.io.settings import CurateSettings
from oncometry.io.write_dicom import write_dicom_series
from oncometry.io.write_labels import write_segmentation
from oncometry.io.write_nifti import write_volume
from oncometry.io.write_rtstruct import write_rtstruct
from oncometry.io.write_seg import write_seg

__all__ = [
    "ClinicalSheet",
    "CurateSettings",
    "DoseRecord",
    "FileKind",
    "FileRecord",
    "FileStatus",
    "InstanceRef",
    "LabelSummary",
    "Manifest",
    "MaskKind",
    "MaskRecord",
    "MaskTags",
    "PatientTags",
    "SeriesRecord",
    "SeriesTags",
    "StoredFile",
    "WrittenFile",
    "cohort_description",
    "curate",
    "derived_uid",
    "label_summary",
    "mask_path",
    "native_path",
    "participants_table",
    "preprocessed_path",
    "read_clinical",
    "read_dose",
    "read_image",
    "read_mask_file",
    "read_segmentation",
    "read_volume",
    "regrid",
    "series_sidecar",
    "sha256_of",
    "subject_label",
    "write_bytes",
    "write_dicom_series",
    "write_rtstruct",
    "write_seg",
    "write_segmentation",
    "write_text",
    "write_volume",
]
