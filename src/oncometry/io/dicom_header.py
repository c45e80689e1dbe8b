"""DICOM headers: parsed without pixels, and sorted by what the object is."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import pydicom
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.tag import BaseTag, Tag

from oncometry.core import Code, CorruptInputError, OncometryError

__all__ = [
    "READ_FAULTS",
    "DicomRole",
    "coded",
    "read_dataset",
    "read_full_header",
    "read_header",
    "role_of",
    "text_of",
]

TAGS = [
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "StudyDate", "SeriesDate",
    "AcquisitionDate", "ContentDate", "AcquisitionDateTime", "SeriesTime", "AcquisitionTime", "ContentTime",
    "Modality", "ComplexImageComponent", "AcquisitionContrast", "Manufacturer", "ManufacturerModelName",
    "StudyDescription", "SeriesDescription", "ProtocolName", "PatientID", "PatientName", "PatientWeight",
    "BodyPartExamined", "ContrastBolusAgent", "ContrastBolusAgentSequence", "ScanningSequence",
    "SequenceVariant", "ScanOptions", "MRAcquisitionType", "SequenceName", "PulseSequenceName",
    "EchoPulseSequence", "EchoPlanarPulseSequence", "InversionRecovery", "SliceThickness", "KVP",
    "RepetitionTime", "EchoTime", "InversionTime", "ImagedNucleus", "MagneticFieldStrength",
    "SpacingBetweenSlices", "EchoTrainLength", "FlipAngle", "ConvolutionKernel", "TriggerTime",
    "XRayTubeCurrent", "GantryDetectorTilt", "DiffusionBValue", "DiffusionGradientOrientation",
    "FrameReferenceTime", "ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID",
    "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "AcquisitionNumber", "InstanceNumber",
    "TemporalPositionIdentifier", "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "Rows",
    "Columns", "PixelSpacing", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "RescaleIntercept", "RescaleSlope", "ModalityLUTSequence", "Units", "SUVType", "DecayCorrection",
    "CorrectedImage", "RadiopharmaceuticalInformationSequence", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence", "ReferencedFrameOfReferenceUID",
]  # fmt: skip
SIEMENS_MR, SIEMENS_CSA, GE_PET = 0x0019, 0x0029, 0x0009
PRIVATE = [
    (SIEMENS_MR, 0x0010), (SIEMENS_MR, 0x100A), (SIEMENS_MR, 0x100C), (SIEMENS_CSA, 0x0010),
    (SIEMENS_CSA, 0x1010), (GE_PET, 0x0010), (GE_PET, 0x100D), (0x7053, 0x0010), (0x7053, 0x1000),
]  # fmt: skip
WANTED: list[BaseTag] = [*(Tag(keyword) for keyword in TAGS), *(Tag(pair) for pair in PRIVATE)]
UNKNOWN_LENGTH = 0xFFFFFFFF
READ_FAULTS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, NotImplementedError, EOFError,
    OSError, RecursionError, InvalidDicomError, BytesLengthException, struct.error,
)  # fmt: skip


class DicomRole(StrEnum):
    """What curation does with an object."""

    IMAGE = "image"
    RTSTRUCT = "rtstruct"
    SEG = "seg"
    DOSE = "dose"
    PROJECTION = "projection"
    OTHER = "other"


STORAGE = "1.2.840.10008.5.1.4.1.1."
IMAGES = {"2", "2.1", "2.2", "4", "4.1", "4.4", "20", "128", "128.1", "130"} - {"20"}
PROJECTIONS = {
    "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "3.1", "6.1", "6.2", "7", "7.1", "7.2", "7.3",
    "7.4", "12.1", "12.1.1", "12.2", "12.2.1", "13.1.1", "13.1.2", "13.1.3", "20",
}  # fmt: skip
ROLES = {
    **{STORAGE + tail: DicomRole.IMAGE for tail in IMAGES},
    **{STORAGE + tail: DicomRole.PROJECTION for tail in PROJECTIONS},
    STORAGE + "481.3": DicomRole.RTSTRUCT,
    STORAGE + "481.2": DicomRole.DOSE,
    STORAGE + "66.4": DicomRole.SEG,
    STORAGE + "66.7": DicomRole.SEG,
}


def role_of(dataset: Dataset) -> DicomRole:
    """By SOP class: volumes we read, regions, dose, projections and captures, everything else."""
    return ROLES.get(text_of(dataset, "SOPClassUID"), DicomRole.OTHER)


def text_of(dataset: Dataset, keyword: str) -> str:
    """An attribute as stripped text; '' where absent, empty, unreadable or the word 'None'."""
    try:
        value = dataset.get(keyword)
    except READ_FAULTS:
        return ""
    if value is None:
        return ""
    text = (
        "\\".join(map(str, value)) if isinstance(value, (list, pydicom.multival.MultiValue)) else str(value)
    )
    return "" if text.strip().lower() == "none" else text.strip().replace("\0", "")


@contextmanager
def coded(path: Path) -> Iterator[None]:
    """Turn what a broken DICOM file makes pydicom raise into `CORRUPT`, and silence its warnings.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except OncometryError:
            raise
        except READ_FAULTS as error:
            raise _corrupt(path, error) from error


def read_header(path: Path) -> FileDataset:
    """The header without pixels, only the attributes that curation needs; the pixel length is checked.

    Raises:
        CorruptInputError: `CORRUPT` (not parsable), `TRUNCATED`, `HEADER_INCONSISTENT` (pixel data
            shorter or longer than rows x columns x frames).
    """
    with path.open("rb") as stream, coded(path):
        dataset = pydicom.dcmread(stream, stop_before_pixels=True, force=True, specific_tags=WANTED)
        _touch(dataset)
        if not text_of(dataset, "SOPClassUID"):
            raise CorruptInputError(Code.CORRUPT, "it begins like DICOM, but names no SOP class.", path=path)
        if role_of(dataset) is DicomRole.IMAGE:
            _check_pixels(stream, dataset, path)
    return dataset


def _touch(dataset: Dataset) -> None:
    """Decode every element now: one of impossible type or length spoils the file, a bad number does not."""
    for tag in list(dataset.keys()):
        try:
            dataset[tag]
        except (ValueError, TypeError, OverflowError):
            continue


def read_full_header(path: Path) -> FileDataset:
    """Every attribute but the pixels.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    return read_dataset(path, pixels=False)


def read_dataset(path: Path, *, pixels: bool = True) -> FileDataset:
    """The whole object, pixels and all.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    with coded(path):
        return pydicom.dcmread(path, force=True, stop_before_pixels=not pixels)


def _corrupt(path: Path, error: Exception) -> CorruptInputError:
    return CorruptInputError(
        Code.CORRUPT,
        f"it begins like DICOM, but cannot be parsed ({type(error).__name__}: {error}).",
        path=path,
        advice="Copy the file again from its source.",
    )


def _check_pixels(stream: BinaryIO, dataset: FileDataset, path: Path) -> None:
    """Hold the pixel data element, at which the stream stands, against what the header declares."""
    syntax = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    if syntax is not None and (syntax.is_compressed or syntax.is_deflated):
        return
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    frames, bits = int(dataset.get("NumberOfFrames") or 1), int(dataset.get("BitsAllocated") or 0)
    expected = rows * columns * frames * int(dataset.get("SamplesPerPixel") or 1) * bits // 8
    little = bool(dataset.original_encoding[1]) if dataset.original_encoding[1] is not None else True
    head = stream.read(12)
    if expected == 0 or len(head) < 8:
        raise CorruptInputError(
            Code.EMPTY, f"there are no pixels ({rows} x {columns} x {frames}, {bits} bits).", path=path
        )
    order = "little" if little else "big"
    explicit = head[4:6] in (b"OW", b"OB", b"OF", b"OD", b"UN")
    length = int.from_bytes(head[8:12] if explicit else head[4:8], order)  # type: ignore[arg-type]
    there = path.stat().st_size - stream.tell() + (0 if explicit else 4)
    if there < min(expected, length):
        raise CorruptInputError(
            Code.TRUNCATED, f"{there} of {expected} bytes of pixels are there: the file was cut.", path=path
        )
    if length != UNKNOWN_LENGTH and not expected <= length <= expected + 1:
        raise CorruptInputError(
            Code.HEADER_INCONSISTENT,
            f"{rows} x {columns} x {frames} pixels of {bits} bits need {expected} bytes, not {length}.",
            path=path,
        )
