"""DICOM SR of TID 1500 to readings: our own, and what dcmqi, highdicom, OHIF and others write."""

from __future__ import annotations

from pathlib import Path

from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code as Coding

from oncometry.core import Code, Notice, UnsupportedError
from oncometry.io.acquisition import day_of
from oncometry.io.dicom_header import coded, read_dataset, text_of
from oncometry.io.lesion_drawing import UNNAMED, LesionDrawing, ReadDrawings
from oncometry.io.patient_id import patient_id_of
from oncometry.io.read_sr_group import ReportContext, read_group
from oncometry.io.sr_items import named, texts

__all__ = ["read_sr"]

SR_CLASSES = tuple(f"1.2.840.10008.5.1.4.1.1.88.{n}" for n in (11, 22, 33, 34, 35))
REPORT = Coding("126000", "DCM", "Imaging Measurement Report")
MEASUREMENTS = Coding("126010", "DCM", "Imaging Measurements")
GROUP = Coding("125007", "DCM", "Measurement Group")
PERSON = Coding("121008", "DCM", "Person Observer Name")
DEVICE = Coding("121013", "DCM", "Device Observer Name")
OURS = "oncometry"


def read_sr(path: Path) -> ReadDrawings:
    """The lesions that an SR measures, with what of it was not understood (`CONTENT_UNREAD`).

    The visit is the time point it names, else its study date; days since the first visit only where it states them.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`: no SR, or none with measurement groups of TID 1500.
        CorruptInputError: `CORRUPT`, `TRUNCATED` and the others of a DICOM header.
    """
    with disable_value_validation(), coded(path):
        return _drawings(read_dataset(path), path)


def _drawings(dataset: Dataset, path: Path) -> ReadDrawings:
    if text_of(dataset, "SOPClassUID") not in SR_CLASSES:
        raise UnsupportedError(Code.UNSUPPORTED_TYPE, "it is no structured report.", path=path)
    groups = [group for part in named(dataset, MEASUREMENTS) for group in named(part, GROUP)]
    if not groups:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, "the structured report holds no measurement group of TID 1500.", path=path
        )
    acquired = day_of(dataset, "StudyDate")
    context = ReportContext(
        path=path,
        patient_id=patient_id_of(dataset),
        timepoint=acquired.isoformat() if acquired else text_of(dataset, "StudyInstanceUID"),
        reader=_reader(dataset),
    )
    drawings: list[LesionDrawing] = []
    notices: list[Notice] = []
    for number, group in enumerate(groups, start=1):
        drawing, unread = read_group(group, number, context)
        if drawing is not None:
            drawings.append(drawing)
        if unread:
            notices.append(Notice(Code.CONTENT_UNREAD, unread, str(path)))
    return ReadDrawings(tuple(drawings), tuple(notices), acquired)


def _reader(dataset: Dataset) -> str:
    """The person, else the program; '' where it is this one."""
    people = [name.rstrip("^") for name in texts(dataset, PERSON)]
    devices = texts(dataset, DEVICE)
    who = next(iter([*people, *devices]), UNNAMED)
    return "" if who == OURS and not people else who
