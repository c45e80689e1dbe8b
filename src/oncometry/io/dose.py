"""RTDOSE (PS3.3 C.8.8.3): what it is and where its grid lies. Its values are in `dose_values`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from oncometry.core import Code, Geometry, GeometryError, UnsupportedError
from oncometry.core.dose import MULTI_PLAN
from oncometry.io.dicom_frame import pixel_sides, unit_axes
from oncometry.io.dicom_header import text_of
from oncometry.io.manifest import DoseRecord
from oncometry.io.patient_id import patient_id_of

__all__ = ["describe_dose", "dose_geometry", "frame_order", "named_plan"]

EVEN = 1e-3


def describe_dose(path: Path, sha256: str, header: Dataset) -> DoseRecord:
    """What a dose file is, and where its grid lies, from its header.

    Raises:
        GeometryError: `GEOMETRY_MISSING`, `SPACING_INVALID`, `SLICES_INCONSISTENT`.
        UnsupportedError: `UNSUPPORTED_TYPE` for a file without a dose grid.
    """
    return DoseRecord(
        key=text_of(header, "SOPInstanceUID") or f"sha256:{sha256}",
        patient_id=patient_id_of(header),
        path=path,
        sha256=sha256,
        geometry=dose_geometry(header, path),
        unit=text_of(header, "DoseUnits"),
        dose_type=text_of(header, "DoseType"),
        summation_type=text_of(header, "DoseSummationType"),
        study_instance_uid=text_of(header, "StudyInstanceUID") or None,
        frame_of_reference_uid=text_of(header, "FrameOfReferenceUID") or None,
        plan_uid=named_plan(header),
    )


def named_plan(header: Dataset) -> str | None:
    """SOP Instance UID of the plan that gives the dose; None of a sum of plans, whose fractions no single one tells."""
    if text_of(header, "DoseSummationType") == MULTI_PLAN:
        return None
    named = [
        text_of(item, "ReferencedSOPInstanceUID") for item in header.get("ReferencedRTPlanSequence") or []
    ]
    return next((uid for uid in named if uid), None) if len(named) == 1 else None


def frame_order(dataset: Dataset, path: Path) -> NDArray[np.intp]:
    """(frames,) numbers of the frames, counted from 0, in order of increasing offset.

    Raises:
        GeometryError: as `describe_dose`.
    """
    return np.argsort(_offsets(dataset, path), kind="stable")


def dose_geometry(dataset: Dataset, path: Path) -> Geometry:
    """The grid, slices in order of increasing offset.

    Raises:
        GeometryError, UnsupportedError: as `describe_dose`.
    """
    if "Rows" not in dataset or "Columns" not in dataset:
        raise UnsupportedError(Code.UNSUPPORTED_TYPE, "there is no dose grid in it.", path=path)
    try:
        origin = np.array([float(x) for x in dataset.ImagePositionPatient])
        cosines = unit_axes(np.array([float(x) for x in dataset.ImageOrientationPatient]), path)
        row_mm, column_mm = pixel_sides(dataset.PixelSpacing, path)
    except GeometryError:
        raise
    except (AttributeError, TypeError, ValueError) as error:
        raise GeometryError(
            Code.GEOMETRY_MISSING, f"the dose grid does not say where it is ({error}).", path=path
        ) from error
    offsets = np.sort(_offsets(dataset, path))
    normal = np.cross(cosines[0], cosines[1])
    step = _step(dataset, offsets, path)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = cosines[0] * column_mm, cosines[1] * row_mm
    affine[:3, 2], affine[:3, 3] = normal * step, origin + normal * offsets[0]
    shape = (int(dataset.Columns), int(dataset.Rows), len(offsets))
    return Geometry(shape, affine, text_of(dataset, "FrameOfReferenceUID") or None)


def _offsets(dataset: Dataset, path: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(frames,) mm along the normal from the image position.

    The vector begins with 0 (relative), or holds the patient coordinates of the planes (absolute,
    for axial grids, PS3.3 C.8.8.3.2): then the first plane's, that of the image position, is taken off.
    """
    frames = int(dataset.get("NumberOfFrames") or 1)
    stated = dataset.get("GridFrameOffsetVector")
    if stated is None:
        if frames == 1:
            return np.zeros(1)
        raise GeometryError(
            Code.GEOMETRY_MISSING, f"{frames} frames without GridFrameOffsetVector.", path=path
        )
    offsets = np.atleast_1d(np.array(stated, dtype=np.float64))
    if len(offsets) != frames:
        raise GeometryError(
            Code.SLICES_INCONSISTENT, f"{frames} frames, but {len(offsets)} offsets.", path=path
        )
    if offsets[0] == 0.0:
        return offsets
    cosines = np.array([float(x) for x in dataset.ImageOrientationPatient]).reshape(2, 3)
    normal = np.cross(cosines[0], cosines[1])
    first = float(dataset.ImagePositionPatient[2])
    if abs(abs(normal[2]) - 1) > EVEN or abs(offsets[0] - first) > 0.01:
        raise GeometryError(
            Code.SLICES_INCONSISTENT,
            f"offsets begin with {offsets[0]:g}: neither 0 nor the plane of the image position ({first:g}).",
            path=path,
        )
    return np.asarray((offsets - offsets[0]) * normal[2])


def _step(dataset: Dataset, offsets: np.ndarray[tuple[int], np.dtype[np.float64]], path: Path) -> float:
    gaps = np.diff(offsets)
    if not gaps.size:
        thickness = text_of(dataset, "SliceThickness")
        if not thickness or float(thickness) <= 0:
            raise GeometryError(Code.GEOMETRY_MISSING, "one plane of unknown thickness.", path=path)
        return float(thickness)
    step = float(gaps.mean())
    if step <= 0 or np.abs(gaps - step).max() > EVEN * max(step, 1.0) * 10:
        raise GeometryError(
            Code.SLICES_INCONSISTENT, f"the planes are {gaps.min():g} to {gaps.max():g} mm apart.", path=path
        )
    return step
