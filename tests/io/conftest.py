"""What the tests of reading share: the real data folder, and DICOM slices made to order."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from oncometry.core import Geometry, Image, Modality, Segment, Segmentation, scheme_named
from oncometry.io.dicom_tags import MaskTags, PatientTags, SeriesTags, derived_uid
from oncometry.io.write_dicom import write_dicom_series

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


@dataclass(frozen=True)
class MadeStudy:
    """A small rotated MR with three nested regions, written as DICOM."""

    image: Image
    segmentation: Segmentation
    slices: tuple[Path, ...]


@pytest.fixture
def made_study(tmp_path: Path) -> MadeStudy:
    """20 slices of 5 mm, oblique in plane, with necrosis in an enhancing rim in edema (BraTS 2023)."""
    angle = np.deg2rad(20)
    turn = [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    grid = Geometry.from_parts((64, 60, 20), (1, 1.2, 5), (-30, -33.1, 12.5), turn, derived_uid("frame"))
    i, j, k = np.indices(grid.shape)
    far = (i - 30) ** 2 + ((j - 28) * 1.2) ** 2 + ((k - 9) * 5) ** 2
    labels = np.select([far < 81, far < 225, far < 484], [1, 3, 2], 0)
    voxels = (np.random.default_rng(0).random(grid.shape) * 1000).astype(np.int16)
    image = Image(voxels, grid, Modality.MR)
    named = scheme_named("brats-2023").labels
    segments = tuple(Segment.from_mask(n, *named[n], labels == n) for n in (1, 2, 3))
    series = SeriesTags(
        derived_uid("study"), derived_uid("series"), 3, "T1 SE axial", date(2020, 1, 2),
        repetition_time_ms=500.0, echo_time_ms=10.0, contrast_agent="Gadobutrol", manufacturer="Maker",
    )  # fmt: skip
    paths = write_dicom_series(image, tmp_path / "image", PatientTags("P1", "Doe^Jane", "F", 1960), series)
    return MadeStudy(image, Segmentation(grid, segments, "brats-2023"), paths)


@pytest.fixture
def mask_tags() -> MaskTags:
    """Series of a written mask."""
    return MaskTags(derived_uid("mask series"), derived_uid("mask"), 9, "tumor", date(2020, 1, 2))
