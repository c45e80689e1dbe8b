"""What a SEG (PS3.3 A.51) says of its frames: where each is and of which segment, held against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from oncometry.core import Code, GeometryError, UnsupportedError
from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_frame import pixel_sides, unit_axes
from oncometry.io.dicom_header import check_frame_count, inconsistent, text_of

__all__ = ["SegFrames", "check_segments", "described_segments", "seg_frames", "segment_numbers"]

ON_SLIDE = "PlanePositionSlideSequence"
SAME_COSINE, SAME_MM = 1e-4, 1e-4
"""How far orientation and pixel spacing of frames may be apart: what programs round to, and below a pixel on the
far side of a frame."""


@dataclass(frozen=True, eq=False)
class SegFrames:
    """Where the frames are.

    Attributes:
        shape: (columns, rows), the sizes along i and j.
        positions: (n, 3) LPS mm of each frame's first pixel.
        axes: (3, 2) columns: step of one pixel along i, along j, in mm.
        step_mm: stated distance between planes, None where none is stated.
    """

    shape: tuple[int, int]
    positions: FloatArray
    axes: FloatArray
    step_mm: float | None
    frame_of_reference_uid: str | None


def seg_frames(dataset: Dataset, path: Path) -> SegFrames:
    """Where the frames of a parsed SEG are.

    Raises:
        UnsupportedError: `NOT_RADIOLOGY`.
        GeometryError: `GEOMETRY_MISSING`, `SPACING_INVALID`; `SLICES_INCONSISTENT` where frames have several
            orientations or pixel spacings.
        CorruptInputError: `HEADER_INCONSISTENT` where other frames are described than there are.
    """
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if "TotalPixelMatrixColumns" in dataset or (len(frames) and ON_SLIDE in frames[0]):
        raise UnsupportedError(Code.NOT_RADIOLOGY, "a segmentation of a slide image.", path=path)
    if not len(frames):
        raise GeometryError(
            Code.GEOMETRY_MISSING,
            "an old or damaged SEG: it has no Per-frame Functional Groups, so nothing says where its frames are.",
            path=path,
            advice="Export it again with a program of today.",
        )
    try:
        positions = [_group(f, shared, "PlanePositionSequence").ImagePositionPatient for f in frames]
        orientations = _each(frames, shared, "PlaneOrientationSequence", _orientation)
        sides = _each(frames, shared, "PixelMeasuresSequence", _spacing)
        row_mm, column_mm = pixel_sides(sides[0].tolist(), path)
        along_i, along_j = unit_axes(orientations[0], path)
    except GeometryError:
        raise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise GeometryError(
            Code.GEOMETRY_MISSING, f"its frames do not say where they are ({error}).", path=path
        ) from error
    _check_alike(orientations, SAME_COSINE, "orientations", path)
    _check_alike(sides, SAME_MM, "pixel spacings", path)
    check_frame_count(dataset, len(frames), path)
    measures = _group(frames[0], shared, "PixelMeasuresSequence")
    spacing = text_of(measures, "SpacingBetweenSlices") or text_of(measures, "SliceThickness")
    return SegFrames(
        (int(dataset.Columns), int(dataset.Rows)),
        np.array([[float(x) for x in p] for p in positions]),
        np.column_stack([along_i * column_mm, along_j * row_mm]),
        float(spacing) if spacing and float(spacing) > 0 else None,
        text_of(dataset, "FrameOfReferenceUID") or None,
    )


def check_segments(dataset: Dataset, path: Path) -> None:
    """Hold the segments that frames are of against those that are described; a label map says it in its pixels.

    Raises:
        CorruptInputError: `HEADER_INCONSISTENT`.
    """
    described = described_segments(dataset)
    if len(described) < len(dataset.get("SegmentSequence") or []):
        raise inconsistent(path, "two segments have one number: nobody can say whose the frames are.")
    if text_of(dataset, "SegmentationType") == "LABELMAP":
        return
    lost = [number for number in segment_numbers(dataset) if number not in described]
    if lost:
        raise inconsistent(
            path, f"{len(lost)} frames are of segments that are not described: {sorted(set(lost))[:8]}."
        )


def described_segments(dataset: Dataset) -> Mapping[int, Dataset]:
    """Number of a segment -> what is said of it."""
    return {int(item.SegmentNumber): item for item in dataset.get("SegmentSequence") or []}


def segment_numbers(dataset: Dataset) -> list[int]:
    """The segment of each frame; frames that do not say are of the only one."""
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    frames = dataset.PerFrameFunctionalGroupsSequence
    described = list(described_segments(dataset))
    said = any("SegmentIdentificationSequence" in item for item in (shared, *frames))
    if not said and len(described) == 1:
        return described * len(frames)
    return [int(_group(f, shared, "SegmentIdentificationSequence").ReferencedSegmentNumber) for f in frames]


def _group(frame: Dataset, shared: Dataset, keyword: str) -> Dataset:
    found = frame.get(keyword) or shared.get(keyword)
    if not found:
        raise KeyError(keyword)
    item: Dataset = found[0]
    return item


def _each(
    frames: list[Dataset], shared: Dataset, keyword: str, value: Callable[[Dataset], list[float]]
) -> FloatArray:
    """(n, m) of every frame's own; (1, m) where all share it, or there are no frames."""
    if frames and not any(keyword in frame for frame in frames):
        frames = frames[:1]
    return np.array([value(_group(frame, shared, keyword)) for frame in frames])


def _orientation(item: Dataset) -> list[float]:
    return [float(x) for x in item.ImageOrientationPatient]


def _spacing(item: Dataset) -> list[float]:
    return [float(x) for x in item.PixelSpacing]


def _check_alike(values: FloatArray, tolerance: float, what: str, path: Path) -> None:
    off = np.abs(values - values[0]).max(axis=1)
    if off.max() > tolerance:
        other = values[int(np.argmax(off))].tolist()
        raise GeometryError(
            Code.SLICES_INCONSISTENT,
            f"its frames have several {what}: {values[0].tolist()} and {other}.",
            path=path,
            advice="Export it again.",
        )
