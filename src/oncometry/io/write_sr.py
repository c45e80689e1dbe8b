"""Readings of one reader at one visit to DICOM SR (PS3.16 TID 1500), by highdicom."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import highdicom as hd
import pydicom
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code as Coding

import oncometry
from oncometry.core import Code, SettingsError
from oncometry.io.dicom_tags import MaskTags, derived_uid
from oncometry.io.files import WrittenFile, write_bytes
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.reproducible import settle
from oncometry.io.sr_group import lesion_group
from oncometry.io.write_dicom import encode_dataset

__all__ = ["write_sr"]

PROCEDURES = {
    "MR": Coding("25056-3", "LN", "MR unspecified body region"),
    "CT": Coding("25045-6", "LN", "CT unspecified body region"),
    "PT": Coding("44139-4", "LN", "PET whole body"),
}


def write_sr(
    drawings: Sequence[LesionDrawing],
    source_series: Sequence[Path],
    path: Path,
    tags: MaskTags,
    seg: Path | None = None,
) -> WrittenFile:
    """Write a Comprehensive 3D SR of the same bytes for the same input.

    A lesion with a segment is a volumetric group that refers to it, one with a line a planar group on that line,
    another a group of measurements without a place.

    Args:
        drawings: of one reader and one patient.
        source_series: the images that were read.
        seg: file of the SEG that `segment_number` counts in.

    Raises:
        SettingsError: `SETTINGS`: no drawing, or those of several readers.
    """
    readers = {drawing.reading.reader for drawing in drawings}
    if len(readers) != 1:
        said = ", ".join(sorted(map(repr, readers))) or "nobody"
        raise SettingsError(
            Code.SETTINGS, f"an SR is of one reader; these readings are of {said}.", path=path
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        images = [pydicom.dcmread(p, stop_before_pixels=True) for p in source_series]
        segmentation = None if seg is None else hd.seg.segread(seg)
        groups = [lesion_group(d, segmentation, str(images[0].FrameOfReferenceUID)) for d in drawings]
        report = hd.sr.MeasurementReport(
            observation_context=_observer(readers.pop()),
            procedure_reported=PROCEDURES.get(str(images[0].Modality), PROCEDURES["CT"]),
            imaging_measurements=groups,
        )
        made = hd.sr.Comprehensive3DSR(
            evidence=[*images, *([] if segmentation is None else [segmentation])],
            content=report,
            series_instance_uid=tags.series_instance_uid,
            series_number=tags.number,
            sop_instance_uid=tags.sop_instance_uid,
            instance_number=1,
            manufacturer=tags.manufacturer or "oncometry",
            is_complete=True,
        )
    made.SeriesDescription = tags.description
    settle(made, tags)
    return write_bytes(path, encode_dataset(made))


def _observer(reader: str) -> hd.sr.ObservationContext:
    """The person who read; this program where nobody did."""
    if reader:
        person = hd.sr.PersonObserverIdentifyingAttributes(name=reader if "^" in reader else f"{reader}^")
        who = hd.sr.ObserverContext(codes.DCM.Person, person)
        return hd.sr.ObservationContext(observer_person_context=who)
    device = hd.sr.DeviceObserverIdentifyingAttributes(
        uid=derived_uid("oncometry", "device"),
        name="oncometry",
        manufacturer_name="oncometry",
        model_name=f"oncometry {oncometry.__version__}",
    )
    return hd.sr.ObservationContext(observer_device_context=hd.sr.ObserverContext(codes.DCM.Device, device))
