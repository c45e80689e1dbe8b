"""Headers of masks and doses into records, and masks to their images: by reference, frame, grid or name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from oncometry.core import Code, Geometry, Notice, OncometryError, UnsupportedError
from oncometry.io.acquisition import day_of
from oncometry.io.dicom_header import coded, read_full_header, text_of
from oncometry.io.dicom_series import patient_id_of
from oncometry.io.manifest import DoseRecord, FileKind, MaskKind, MaskRecord, SeriesRecord
from oncometry.io.read import parse_volume_file

__all__ = ["describe_dose", "describe_rtstruct", "describe_seg", "link_masks"]

DICOM_KINDS = (MaskKind.RTSTRUCT, MaskKind.SEG)
LIGHT = 1e-3


def describe_rtstruct(path: Path, sha256: str, header: Dataset) -> MaskRecord:
    """The record of a structure set."""
    return _describe(path, sha256, header, MaskKind.RTSTRUCT)


def describe_seg(path: Path, sha256: str, header: Dataset) -> MaskRecord:
    """The record of a segmentation object.

    Raises:
        UnsupportedError: `NOT_RADIOLOGY` for regions in slide coordinates.
    """
    if "TotalPixelMatrixColumns" in header:
        raise UnsupportedError(Code.NOT_RADIOLOGY, "the regions are of a microscopy slide.", path=path)
    return _describe(path, sha256, header, MaskKind.SEG)


def _describe(path: Path, sha256: str, header: Dataset, kind: MaskKind) -> MaskRecord:
    return MaskRecord(
        key=text_of(header, "SOPInstanceUID") or f"sha256:{sha256}",
        patient_id=patient_id_of(header),
        kind=kind,
        path=path,
        sha256=sha256,
        acquired=day_of(header, "StudyDate", "SeriesDate"),
        study_instance_uid=text_of(header, "StudyInstanceUID") or None,
        frame_of_reference_uid=_frame_of_reference(header),
        description=text_of(header, "SeriesDescription"),
    )


def _frame_of_reference(header: Dataset) -> str | None:
    listed = header.get("ReferencedFrameOfReferenceSequence") or []
    return text_of(header, "FrameOfReferenceUID") or next(
        (uid for item in listed if (uid := text_of(item, "FrameOfReferenceUID"))), None
    )


def describe_dose(path: Path, sha256: str, header: Dataset) -> DoseRecord:
    """The record of a dose grid (planes along the normal by GridFrameOffsetVector).

    Raises:
        UnsupportedError: `GEOMETRY_MISSING` without position, orientation, spacing or offsets.
    """
    try:
        geometry = _dose_grid(header)
    except (KeyError, AttributeError, TypeError, ValueError, IndexError) as error:
        raise UnsupportedError(
            Code.GEOMETRY_MISSING, f"the dose grid cannot be placed ({error}).", path=path
        ) from error
    return DoseRecord(
        key=text_of(header, "SOPInstanceUID") or f"sha256:{sha256}",
        patient_id=patient_id_of(header),
        path=path,
        sha256=sha256,
        geometry=geometry,
        unit=text_of(header, "DoseUnits"),
        dose_type=text_of(header, "DoseType"),
        summation_type=text_of(header, "DoseSummationType"),
        study_instance_uid=text_of(header, "StudyInstanceUID") or None,
        frame_of_reference_uid=text_of(header, "FrameOfReferenceUID") or None,
    )


def _dose_grid(header: Dataset) -> Geometry:
    cosines = np.array(header.ImageOrientationPatient, dtype=float)
    rows_mm, columns_mm = (float(v) for v in header.PixelSpacing)
    offsets = np.sort(np.array(header.GridFrameOffsetVector, dtype=float))
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = cosines[:3] * columns_mm, cosines[3:] * rows_mm
    step = (offsets[-1] - offsets[0]) / max(len(offsets) - 1, 1)
    affine[:3, 2] = np.cross(cosines[:3], cosines[3:]) * step
    affine[:3, 3] = np.array(header.ImagePositionPatient, dtype=float)
    shape = (int(header.Columns), int(header.Rows), len(offsets))
    return Geometry(shape, affine, text_of(header, "FrameOfReferenceUID") or None)


def link_masks(masks: Sequence[MaskRecord], series: Sequence[SeriesRecord]) -> tuple[MaskRecord, ...]:
    """Each mask with the image it belongs to, and by what; a mask without one stays bare."""
    return tuple(_link(mask, [s for s in series if s.patient_id == mask.patient_id]) for mask in masks)


def _link(mask: MaskRecord, series: list[SeriesRecord]) -> MaskRecord:
    if mask.kind in DICOM_KINDS:
        return _link_dicom(mask, series)
    same = [s for s in series if s.session == mask.session] or series
    grid = _grid_of(mask)
    fits = [s for s in same if grid is not None and grid.matches(s.geometry, LIGHT)]
    if fits:
        return replace(mask, series_key=_best(fits).key, linked_by="grid")
    if len(same) == 1:
        how = "session" if mask.session else "file name"
        return replace(mask, series_key=same[0].key, linked_by=how)
    return mask


def _grid_of(mask: MaskRecord) -> Geometry | None:
    kind = FileKind.NIFTI if mask.kind is MaskKind.NIFTI else FileKind.NRRD
    try:
        return parse_volume_file(mask.path, kind, "sform").geometry
    except OncometryError:
        return None


def _best(series: list[SeriesRecord]) -> SeriesRecord:
    """Of images on one grid, the post-contrast T1, on which tumors are drawn; else the first."""
    return min(series, key=lambda s: (s.contrast != "T1c", s.key))


def _link_dicom(mask: MaskRecord, series: list[SeriesRecord]) -> MaskRecord:
    try:
        with coded(mask.path):
            uids, instances = _references(read_full_header(mask.path))
    except OncometryError:
        uids, instances = set(), set()
    named = [s for s in series if s.series_instance_uid in uids]
    if not named:
        shared = [s for s in series if s.geometry.frame_of_reference_uid == mask.frame_of_reference_uid]
        if mask.frame_of_reference_uid is None or not shared:
            return mask
        return replace(mask, series_key=_best(shared).key, linked_by="frame of reference")
    chosen = named[0]
    there = {i.sop_instance_uid for i in chosen.instances}
    if not instances or instances & there:
        return replace(mask, series_key=chosen.key, linked_by="reference")
    what = f"none of the {len(instances)} referenced instances is there; placed by frame of reference."
    notice = Notice(Code.REFERENCES_ABSENT, what, str(mask.path))
    return replace(
        mask, series_key=chosen.key, linked_by="frame of reference", notices=(*mask.notices, notice)
    )


def _references(dataset: Dataset) -> tuple[set[str], set[str]]:
    """Series and instances that a structure set or segmentation refers to."""
    uids, instances = set(), set()
    for element in dataset.iterall():
        if element.keyword == "SeriesInstanceUID" and element.value != dataset.get("SeriesInstanceUID"):
            uids.add(str(element.value))
        elif element.keyword == "ReferencedSOPInstanceUID":
            instances.add(str(element.value))
    return uids, instances
