"""Segmentations to RTSTRUCT (PS3.3 A.19): outlines in LPS mm, slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from contourpy import contour_generator
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import RTStructureSetStorage

from oncometry.core import Code, Compartment, Geometry, LabelError, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.core.segmentation import Contour
from oncometry.io.dicom_tags import MaskTags
from oncometry.io.files import WrittenFile, write_bytes
from oncometry.io.tracking_text import tracking_text
from oncometry.io.write_dicom import decimal, encode_dataset, file_dataset
from oncometry.io.write_seg import source_slices

__all__ = ["outlines", "write_rtstruct"]

STUDY = (
    "PatientID", "PatientName", "PatientSex", "PatientBirthDate", "StudyInstanceUID", "StudyDate",
    "StudyTime", "StudyID", "StudyDescription", "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
STUDY_COMPONENT = "1.2.840.10008.3.1.2.3.1"
COLORS = ((255, 0, 0), (0, 160, 255), (255, 200, 0), (0, 200, 80), (200, 0, 255))


def write_rtstruct(
    segmentation: Segmentation, source_series: Sequence[Path], path: Path, tags: MaskTags
) -> WrittenFile:
    """Write an RTSTRUCT of the same bytes for the same input; segments' own contours are kept.

    Args:
        source_series: the slices it was drawn on, in any order; their grid is the segmentation's.

    Raises:
        LabelError: `MASK_EMPTY`.
        GeometryError: `GEOMETRY_MISMATCH` where the slices are not those of the grid.
    """
    drawn = [(s, s.contours or outlines(s, segmentation.geometry)) for s in segmentation]
    if not any(contours for _, contours in drawn):
        raise LabelError(Code.MASK_EMPTY, "no segment has an outline.", path=path)
    slices = source_slices(source_series, segmentation)
    dataset = _header(slices, tags)
    frame = str(slices[0].FrameOfReferenceUID)
    _reference(dataset, slices, frame)
    dataset.StructureSetROISequence = DicomSequence(
        _roi(s, frame, "MANUAL" if tags.algorithm is None else "AUTOMATIC") for s, _ in drawn
    )
    dataset.ROIContourSequence = DicomSequence(
        _roi_contours(n, s.number, c, slices, segmentation.geometry) for n, (s, c) in enumerate(drawn)
    )
    dataset.RTROIObservationsSequence = DicomSequence(_observation(s) for s, _ in drawn)
    return write_bytes(path, encode_dataset(dataset))


def outlines(segment: Segment, geometry: Geometry) -> tuple[Contour, ...]:
    """Closed half-way contours of a mask (of 0.5 where it has a probability), slice by slice, LPS mm.

    They pass between the centers of pixels inside and outside, so that filling them by pixel center
    gives the mask back (marching squares, Lorensen 1987, doi:10.1145/37402.37422, in two dimensions).
    """
    values = segment.array if segment.probability is None else segment.probability
    found: list[Contour] = []
    for k in range(values.shape[2]):
        padded = np.pad(values[:, :, k].astype(float), 1)
        lines = contour_generator(z=padded.T).lines(0.5)
        for line in lines:
            flat = np.asarray(line, dtype=float)[:-1] - 1 + np.asarray(segment.start[:2])
            index = np.column_stack([flat, np.full(len(flat), segment.start[2] + k)])
            found.append(geometry.to_world(index))
    return tuple(found)


def _header(slices: Sequence[Dataset], tags: MaskTags) -> FileDataset:
    dataset = file_dataset(RTStructureSetStorage, tags.sop_instance_uid)
    for keyword in STUDY:
        if keyword in slices[0]:
            setattr(dataset, keyword, slices[0][keyword].value)
    dataset.Modality = "RTSTRUCT"
    dataset.SeriesInstanceUID = tags.series_instance_uid
    dataset.SeriesNumber = tags.number
    dataset.SeriesDescription = tags.description
    dataset.InstanceNumber = 1
    dataset.Manufacturer = tags.manufacturer
    dataset.ManufacturerModelName = tags.model
    dataset.SoftwareVersions = tags.software_version
    dataset.OperatorsName = ""
    dataset.StructureSetLabel = tags.description[:16] or "STRUCTURES"
    dataset.StructureSetDate = dataset.SeriesDate = tags.acquired.strftime("%Y%m%d")
    dataset.StructureSetTime = dataset.SeriesTime = "130000"
    dataset.ApprovalStatus = "UNAPPROVED"
    return dataset


def _reference(dataset: FileDataset, slices: Sequence[Dataset], frame: str) -> None:
    series = Dataset()
    series.SeriesInstanceUID = slices[0].SeriesInstanceUID
    series.ContourImageSequence = DicomSequence(_image(d) for d in slices)
    study = Dataset()
    study.ReferencedSOPClassUID = STUDY_COMPONENT
    study.ReferencedSOPInstanceUID = slices[0].StudyInstanceUID
    study.RTReferencedSeriesSequence = DicomSequence([series])
    space = Dataset()
    space.FrameOfReferenceUID = frame
    space.RTReferencedStudySequence = DicomSequence([study])
    dataset.FrameOfReferenceUID = frame
    dataset.PositionReferenceIndicator = ""
    dataset.ReferencedFrameOfReferenceSequence = DicomSequence([space])


def _image(source: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = source.SOPClassUID
    item.ReferencedSOPInstanceUID = source.SOPInstanceUID
    return item


def _roi(segment: Segment, frame: str, drawn: str) -> Dataset:
    item = Dataset()
    item.ROINumber = segment.number
    item.ReferencedFrameOfReferenceUID = frame
    item.ROIName = segment.name or str(segment.number)
    if segment.tracking_uid:
        item.ROIDescription = tracking_text(segment.tracking_uid, segment.tracking_id)
    item.ROIGenerationAlgorithm = drawn
    return item


def _roi_contours(
    place: int, number: int, contours: Sequence[Contour], slices: Sequence[Dataset], geometry: Geometry
) -> Dataset:
    """One ROI; all its contours are CLOSEDPLANAR_XOR where one encloses another (PS3.3 C.8.8.6.3)."""
    kind = "CLOSEDPLANAR_XOR" if _has_holes(contours, geometry) else "CLOSED_PLANAR"
    item = Dataset()
    item.ROIDisplayColor = list(COLORS[place % len(COLORS)])
    item.ReferencedROINumber = number
    item.ContourSequence = DicomSequence(
        _contour(n, c, kind, slices, geometry) for n, c in enumerate(contours)
    )
    return item


def _contour(
    number: int, contour: Contour, kind: str, slices: Sequence[Dataset], geometry: Geometry
) -> Dataset:
    item = Dataset()
    item.ContourNumber = number + 1
    k = round(float(geometry.to_index(contour)[:, 2].mean()))
    if 0 <= k < len(slices):
        item.ContourImageSequence = DicomSequence([_image(slices[k])])
    item.ContourGeometricType = kind
    item.NumberOfContourPoints = len(contour)
    item.ContourData = [decimal(round(float(x), 6)) for x in contour.ravel()]
    return item


def _has_holes(contours: Sequence[Contour], geometry: Geometry) -> bool:
    """Whether the first point of a contour lies inside another of its plane."""
    flat = [geometry.to_index(c) for c in contours]
    return any(
        _inside(one[0], other)
        for n, one in enumerate(flat)
        for m, other in enumerate(flat)
        if n != m and abs(one[0, 2] - other[0, 2]) < 0.01
    )


def _inside(point: FloatArray, polygon: FloatArray) -> bool:
    start, end = polygon[:, :2], np.roll(polygon[:, :2], -1, axis=0)
    crossed = (start[:, 1] <= point[1]) != (end[:, 1] <= point[1])
    a, b = start[crossed], end[crossed]
    at = a[:, 0] + (point[1] - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return bool(np.count_nonzero(at > point[0]) % 2)


def _observation(segment: Segment) -> Dataset:
    item = Dataset()
    item.ObservationNumber = segment.number
    item.ReferencedROINumber = segment.number
    item.RTROIInterpretedType = "" if segment.compartment is Compartment.OTHER else "GTV"
    item.ROIInterpreter = ""
    return item
