"""DICOM headers: parsed without pixels, and sorted by what the object is."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from mmap import mmap
from pathlib import Path

import pydicom
from pydicom.charset import convert_encodings
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.tag import BaseTag, Tag
from pydicom.uid import MediaStorageDirectoryStorage

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.io.declared_pixels import check_pixels, has_rows
from oncometry.io.dicom_scan import (
    SEQUENCES,
    Element,
    Scanned,
    scan,
    scan_elements,
    scan_until_fault,
)
from oncometry.io.mapped import mapped

__all__ = [
    "READ_FAULTS",
    "DicomHeader",
    "DicomRole",
    "check_frame_count",
    "coded",
    "header_of",
    "inconsistent",
    "read_dataset",
    "read_full_header",
    "read_header",
    "remnant_of",
    "role_of",
    "text_of",
]

TAGS = [
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "StudyDate", "SeriesDate",
    "AcquisitionDate", "ContentDate", "AcquisitionDateTime", "SeriesTime", "AcquisitionTime", "ContentTime",
    "Modality", "ComplexImageComponent", "AcquisitionContrast", "Manufacturer", "ManufacturerModelName",
    "StudyDescription", "SeriesDescription", "ProtocolName", "PatientID", "PatientName", "PatientBirthDate", "PatientWeight",
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
WANTED = frozenset(int(tag) for tag in (*map(Tag, TAGS), *map(Tag, PRIVATE)))
CHARSET, SOP_CLASS, SOP_INSTANCE, SERIES = (
    Tag(0x00080005), Tag(0x00080016), Tag(0x00080018), Tag(0x0020000E),
)  # fmt: skip
LONGEST_SEQUENCE, LONGEST_VALUE = 1 << 28, 1 << 22
"""Bytes of an attribute: sequences hold kilobytes a frame, text and private headers of scanners stay below 1 MiB."""
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
    PLAN = "plan"
    PROJECTION = "projection"
    OTHER = "other"


STORAGE = "1.2.840.10008.5.1.4.1.1."
IMAGES = {"2", "2.1", "2.2", "4", "4.1", "4.4", "128", "128.1", "130"}
PROJECTIONS = {
    "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "3.1", "6.1", "6.2", "7", "7.1", "7.2", "7.3",
    "7.4", "12.1", "12.1.1", "12.2", "12.2.1", "13.1.1", "13.1.2", "13.1.3", "20",
}  # fmt: skip
ROLES = {
    **{STORAGE + tail: DicomRole.IMAGE for tail in IMAGES},
    **{STORAGE + tail: DicomRole.PROJECTION for tail in PROJECTIONS},
    STORAGE + "481.3": DicomRole.RTSTRUCT,
    STORAGE + "481.2": DicomRole.DOSE,
    STORAGE + "481.5": DicomRole.PLAN,
    STORAGE + "481.8": DicomRole.PLAN,
    STORAGE + "66.4": DicomRole.SEG,
    STORAGE + "66.7": DicomRole.SEG,
}
WITH_PIXELS = frozenset({DicomRole.IMAGE, DicomRole.SEG, DicomRole.DOSE})
"""A dose may have none: one of histograms alone has no rows."""


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


@dataclass(frozen=True, slots=True)
class DicomHeader:
    """What curation needs of a DICOM object, small enough that a hundred thousand fit into memory.

    Attributes:
        sop_class_uid, sop_instance_uid, series_instance_uid: '' where absent. The directory of a medium (DICOMDIR)
            has its class in the file meta information alone (PS3.3 annex F).
        implicit, little: the encoding of `elements`.
        elements: the attributes of `WANTED` as they stand in the file; none of a file that was refused.
    """

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    implicit: bool
    little: bool
    elements: bytes

    @property
    def role(self) -> DicomRole:
        """What curation does with it."""
        return ROLES.get(self.sop_class_uid, DicomRole.OTHER)

    def dataset(self, path: Path) -> Dataset:
        """The attributes, decoded by pydicom when they are first looked at.

        Raises:
            CorruptInputError: `CORRUPT`.
        """
        found = scan_elements(self.elements, implicit=self.implicit, little=self.little, path=path)
        with coded(path):
            raw = {BaseTag(element.tag): self._raw(element) for element in found.values()}
            dataset = Dataset({**raw})
            named = convert_raw_data_element(raw[CHARSET]).value if CHARSET in raw else None
            dataset.set_original_encoding(self.implicit, self.little, convert_encodings(named))
        return dataset

    def _raw(self, element: Element) -> RawDataElement:
        value = self.elements[element.start : element.end]
        vr = element.vr.decode() or None
        return RawDataElement(BaseTag(element.tag), vr, len(value), value, 0, self.implicit, self.little)


def header_of(data: bytes | mmap, path: Path) -> DicomHeader:
    """The header of a file whose bytes are these; every length in the file is checked.

    Raises:
        CorruptInputError: `CORRUPT` (not parsable), `TRUNCATED`, `TOO_DEEP`, `BOMB`,
            `HEADER_INCONSISTENT` (pixel data of another size than rows x columns x frames), `EMPTY`, `TOO_LARGE`
            (an attribute longer than any program writes, more pixels than can be in what is compressed).
    """
    scanned = scan(data, WANTED, path)
    _check_lengths(scanned, path)
    directory = scanned.media_class if scanned.media_class == MediaStorageDirectoryStorage else ""
    header = DicomHeader(
        _uid(scanned, SOP_CLASS) or directory,
        _uid(scanned, SOP_INSTANCE),
        _uid(scanned, SERIES),
        scanned.implicit,
        scanned.little,
        b"".join(scanned.data[element.at : element.stop] for _, element in sorted(scanned.elements.items())),
    )
    if not header.sop_class_uid:
        raise CorruptInputError(Code.CORRUPT, "it begins like DICOM, but names no SOP class.", path=path)
    gridless = header.role is DicomRole.DOSE and not has_rows(scanned, path)
    if header.role in WITH_PIXELS and not gridless:
        check_pixels(scanned, path)
    return header


def remnant_of(data: bytes | mmap, path: Path) -> DicomHeader | None:
    """What a file that was refused says of the series that now lacks it; None where it does not get that far."""
    there = scan_until_fault(data, (SOP_CLASS, SERIES), path)
    sop_class, series = (there.get(tag, b"").decode("latin-1").strip("\0 ") for tag in (SOP_CLASS, SERIES))
    return DicomHeader(sop_class, "", series, True, True, b"") if series else None


def read_header(path: Path) -> Dataset:
    """The header without pixels, only the attributes that curation needs.

    Raises:
        CorruptInputError: as `header_of`.
    """
    with mapped(path) as data:
        return header_of(data, path).dataset(path)


def _uid(scanned: Scanned, tag: int) -> str:
    return scanned.value(tag).decode("latin-1").strip("\0 ")


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


def inconsistent(path: Path, what: str) -> CorruptInputError:
    """`HEADER_INCONSISTENT`, of an object that was exported so."""
    return CorruptInputError(Code.HEADER_INCONSISTENT, what, path=path, advice="Export it again.")


def check_frame_count(dataset: Dataset, described: int, path: Path) -> None:
    """Hold the frames that are described against those that are there.

    Raises:
        CorruptInputError: `HEADER_INCONSISTENT`.
    """
    there = int(dataset.get("NumberOfFrames") or 1)
    if there != described:
        raise inconsistent(path, f"{described} frames are described, {there} are there.")


def _check_lengths(scanned: Scanned, path: Path) -> None:
    """What is kept of a header goes through the memory of every process that decides on it."""
    for tag, element in scanned.elements.items():
        most = LONGEST_SEQUENCE if tag in SEQUENCES else LONGEST_VALUE
        if element.end - element.start > most:
            raise CorruptInputError(
                Code.TOO_LARGE,
                f"{BaseTag(tag)} has {element.end - element.start} bytes, more than {most}: nothing of it is read.",
                path=path,
                advice="Ask who made the file.",
            )
