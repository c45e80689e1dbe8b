"""Images to classic DICOM: one MR or CT Image Storage instance a slice (PS3.3 A.3, A.4).

The same image and tags give the same bytes: every UID is given or derived, no clock is read.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, MRImageStorage
from pydicom.valuerep import format_number_as_ds

from oncometry.core import Code, GeometryError, Image, Modality, UnsupportedError
from oncometry.io.dicom_tags import PatientTags, SeriesTags, derived_uid
from oncometry.io.files import write_bytes

__all__ = ["IMPLEMENTATION_UID", "decimal", "encode_dataset", "file_dataset", "write_dicom_series"]

IMPLEMENTATION_UID = derived_uid("oncometry", "implementation class")
STORAGE = {Modality.MR: MRImageStorage, Modality.CT: CTImageStorage}
INT16 = np.iinfo(np.int16)


def write_dicom_series(
    image: Image, folder: Path, patient: PatientTags, series: SeriesTags
) -> tuple[Path, ...]:
    """Write `0001.dcm` ... into `folder`, in slice order.

    Args:
        image: MR or CT on an orthogonal grid, whole values in the range of int16 (CT in HU).

    Returns:
        The paths, slice k = 0 first.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE` for another modality or values that int16 cannot hold.
        GeometryError: `SHEARED`.
    """
    stored = _stored(image)
    if not image.geometry.is_orthogonal:
        raise GeometryError(Code.SHEARED, "the grid is sheared; DICOM slices need perpendicular axes.")
    window = _window(stored)
    paths = []
    for k in range(stored.shape[2]):
        dataset = _slice(image, k, patient, series)
        _add_pixels(dataset, stored[:, :, k].T, window)
        path = folder / f"{k + 1:04d}.dcm"
        write_bytes(path, encode_dataset(dataset))
        paths.append(path)
    return tuple(paths)


def file_dataset(sop_class_uid: str, sop_instance_uid: str) -> FileDataset:
    """An empty object, explicit VR little endian, with its file meta information."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    dataset = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)  # type: ignore[arg-type]
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = sop_class_uid
    dataset.SOPInstanceUID = sop_instance_uid
    return dataset


def encode_dataset(dataset: FileDataset) -> bytes:
    """The bytes of a DICOM file."""
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, dataset, enforce_file_format=True)
    return stream.getvalue()


def decimal(value: float) -> str:
    """A number as DICOM decimal string: at most 16 characters, no negative zero."""
    return format_number_as_ds(float(value) + 0.0)


def _stored(image: Image) -> NDArray[np.int16]:
    array = image.array
    whole = np.issubdtype(array.dtype, np.integer) or bool((np.rint(array) == array).all())
    if image.modality not in STORAGE or not whole or array.min() < INT16.min or array.max() > INT16.max:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"{image.modality} values of type {array.dtype} cannot be stored as 16-bit MR or CT slices.",
            advice="Round the values to whole numbers, and state the modality.",
        )
    return array.astype(np.int16)


def _window(stored: NDArray[np.int16]) -> tuple[float, float]:
    """Center and width of the 1st to the 99.5th percentile of what is not background."""
    inside = stored[stored > stored.min()]
    low, high = np.percentile(inside, (1, 99.5)) if inside.size else (0.0, 1.0)
    return float(low + high) / 2, max(1.0, float(high - low))


def _slice(image: Image, k: int, patient: PatientTags, series: SeriesTags) -> FileDataset:
    grid = image.geometry
    uid = derived_uid(series.series_instance_uid, "slice", k)
    dataset = file_dataset(STORAGE[image.modality], uid)
    _add_patient(dataset, patient, series)
    _add_series(dataset, image, series)
    dataset.InstanceNumber = k + 1
    dataset.ImagePositionPatient = [decimal(x) for x in grid.to_world((0, 0, k))]
    cosines = (*grid.direction[:, 0], *grid.direction[:, 1])
    dataset.ImageOrientationPatient = [decimal(x) for x in cosines]
    i_mm, j_mm, k_mm = grid.spacing_mm
    dataset.PixelSpacing = [decimal(j_mm), decimal(i_mm)]
    dataset.SliceThickness = decimal(k_mm if series.slice_thickness_mm is None else series.slice_thickness_mm)
    dataset.SliceLocation = decimal(float(grid.to_world((0, 0, k)) @ np.cross(cosines[:3], cosines[3:])))
    dataset.FrameOfReferenceUID = grid.frame_of_reference_uid or derived_uid(
        series.study_instance_uid, "frame of reference"
    )
    dataset.PositionReferenceIndicator = ""
    if image.modality is Modality.MR:
        _add_mr(dataset, series)
        dataset.SpacingBetweenSlices = decimal(k_mm)
    else:
        dataset.KVP = None if series.kvp is None else decimal(series.kvp)
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "HU"
    return dataset


def _add_patient(dataset: FileDataset, patient: PatientTags, series: SeriesTags) -> None:
    dataset.PatientID = patient.patient_id
    dataset.PatientName = patient.name
    dataset.PatientSex = patient.sex
    dataset.PatientBirthDate = "" if patient.birth_year is None else f"{patient.birth_year:04d}0101"
    if patient.birth_year is not None:
        dataset.PatientAge = f"{max(0, series.acquired.year - patient.birth_year):03d}Y"
    if patient.comments:
        dataset.PatientComments = dataset.ImageComments = patient.comments


def _add_series(dataset: FileDataset, image: Image, series: SeriesTags) -> None:
    day, minute = series.acquired.strftime("%Y%m%d"), series.number % 60
    dataset.StudyInstanceUID = series.study_instance_uid
    dataset.SeriesInstanceUID = series.series_instance_uid
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = day
    dataset.StudyTime = "120000"
    dataset.SeriesTime = dataset.AcquisitionTime = dataset.ContentTime = f"12{minute:02d}00"
    dataset.AccessionNumber = dataset.ReferringPhysicianName = dataset.StudyID = ""
    dataset.StudyDescription = series.study_description
    dataset.SeriesDescription = series.description
    dataset.SeriesNumber = series.number
    dataset.AcquisitionNumber = 1
    dataset.Modality = image.modality.value
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M" if image.modality is Modality.MR else "AXIAL"]
    dataset.Manufacturer = series.manufacturer
    dataset.ManufacturerModelName = series.model
    dataset.BodyPartExamined = series.body_part
    dataset.PatientPosition = "HFS"
    if series.contrast_agent is not None:
        dataset.ContrastBolusAgent = series.contrast_agent


def _add_mr(dataset: FileDataset, series: SeriesTags) -> None:
    dataset.ScanningSequence = list(series.scanning_sequence)
    dataset.SequenceVariant = list(series.sequence_variant)
    dataset.ScanOptions = ""
    dataset.MRAcquisitionType = "2D"
    dataset.EchoTrainLength = series.echo_train_length
    dataset.RepetitionTime = _optional(series.repetition_time_ms)
    dataset.EchoTime = _optional(series.echo_time_ms)
    if series.inversion_time_ms is not None:
        dataset.InversionTime = decimal(series.inversion_time_ms)
    if series.flip_angle_deg is not None:
        dataset.FlipAngle = decimal(series.flip_angle_deg)
    if series.field_strength_t is not None:
        dataset.MagneticFieldStrength = decimal(series.field_strength_t)


def _optional(value: float | None) -> str | None:
    return None if value is None else decimal(value)


def _add_pixels(dataset: FileDataset, pixels: NDArray[np.int16], window: tuple[float, float]) -> None:
    """`pixels` is (rows, columns)."""
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 1
    dataset.WindowCenter, dataset.WindowWidth = decimal(window[0]), decimal(window[1])
    dataset.PixelData = np.ascontiguousarray(pixels, dtype="<i2").tobytes()
    dataset["PixelData"].VR = "OW"
