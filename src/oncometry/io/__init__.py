"""Files to nouns and back: find, check, read and write images, masks, doses and sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.io.clinical import ClinicalSheet, read_clinical
    from oncometry.io.curation import curate
    from oncometry.io.derivative import (
        BIDS_IGNORED,
        cohort_description,
        map_path,
        mask_path,
        native_path,
        participants_table,
        preprocessed_mask_path,
        preprocessed_path,
        preprocessed_sidecar,
        probability_path,
        saliency_path,
        series_sidecar,
        sidecar_path,
        subject_label,
    )
    from oncometry.io.dicom_tags import MaskTags, PatientTags, SeriesTags, derived_uid
    from oncometry.io.files import StoredFile, WrittenFile, sha256_of, write_bytes, write_text
    from oncometry.io.manifest import (
        DoseRecord,
        FileKind,
        FileRecord,
        FileStatus,
        InstanceRef,
        MadeBy,
        Manifest,
        MaskKind,
        MaskRecord,
        Records,
        SeriesRecord,
    )
    from oncometry.io.read import read_image
    from oncometry.io.read_path import read_volume
    from oncometry.io.segmentation import (
        LabelSummary,
        label_summary,
        read_mask_file,
        read_segmentation,
        segmentation_of,
    )
    from oncometry.io.settings import CurateSettings
    from oncometry.io.visit_states import read_visit_states
    from oncometry.io.write_dicom import write_dicom_series
    from oncometry.io.write_labels import write_labels, write_segmentation
    from oncometry.io.write_nifti import write_volume
    from oncometry.io.write_probabilities import write_probabilities
    from oncometry.io.write_rtstruct import write_rtstruct
    from oncometry.io.write_seg import write_seg

__all__ = [
    "BIDS_IGNORED",
    "ClinicalSheet",
    "CurateSettings",
    "DoseRecord",
    "FileKind",
    "FileRecord",
    "FileStatus",
    "InstanceRef",
    "LabelSummary",
    "MadeBy",
    "Manifest",
    "MaskKind",
    "MaskRecord",
    "MaskTags",
    "PatientTags",
    "Records",
    "SeriesRecord",
    "SeriesTags",
    "StoredFile",
    "WrittenFile",
    "cohort_description",
    "curate",
    "derived_uid",
    "label_summary",
    "map_path",
    "mask_path",
    "native_path",
    "participants_table",
    "preprocessed_mask_path",
    "preprocessed_path",
    "preprocessed_sidecar",
    "probability_path",
    "read_clinical",
    "read_image",
    "read_mask_file",
    "read_segmentation",
    "read_visit_states",
    "read_volume",
    "saliency_path",
    "segmentation_of",
    "series_sidecar",
    "sha256_of",
    "sidecar_path",
    "subject_label",
    "write_bytes",
    "write_dicom_series",
    "write_labels",
    "write_probabilities",
    "write_rtstruct",
    "write_seg",
    "write_segmentation",
    "write_text",
    "write_volume",
]

open_lazily(
    __name__,
    {
        "BIDS_IGNORED": "oncometry.io.derivative",
        "ClinicalSheet": "oncometry.io.clinical",
        "CurateSettings": "oncometry.io.settings",
        "DoseRecord": "oncometry.io.manifest",
        "FileKind": "oncometry.io.manifest",
        "FileRecord": "oncometry.io.manifest",
        "FileStatus": "oncometry.io.manifest",
        "InstanceRef": "oncometry.io.manifest",
        "LabelSummary": "oncometry.io.segmentation",
        "MadeBy": "oncometry.io.manifest",
        "Manifest": "oncometry.io.manifest",
        "MaskKind": "oncometry.io.manifest",
        "MaskRecord": "oncometry.io.manifest",
        "MaskTags": "oncometry.io.dicom_tags",
        "PatientTags": "oncometry.io.dicom_tags",
        "Records": "oncometry.io.manifest",
        "SeriesRecord": "oncometry.io.manifest",
        "SeriesTags": "oncometry.io.dicom_tags",
        "StoredFile": "oncometry.io.files",
        "WrittenFile": "oncometry.io.files",
        "cohort_description": "oncometry.io.derivative",
        "curate": "oncometry.io.curation",
        "derived_uid": "oncometry.io.dicom_tags",
        "label_summary": "oncometry.io.segmentation",
        "mask_path": "oncometry.io.derivative",
        "native_path": "oncometry.io.derivative",
        "participants_table": "oncometry.io.derivative",
        "preprocessed_mask_path": "oncometry.io.derivative",
        "preprocessed_path": "oncometry.io.derivative",
        "preprocessed_sidecar": "oncometry.io.derivative",
        "probability_path": "oncometry.io.derivative",
        "saliency_path": "oncometry.io.derivative",
        "read_clinical": "oncometry.io.clinical",
        "read_image": "oncometry.io.read",
        "read_mask_file": "oncometry.io.segmentation",
        "read_segmentation": "oncometry.io.segmentation",
        "read_visit_states": "oncometry.io.visit_states",
        "read_volume": "oncometry.io.read_path",
        "segmentation_of": "oncometry.io.segmentation",
        "series_sidecar": "oncometry.io.derivative",
        "map_path": "oncometry.io.derivative",
        "sidecar_path": "oncometry.io.derivative",
        "sha256_of": "oncometry.io.files",
        "subject_label": "oncometry.io.derivative",
        "write_bytes": "oncometry.io.files",
        "write_dicom_series": "oncometry.io.write_dicom",
        "write_labels": "oncometry.io.write_labels",
        "write_probabilities": "oncometry.io.write_probabilities",
        "write_rtstruct": "oncometry.io.write_rtstruct",
        "write_seg": "oncometry.io.write_seg",
        "write_segmentation": "oncometry.io.write_labels",
        "write_text": "oncometry.io.files",
        "write_volume": "oncometry.io.write_nifti",
    },
)
