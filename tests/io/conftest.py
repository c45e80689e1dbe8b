"""What the tests of reading share: the real data folder, and DICOM slices made to order."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

Maker = Callable[..., Path]


@pytest.fixture
def data_folder() -> Path:
    """The folder of real data."""
    named = os.environ.get("ONCOMETRY_DATA")
    if not named:
        pytest.skip("ONCOMETRY_DATA is not set: the real data are not here")
    return Path(named) / "imaging"


@pytest.fixture
def make_slice(tmp_path: Path) -> Maker:
    """Write one classic DICOM slice; keyword attributes replace, None deletes."""

    def make(name: str, z: float, array: np.ndarray | None = None, **attributes: object) -> Path:
        pixels = np.arange(12, dtype=np.int16).reshape(3, 4) if array is None else array
        dataset = FileDataset(None, {}, preamble=b"\0" * 128)
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        values: dict[str, object] = {
            "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
            "SOPInstanceUID": f"1.2.3.4.{abs(hash((name, z))) % 10**9}",
            "SeriesInstanceUID": "1.2.3.5",
            "StudyInstanceUID": "1.2.3.6",
            "FrameOfReferenceUID": "1.2.3.7",
            "PatientID": "P1",
            "Modality": "CT",
            "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
            "StudyDate": "20200103",
            "ImagePositionPatient": [10.0, 20.0, z],
            "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            "PixelSpacing": [0.5, 0.8],
            "SliceThickness": 3.0,
            "InstanceNumber": 1,
            "RescaleSlope": 1,
            "RescaleIntercept": -1024,
            "Rows": pixels.shape[0],
            "Columns": pixels.shape[1],
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "BitsAllocated": 16,
            "BitsStored": 16,
            "HighBit": 15,
            "PixelRepresentation": 1,
            "PixelData": pixels.astype("<i2").tobytes(),
        }
        for keyword, value in {**values, **attributes}.items():
            if value is not None:
                setattr(dataset, keyword, value)
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pydicom.dcmwrite(path, dataset, enforce_file_format=True)
        return path

    return make
