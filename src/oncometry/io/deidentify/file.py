"""One DICOM file: read, refused or cleaned, and given back as bytes."""

from __future__ import annotations

import io
import logging
import struct
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from oncometry.core import Code, CorruptInputError, OncometryError, UnsupportedError
from oncometry.io.deidentify.claim import SCANS
from oncometry.io.deidentify.dataset import clean_dataset, strip
from oncometry.io.deidentify.identifiers import Identifiers, identifiers_of
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.mark import already_marked, mark
from oncometry.io.deidentify.pixel_data import clean_pixels
from oncometry.io.deidentify.screening import refusal
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.subject import Subject, subject_of
from oncometry.io.patient_id import patient_id_of

__all__ = ["Cleaned", "clean_file", "meet"]

_UNPARSABLE = (
    ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, OSError, RecursionError,
    TypeError, ValueError, struct.error,
)  # fmt: skip
_IMPLEMENTATION = UID("2.25.302436019446123853262434711461637386101")


class Cleaned(NamedTuple):
    """A file as it may leave: its bytes, its place below the output, its data set, its patient, what was emptied."""

    content: bytes
    place: str
    dataset: Dataset
    subject: Subject
    emptied: Counter[str]


def meet(path: Path) -> tuple[str, Identifiers]:
    """The patient's id, and what identifies them, without reading pixels.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    with _coded(), path.open("rb") as stream:
        dataset = pydicom.dcmread(stream, stop_before_pixels=True)
        return patient_id_of(dataset), identifiers_of(dataset)


def clean_file(
    path: Path, key: Key, settings: DeidentifySettings, identifiers: Identifiers | None = None
) -> Cleaned:
    """Read and clean.

    Args:
        identifiers: what identifies the patient in other files.

    Raises:
        UnsupportedError: `NOT_AN_IMAGE`, `NOT_RADIOLOGY`, `BURNED_IN`, `UNSUPPORTED_TYPE`, `ALREADY_DEIDENTIFIED`.
        CorruptInputError: `CORRUPT`, `TRUNCATED`, `HEADER_INCONSISTENT` for a file without the UIDs of its place.
    """
    with _coded():
        return _clean(path, key, settings, identifiers or Identifiers())


@contextmanager
def _coded() -> Iterator[None]:
    """What parsing may raise, with a code: not what the parser says, for it may quote values of the file."""
    try:
        with _silent_reader():
            yield
    except OncometryError:
        raise
    except InvalidDicomError as error:
        raise UnsupportedError(Code.NOT_AN_IMAGE, "it is not a DICOM file.") from error
    except _UNPARSABLE as error:
        raise CorruptInputError(
            Code.CORRUPT, f"it cannot be parsed whole ({type(error).__name__})."
        ) from error


@contextmanager
def _silent_reader() -> Iterator[None]:
    """pydicom's warnings and log quote values of the file: they would carry identifiers out."""
    logger = logging.getLogger("pydicom")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def _clean(path: Path, key: Key, settings: DeidentifySettings, identifiers: Identifiers) -> Cleaned:
    with path.open("rb") as stream:
        dataset = pydicom.dcmread(io.BytesIO(stream.read()))
    strip(dataset, settings.options)
    dataset.decode()
    if already_marked(dataset, key):
        raise UnsupportedError(
            Code.ALREADY_DEIDENTIFIED, "it was de-identified under this key before; nothing is left to do."
        )
    refused = refusal(dataset)
    if refused is not None:
        raise UnsupportedError(*refused)
    clean_pixels(dataset)
    uids = [
        str(dataset.get(name) or "") for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    ]
    if not all(uids):
        raise CorruptInputError(
            Code.HEADER_INCONSISTENT, "the UID of the study, series or instance is missing."
        )
    subject = subject_of(patient_id_of(dataset), identifiers_of(dataset) | identifiers, key)
    study, series, instance = (key.name(uid) for uid in uids)
    emptied = clean_dataset(dataset, key, subject, settings.options)
    dataset.PatientName = dataset.PatientID = subject.pseudonym
    mark(dataset, key, settings.options)
    place = f"{SCANS}/{subject.pseudonym}/study-{study}/series-{series}/{instance}.dcm"
    return Cleaned(_as_bytes(dataset), place, dataset, subject, emptied)


def _as_bytes(dataset: FileDataset) -> bytes:
    """With our own preamble and file meta: nothing of theirs but the transfer syntax."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    meta.ImplementationClassUID = _IMPLEMENTATION
    dataset.file_meta, dataset.preamble = meta, b"\0" * 128
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
