"""DICOM SEG and label map SEG (PS3.3 A.51): frames placed by position, segments as they overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset, FileDataset

from oncometry.core import Code, CorruptInputError, Geometry, GeometryError, Notice
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.io.dicom_header import coded, read_dataset, text_of
from oncometry.io.pixels import decoding, stored_frames
from oncometry.io.seg_faults import seg_notice
from oncometry.io.seg_frames import (
    SegFrames,
    check_segments,
    described_segments,
    seg_frames,
    segment_numbers,
)

__all__ = ["SegContent", "SegRegion", "read_seg"]

MATCH_MM = 1e-3
LATERAL_MM = 0.01
PROBABILITY = 0.5
MAX_GIB = 2.0


@dataclass(frozen=True, eq=False)
class SegRegion:
    """One segment in its bounding box, whose first voxel is `start`.

    `probability` for fractional ones, whose box is a voxel wider on each side, as far as the grid reaches.
    """

    number: int
    name: str
    meaning: str
    start: Index
    mask: Mask
    probability: NDArray[np.float32] | None
    tracking_uid: str | None
    tracking_id: str | None


@dataclass(frozen=True, eq=False)
class SegContent:
    """All segments on one grid."""

    geometry: Geometry
    regions: tuple[SegRegion, ...]
    notices: tuple[Notice, ...]


def read_seg(path: Path, image_geometry: Geometry | None = None) -> SegContent:
    """Read a SEG onto the image's grid where its frames lie on it to 1e-3 mm, else onto its own.

    Gaps between frames are empty: a SEG leaves out frames without a segment.

    Raises:
        UnsupportedError: `NOT_RADIOLOGY` for slides, `UNSUPPORTED_TYPE`.
        GeometryError: `GEOMETRY_MISSING`, `SLICES_INCONSISTENT`.
        CorruptInputError: `CORRUPT`, `TRUNCATED`, `EMPTY`, `HEADER_INCONSISTENT`, `TOO_LARGE`.
    """
    with disable_value_validation(), coded(path):
        return _content(read_dataset(path), image_geometry, path)


def _content(dataset: FileDataset, image_geometry: Geometry | None, path: Path) -> SegContent:
    frames = seg_frames(dataset, path)
    check_segments(dataset, path)
    geometry, slices = _placed(frames, image_geometry, path)
    kind = text_of(dataset, "SegmentationType")
    with decoding(dataset, path):
        read = _label_regions if kind == "LABELMAP" else _frame_regions
        regions = read(dataset, slices, geometry.shape, path)
    notices = seg_notice(dataset, str(path))
    if kind == "FRACTIONAL":
        meaning = text_of(dataset, "SegmentationFractionalType").lower() or "fraction"
        what = f"fractional ({meaning}): voxels of {PROBABILITY} and more are inside."
        notices = (*notices, Notice(Code.LABELS_GUESSED, what, str(path)))
    return SegContent(geometry, regions, notices)


def _placed(
    frames: SegFrames, image_geometry: Geometry | None, path: Path
) -> tuple[Geometry, NDArray[np.intp]]:
    """The grid, and the slice of each frame."""
    if image_geometry is not None:
        slices = _on_image(frames, image_geometry)
        if slices is not None:
            return image_geometry, slices
    return _own_grid(frames, path)


def _on_image(frames: SegFrames, grid: Geometry) -> NDArray[np.intp] | None:
    """Slices of the image that the frames are, None where they are not to 1e-3 mm."""
    far = np.array(frames.shape) - 1
    drift = np.abs((frames.axes - grid.affine[:3, :2]) * far).max()
    if frames.shape != grid.shape[:2] or drift > MATCH_MM:
        return None
    slices = np.rint(grid.to_index(frames.positions)[:, 2]).astype(int)
    if slices.min() < 0 or slices.max() >= grid.shape[2]:
        return None
    centers = grid.to_world(np.column_stack([np.zeros((len(slices), 2)), slices]))
    return slices if np.abs(centers - frames.positions).max() <= MATCH_MM else None


def _own_grid(frames: SegFrames, path: Path) -> tuple[Geometry, NDArray[np.intp]]:
    normal = np.cross(frames.axes[:, 0], frames.axes[:, 1])
    normal /= np.linalg.norm(normal)
    heights = frames.positions @ normal
    levels = np.unique(np.round(heights, 3))
    gaps = np.diff(levels)
    gaps = gaps[gaps > LATERAL_MM]
    step = float(gaps.min()) if gaps.size else frames.step_mm
    if step is None:
        raise GeometryError(
            Code.GEOMETRY_MISSING, "one plane of unknown thickness.", path=path, advice="Give its image."
        )
    if frames.step_mm is not None and gaps.size and _divides(frames.step_mm, gaps):
        step = frames.step_mm
    first = frames.positions[int(np.argmin(heights))]
    slices = np.rint((heights - heights.min()) / step).astype(int)
    away = np.abs(first + slices[:, None] * step * normal - frames.positions).max()
    if away > max(LATERAL_MM, 0.02 * step):
        raise GeometryError(
            Code.SLICES_INCONSISTENT,
            f"frames lie up to {away:.3g} mm off a regular stack of {step:.4g} mm.",
            path=path,
            advice="Give its image.",
        )
    shape = (*frames.shape, int(slices.max()) + 1)
    _check_size(shape, path)
    affine = np.eye(4)
    affine[:3, :2], affine[:3, 2], affine[:3, 3] = frames.axes, normal * step, first
    return Geometry(shape, affine, frames.frame_of_reference_uid), slices


def _check_size(shape: Index, path: Path) -> None:
    """Before anything of it is allocated; a grid that is the image's is as large as that was allowed to be."""
    gib = math.prod(shape) / 2**30
    if gib > MAX_GIB:
        raise CorruptInputError(
            Code.TOO_LARGE,
            f"its frames span {shape[0]}x{shape[1]}x{shape[2]} voxels, {gib:.1f} GiB of them; {MAX_GIB:g} is the limit.",
            path=path,
            advice="Give its image; if that does not help, ask who made the file.",
        )


def _divides(step: float, gaps: FloatArray) -> bool:
    return bool((np.abs(gaps / step - np.rint(gaps / step)) < 0.02).all() and (gaps > step / 2).all())


def _stored_type(dataset: Dataset) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if int(dataset.BitsAllocated) <= 8 else np.uint16


def _label_regions(
    dataset: FileDataset, slices: NDArray[np.intp], shape: Index, path: Path
) -> tuple[SegRegion, ...]:
    _check_once(slices, 0, path)
    background = int(dataset.get("PixelPaddingValue", 0) or 0)
    labels = np.full(shape, background, dtype=_stored_type(dataset), order="F")
    for frame, k in zip(stored_frames(dataset, path, range(len(slices))), slices, strict=True):
        labels[:, :, k] = frame.T
    described = described_segments(dataset)
    nothing = {background, 0} | {n for n, item in described.items() if _is_background(item)}
    present = {int(v) for v in np.unique(labels)}
    regions = []
    for number in sorted((present | set(described)) - nothing):
        start, box = bounding_box(labels == number)
        inside = np.asfortranarray(labels[box] == number)
        regions.append(_region(number, described.get(number, Dataset()), start, inside, None))
    return tuple(regions)


def _check_once(slices: NDArray[np.intp], number: int, path: Path) -> None:
    if len(np.unique(slices)) < len(slices):
        raise GeometryError(
            Code.SLICES_INCONSISTENT,
            f"segment {number} has {len(slices)} frames in {len(np.unique(slices))} places: one of them is elsewhere.",
            path=path,
            advice="Export it again.",
        )


def _frame_regions(
    dataset: FileDataset, slices: NDArray[np.intp], shape: Index, path: Path
) -> tuple[SegRegion, ...]:
    """Segment by segment, so that no more than one is whole in memory.

    Raises:
        GeometryError: `SLICES_INCONSISTENT` where two frames of a segment lie in one place.
    """
    fractional = text_of(dataset, "SegmentationType") == "FRACTIONAL"
    largest = float(dataset.get("MaximumFractionalValue") or 255) if fractional else 1.0
    numbers = np.array(segment_numbers(dataset))
    regions = []
    for number, item in sorted(described_segments(dataset).items()):
        frames = np.flatnonzero(numbers == number)
        here = slices[frames]
        _check_once(here, number, path)
        low = max(int(here.min(initial=shape[2])) - 1, 0)
        high = min(int(here.max(initial=0)) + 2, shape[2])
        block = np.zeros((*shape[:2], max(high - low, 0)), dtype=_stored_type(dataset), order="F")
        for frame, k in zip(stored_frames(dataset, path, frames.tolist()), here - low, strict=True):
            block[:, :, k] = frame.T
        (i, j, k), box = bounding_box(block >= PROBABILITY * largest, margin=int(fractional))
        inside = np.asfortranarray(block[box] >= PROBABILITY * largest)
        field = (block[box] / largest).astype(np.float32, order="F") if fractional else None
        regions.append(_region(number, item, (i, j, k + low), inside, field))
    return tuple(regions)


def _is_background(item: Dataset) -> bool:
    """DCM 125040."""
    coded = item.get("SegmentedPropertyTypeCodeSequence") or [Dataset()]
    return (text_of(coded[0], "CodingSchemeDesignator"), text_of(coded[0], "CodeValue")) == ("DCM", "125040")


def _region(
    number: int, item: Dataset, start: Index, mask: Mask, probability: NDArray[np.float32] | None
) -> SegRegion:
    coded = item.get("SegmentedPropertyTypeCodeSequence") or [Dataset()]
    return SegRegion(
        number,
        text_of(item, "SegmentLabel") or f"label {number}",
        text_of(coded[0], "CodeMeaning"),
        start,
        mask,
        probability,
        text_of(item, "TrackingUID") or None,
        text_of(item, "TrackingID") or None,
    )
