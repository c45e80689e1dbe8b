"""DICOM made from nothing: slices, enhanced objects, masks and whatever else a folder may hold."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import gdcm
import numpy as np
import pydicom
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

__all__ = [
    "CT",
    "MR",
    "compress",
    "dataset",
    "put",
    "raw_number",
    "save",
    "series",
    "structures",
    "write_dicomdir",
]

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
ROOT = "1.2.826.0.1.3680043.10.1"


def dataset(z: float = 0.0, array: np.ndarray | None = None, **attributes: object) -> FileDataset:
    """One classic CT slice of 8 x 8 pixels of 1 mm; attributes replace, None deletes."""
    pixels = (np.arange(64, dtype=np.int16) * 7).reshape(8, 8) if array is None else array
    made = FileDataset(None, {}, preamble=b"\0" * 128)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values: dict[str, object] = {
        "SOPClassUID": CT,
        "SOPInstanceUID": f"{ROOT}.9.{round(z * 100) + 5000}",
        "SeriesInstanceUID": f"{ROOT}.5",
        "StudyInstanceUID": f"{ROOT}.6",
        "FrameOfReferenceUID": f"{ROOT}.7",
        "PatientID": "BAD",
        "Modality": "CT",
        "SeriesDescription": "axial",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "StudyDate": "20200103",
        "ImagePositionPatient": [-4.0, -4.0, float(z)],
        "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        "PixelSpacing": [1.0, 1.0],
        "SliceThickness": 3.0,
        "InstanceNumber": 1,
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "Rows": pixels.shape[-2] if pixels.ndim > 1 else 8,
        "Columns": pixels.shape[-1] if pixels.ndim > 1 else 8,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "PixelData": pixels.astype("<i2").tobytes(),
    }
    with disable_value_validation():
        for keyword, value in {**values, **attributes}.items():
            if value is not None:
                setattr(made, keyword, value)
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return made


def save(made: Dataset, path: Path) -> Path:
    """Write it as it is, valid or not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with disable_value_validation(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pydicom.dcmwrite(path, made, enforce_file_format=True)
    return path


def put(folder: Path, name: str = "a.dcm", z: float = 0.0, **attributes: object) -> Path:
    """Write one slice."""
    return save(dataset(z, **attributes), folder / name)


def compress(path: Path, kind: str) -> Path:
    """Compress a file in place; `kind` as gdcm names it: RLELossless, JPEGLSLossless, JPEG2000Lossless."""
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, kind)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    made = pydicom.dcmread(path)
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    written = pydicom.dcmread(path)  # gdcm changes the header; its pixels alone are taken
    made.PixelData, made["PixelData"].is_undefined_length = written.PixelData, True
    made.file_meta.TransferSyntaxUID = written.file_meta.TransferSyntaxUID
    return save(made, path)


def write_dicomdir(folder: Path) -> Path:
    """The directory of a medium: its class stands in the file meta information alone (PS3.3 annex F)."""
    made = FileDataset(None, {}, preamble=b"\0" * 128)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    made.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.1"
    made.FileSetID = "CD"
    record = Dataset()
    record.DirectoryRecordType, record.PatientID = "PATIENT", "BAD"
    made.DirectoryRecordSequence = Items([record])
    return save(made, folder / "DICOMDIR")


def series(
    folder: Path, positions: Sequence[float] = (0, 3, 6, 9, 12), start: str = "s", **attributes: object
) -> list[Path]:
    """Write slices at these heights; a list as attribute gives each slice its own value."""
    paths = []
    for n, z in enumerate(positions):
        own = {k: v[n] if isinstance(v, tuple) else v for k, v in attributes.items()}
        own.setdefault("SOPInstanceUID", f"{ROOT}.8.{start.encode().hex()}.{n + 1}".replace("a", "1"))
        paths.append(put(folder, f"{start}{n}.dcm", z, **own))
    return paths


def raw_number(path: Path, keyword: str, text: bytes) -> Path:
    """Put bytes that pydicom would not write in the place of a number string that is there."""
    tag = pydicom.tag.Tag(keyword)
    data = path.read_bytes()
    head = tag.group.to_bytes(2, "little") + tag.element.to_bytes(2, "little") + b"DS"
    at = data.index(head)
    length = int.from_bytes(data[at + 6 : at + 8], "little")
    text += b" " * (len(text) % 2)
    path.write_bytes(data[: at + 6] + len(text).to_bytes(2, "little") + text + data[at + 8 + length :])
    return path


def structures(
    contours: Sequence[np.ndarray],
    *,
    images: Sequence[str] = (),
    frame: str = f"{ROOT}.7",
    geometric: str = "CLOSED_PLANAR",
    patient: str = "BAD",
) -> FileDataset:
    """An RTSTRUCT with one region of (n, 3) LPS mm contours, which refers to these instances."""
    made = dataset(PatientID=patient)
    for keyword in ("PixelData", "Rows", "Columns", "ImagePositionPatient", "ImageOrientationPatient"):
        delattr(made, keyword)
    made.SOPClassUID, made.Modality = "1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT"
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.77"
    made.SeriesInstanceUID = f"{ROOT}.78"
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.StructureSetLabel, made.FrameOfReferenceUID = "RT", frame
    roi = Dataset()
    roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = 1, "GTV", frame
    made.StructureSetROISequence = Items([roi])
    drawn = Dataset()
    drawn.ReferencedROINumber = 1
    drawn.ContourSequence = Items([_contour(points, geometric, images) for points in contours])
    made.ROIContourSequence = Items([drawn])
    return made


def _contour(points: np.ndarray, geometric: str, images: Sequence[str]) -> Dataset:
    item = Dataset()
    item.ContourGeometricType, item.NumberOfContourPoints = geometric, len(points)
    item.ContourData = [f"{value:.6g}" for value in np.asarray(points, float).ravel()]
    if images:
        references = []
        for uid in images:
            reference = Dataset()
            reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CT, uid
            references.append(reference)
        item.ContourImageSequence = Items(references)
    return item
