"""RTDOSE: both forms of the offset vector, and grids that do not hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import RTDoseStorage

from oncometry.core import Code, GeometryError, UnsupportedError
from oncometry.io.dicom_header import read_full_header
from oncometry.io.dose import describe_dose
from oncometry.io.manifest import DoseRecord
from oncometry.io.write_dicom import encode_dataset, file_dataset

STORED = np.arange(3 * 4 * 5, dtype=np.uint32).reshape(3, 4, 5)


def dose(path: Path, **changes: object) -> Path:
    dataset: Dataset = file_dataset(RTDoseStorage, "1.2.3")
    values: dict[str, object] = {
        "PatientID": "P1", "StudyInstanceUID": "1.2", "FrameOfReferenceUID": "1.9", "Modality": "RTDOSE",
        "ImagePositionPatient": [10.0, 20.0, -30.0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [2.0, 2.5], "GridFrameOffsetVector": [0.0, 3.0, 6.0], "DoseUnits": "GY",
        "DoseType": "PHYSICAL", "DoseSummationType": "PLAN", "DoseGridScaling": 0.01, "NumberOfFrames": 3,
        "Rows": 4, "Columns": 5, "BitsAllocated": 32, "BitsStored": 32, "HighBit": 31, "SamplesPerPixel": 1,
        "PixelRepresentation": 0, "PhotometricInterpretation": "MONOCHROME2", "PixelData": STORED.tobytes(),
    }  # fmt: skip
    for keyword, value in {**values, **changes}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset["PixelData"].VR = "OW"
    path.write_bytes(encode_dataset(dataset))  # type: ignore[arg-type]
    return path


def described(path: Path) -> DoseRecord:
    return describe_dose(path, "0" * 64, read_full_header(path))


@pytest.mark.parametrize("offsets", [[0.0, 3.0, 6.0], [-30.0, -27.0, -24.0]])
def test_relative_and_absolute_offsets(tmp_path: Path, offsets: list[float]) -> None:
    record = described(dose(tmp_path / "d.dcm", GridFrameOffsetVector=offsets))
    assert record.geometry.spacing_mm == (2.5, 2.0, 3.0)
    assert record.geometry.origin_lps_mm == (10.0, 20.0, -30.0)
    assert record.geometry.shape == (5, 4, 3)


def test_descending_planes(tmp_path: Path) -> None:
    record = described(dose(tmp_path / "d.dcm", GridFrameOffsetVector=[0.0, -3.0, -6.0]))
    assert record.geometry.origin_lps_mm == (10.0, 20.0, -36.0)


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError) as empty:
        described(dose(tmp_path / "e.dcm", Rows=None))
    assert empty.value.code is Code.UNSUPPORTED_TYPE
    for wrong in ([0.0, 3.0], [0.0, 3.0, 9.0], [5.0, 8.0, 11.0], None):
        with pytest.raises(GeometryError):
            described(dose(tmp_path / "o.dcm", GridFrameOffsetVector=wrong))


@pytest.mark.data
def test_real_dose(data_folder: Path) -> None:
    path = data_folder / "dicompyler-rt" / "rtdose.dcm"
    record = described(path)
    assert (record.unit, record.dose_type, record.summation_type) == ("GY", "PHYSICAL", "PLAN")
