"""RTSTRUCT (PS3.3 A.19): its regions with their contours, and what it says it was drawn on."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset

from oncometry.core import Code, CorruptInputError, Notice
from oncometry.core.segmentation import Contour
from oncometry.io.dicom_header import coded, inconsistent, read_dataset, text_of
from oncometry.io.tracking_text import tracking_in

__all__ = ["Roi", "StructureSet", "read_structures", "structures_of"]

XOR = "CLOSEDPLANAR_XOR"
CLOSED = ("CLOSED_PLANAR", XOR)


@dataclass(frozen=True, eq=False)
class Roi:
    """One region: closed contours only, in LPS mm of its frame of reference.

    `exclusive`: what lies in two of its contours is outside (CLOSEDPLANAR_XOR, PS3.3 C.8.8.6.3).
    `frame_of_reference_uid`: '' where it is not stated of this region.
    `tracking_uid`, `tracking_id`: as Oncometry writes them into the description, for the standard has no place.
    """

    number: int
    name: str
    contours: tuple[Contour, ...]
    interpreted_type: str = ""
    exclusive: bool = False
    frame_of_reference_uid: str = ""
    tracking_uid: str | None = None
    tracking_id: str | None = None


@dataclass(frozen=True, eq=False)
class StructureSet:
    """All regions, with the series and instances they refer to.

    `frame_of_reference_uid`: of all regions with contours; None where they differ or none is stated.
    """

    rois: tuple[Roi, ...]
    frame_of_reference_uid: str | None
    series_uids: frozenset[str]
    instance_uids: frozenset[str]
    notices: tuple[Notice, ...]


def read_structures(path: Path) -> StructureSet:
    """Parse an RTSTRUCT.

    Raises:
        CorruptInputError: as `structures_of`.
    """
    with disable_value_validation(), coded(path):
        return structures_of(read_dataset(path), path)


def structures_of(dataset: Dataset, path: Path) -> StructureSet:
    """The regions of a parsed RTSTRUCT; contours that stand in several items of one region are all its own.

    Raises:
        CorruptInputError: `CORRUPT` where contour data is no list of finite points, `HEADER_INCONSISTENT` where
            it has another number of them than is stated, two regions have one number, or contours are of none.
    """
    items = {int(item.ROINumber): item for item in dataset.get("StructureSetROISequence") or []}
    if len(items) < len(dataset.get("StructureSetROISequence") or []):
        raise inconsistent(path, "two regions have one number: nobody can say whose the contours are.")
    types = {
        int(item.ReferencedROINumber): text_of(item, "RTROIInterpretedType")
        for item in dataset.get("RTROIObservationsSequence") or []
        if text_of(item, "ReferencedROINumber")
    }
    drawn = _drawn(dataset, items, path)
    rois, open_parts = [], 0
    for number, item in items.items():
        closed, others = _contours(drawn[number], path)
        open_parts += others
        frame = text_of(item, "ReferencedFrameOfReferenceUID")
        exclusive = _exclusive(drawn[number])
        name, kind = text_of(item, "ROIName"), types.get(number, "")
        tracked = tracking_in(text_of(item, "ROIDescription"))
        rois.append(Roi(number, name, closed, kind, exclusive, frame, *tracked))
    notices: tuple[Notice, ...] = ()
    if open_parts:
        what = f"{open_parts} points or open lines are no regions; left out."
        notices = (Notice(Code.NOT_A_VOLUME, what, str(path)),)
    series, instances = _references(dataset)
    return StructureSet(tuple(rois), _frame(dataset, rois), series, instances, notices)


def _drawn(dataset: Dataset, declared: Collection[int], path: Path) -> dict[int, list[Dataset]]:
    """Number of a region -> its contours, of whatever kind."""
    found: dict[int, list[Dataset]] = {number: [] for number in declared}
    for item in dataset.get("ROIContourSequence") or []:
        contours = list(item.get("ContourSequence") or [])
        number = text_of(item, "ReferencedROINumber")
        if contours and (not number or int(number) not in found):
            what = f"{len(contours)} contours are of region {number or 'no number'}, which the structure set has not."
            raise inconsistent(path, what)
        if contours:
            found[int(number)] += contours
    return found


def _contours(drawn: Sequence[Dataset], path: Path) -> tuple[tuple[Contour, ...], int]:
    found, others = [], 0
    for contour in drawn:
        points = _points(contour, path)
        kind = text_of(contour, "ContourGeometricType")
        if kind in CLOSED and len(points) >= 3:
            found.append(points)
        else:
            others += 1
    return tuple(found), others


def _exclusive(drawn: Sequence[Dataset]) -> bool:
    return any(text_of(contour, "ContourGeometricType") == XOR for contour in drawn)


def _points(contour: Dataset, path: Path) -> Contour:
    try:
        with warnings.catch_warnings():  # pydicom parses the numbers only now
            warnings.simplefilter("ignore")
            data = contour.get("ContourData")
        flat = np.atleast_1d(np.array([] if data is None else data, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise CorruptInputError(Code.CORRUPT, f"contour data is not numbers ({error}).", path=path) from error
    if flat.size % 3 or not np.isfinite(flat).all():
        raise CorruptInputError(
            Code.CORRUPT, f"a contour has {flat.size} values: not a list of finite x, y, z.", path=path
        )
    points = flat.reshape(-1, 3)
    stated = text_of(contour, "NumberOfContourPoints")
    if stated and int(stated) != len(points):
        raise inconsistent(
            path,
            f"a contour has {len(points)} points and says that it has {stated}: points are lost or added.",
        )
    closed = len(points) > 1 and np.allclose(points[0], points[-1], atol=1e-6)
    return points[:-1] if closed else points


def _frame(dataset: Dataset, rois: Sequence[Roi]) -> str | None:
    """Of the regions with contours where they state one, else of what the object refers to, else its own."""
    stated = {roi.frame_of_reference_uid for roi in rois if roi.contours} - {""}
    referred = {
        text_of(r, "FrameOfReferenceUID") for r in dataset.get("ReferencedFrameOfReferenceSequence") or []
    } - {""}
    frames = stated or referred
    if len(frames) == 1:
        return frames.pop()
    return None if stated else text_of(dataset, "FrameOfReferenceUID") or None


def _references(dataset: Dataset) -> tuple[frozenset[str], frozenset[str]]:
    series: set[str] = set()
    instances: set[str] = set()

    def visit(item: Dataset) -> None:
        uid = text_of(item, "SeriesInstanceUID")
        if uid:
            series.add(uid)
        for image in item.get("ContourImageSequence") or []:
            instances.add(text_of(image, "ReferencedSOPInstanceUID"))

    for frame in dataset.get("ReferencedFrameOfReferenceSequence") or []:
        for study in frame.get("RTReferencedStudySequence") or []:
            for item in study.get("RTReferencedSeriesSequence") or []:
                visit(item)
    for roi in dataset.get("ROIContourSequence") or []:
        for contour in roi.get("ContourSequence") or []:
            visit(contour)
    return frozenset(series), frozenset(instances - {""})
