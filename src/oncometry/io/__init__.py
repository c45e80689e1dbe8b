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
from oncometry.io.settings import CurateSettings
from oncometry.io.write_labels import write_segmentation
from oncometry.io.write_nifti import write_volume

__all__ = [
    "ClinicalSheet",
    "CurateSettings",
    "DoseRecord",
    "FileKind",
    "FileRecord",
    "FileStatus",
    "InstanceRef",
    "Manifest",
    "MaskKind",
    "MaskRecord",
    "SeriesRecord",
    "StoredFile",
    "WrittenFile",
    "cohort_description",
    "curate",
    "mask_path",
    "native_path",
    "participants_table",
    "preprocessed_path",
    "read_clinical",
    "read_image",
    "read_volume",
    "series_sidecar",
    "sha256_of",
    "subject_label",
    "write_bytes",
    "write_segmentation",
    "write_text",
    "write_volume",
]
