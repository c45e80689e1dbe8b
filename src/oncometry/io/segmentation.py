"""Masks of every kind into segmentations, and what curation needs to know of a DICOM mask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydicom.dataset import Dataset

from oncometry.core import (
    Code,
    CorruptInputError,
    Geometry,
    GeometryError,
    LabelError,
    NothingFoundError,
    Notice,
    OncometryError,
    Segment,
    Segmentation,
    UnsupportedError,
    fitting_schemes,
)
from oncometry.io.acquisition import day_of
from oncometry.io.dicom_header import DicomRole, read_header, role_of, text_of
from oncometry.io.files import sha256_of
from oncometry.io.label_hints import LabelHints, hints_beside
from oncometry.io.label_meaning import FoundLabel, Meaning, interpret
from oncometry.io.labelmap import LabelContent, LabelName, label_regions, read_label_file
from oncometry.io.manifest import FileKind, MaskKind, MaskRecord
from oncometry.io.nifti import GeometryChoice
from oncometry.io.patient_id import patient_id_of
from oncometry.io.place import place
from oncometry.io.plausible import implausible
from oncometry.io.rtstruct import Roi, read_structures, structures_of
from oncometry.io.seg import SegRegion, read_seg
from oncometry.io.seg_frames import check_segments, seg_frames
from oncometry.io.sniff import sniff_file
from oncometry.io.structure_grid import covering_grid, fill_region, own_grid

__all__ = [
    "LabelSummary",
    "describe_rtstruct",
    "describe_seg",
    "label_summary",
    "read_mask_file",
    "read_segmentation",
    "segmentation_of",
]


@dataclass(frozen=True)
class LabelSummary:
    """Labels of a mask, the schemes that know them all, and what should be said of it."""

    scheme: str
    scheme_source: str
    fits: tuple[str, ...]
    rows: tuple[dict[str, object], ...]
    notices: tuple[Notice, ...] = ()


def describe_rtstruct(path: Path, sha256: str, header: Dataset) -> MaskRecord:
    """A mask record, not yet linked to an image.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    structures = structures_of(header, path)
    names = ", ".join(roi.name for roi in structures.rois)
    record = _described(path, sha256, header, MaskKind.RTSTRUCT)
    return replace(
        record,
        frame_of_reference_uid=structures.frame_of_reference_uid,
        description=record.description or names,
        notices=structures.notices,
    )


def describe_seg(path: Path, sha256: str, header: Dataset) -> MaskRecord:
    """A mask record, not yet linked to an image.

    Raises:
        UnsupportedError: `NOT_RADIOLOGY` for slides.
        GeometryError: `GEOMETRY_MISSING`, `SLICES_INCONSISTENT`.
        CorruptInputError: `HEADER_INCONSISTENT`.
    """
    frames = seg_frames(header, path)
    check_segments(header, path)
    record = _described(path, sha256, header, MaskKind.SEG)
    return replace(record, frame_of_reference_uid=frames.frame_of_reference_uid)


def _described(path: Path, sha256: str, header: Dataset, kind: MaskKind) -> MaskRecord:
    return MaskRecord(
        key=text_of(header, "SOPInstanceUID") or f"sha256:{sha256}",
        patient_id=patient_id_of(header),
        kind=kind,
        path=path,
        sha256=sha256,
        acquired=day_of(header, "StudyDate"),
        study_instance_uid=text_of(header, "StudyInstanceUID") or None,
        description=text_of(header, "SeriesDescription"),
    )


def read_segmentation(
    mask: MaskRecord,
    image_geometry: Geometry | None,
    scheme: str | None = None,
    *,
    form: GeometryChoice = "strict",
) -> Segmentation:
    """The segments of a curated mask.

    Args:
        image_geometry: grid of the image it was drawn on; None for a mask without one.
        scheme: stated label scheme; else the record's, where it is stated or was settled by curation.
        form: the NIfTI form to trust, as it was for `curate`.

    Raises:
        CorruptInputError: `CORRUPT`, `TRUNCATED`, `CHECKSUM`, `CONTOUR_VOLUME`.
        GeometryError: `GEOMETRY_MISMATCH` with both grids, `GEOMETRY_MISSING`, `SLICES_INCONSISTENT`.
        LabelError: `LABEL_UNKNOWN`.
    """
    settled = mask.scheme_source != "guessed" or any(n.code is Code.LABELS_GUESSED for n in mask.notices)
    chosen = scheme or (mask.scheme if settled else None)
    if mask.kind in (MaskKind.RTSTRUCT, MaskKind.SEG):
        read = _read_linked(mask, image_geometry, chosen)
    else:
        kind = FileKind.NRRD if mask.kind is MaskKind.NRRD else FileKind.NIFTI
        read = _labeled(read_label_file(mask.path, kind, form), chosen, image_geometry, mask.path, mask.hints)
    if scheme is None and settled:
        read = replace(read, scheme_source=mask.scheme_source)
    return replace(read, key=mask.key)


def _read_linked(mask: MaskRecord, image: Geometry | None, scheme: str | None) -> Segmentation:
    """A DICOM mask; one that names the image's own instances is believed against its frame of reference."""
    read = _read_rtstruct if mask.kind is MaskKind.RTSTRUCT else _read_seg
    frame = mask.frame_of_reference_uid
    differs = image is not None and None not in (frame, image.frame_of_reference_uid)
    if image is None or mask.linked_by != "reference" or not differs or frame == image.frame_of_reference_uid:
        return read(mask.path, image, scheme)
    found = read(mask.path, replace(image, frame_of_reference_uid=frame), scheme)
    what = "its frame of reference differs from that of the images it names; theirs was taken."
    notice = Notice(Code.GEOMETRY_MISMATCH, what, str(mask.path))
    grid = replace(found.geometry, frame_of_reference_uid=image.frame_of_reference_uid)
    return replace(found, geometry=grid, notices=(*found.notices, notice))


def read_mask_file(
    path: Path,
    image_geometry: Geometry | None = None,
    scheme: str | None = None,
    *,
    form: GeometryChoice = "strict",
) -> Segmentation:
    """The segments of one file, by content: NIfTI, NRRD, SEG or RTSTRUCT.

    An RTSTRUCT without an image is put on a grid of its own contour planes, which a notice states.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        UnsupportedError: `NOT_AN_IMAGE`, `NOT_RADIOLOGY`.
        CorruptInputError, GeometryError, LabelError: as `read_segmentation`.
    """
    path = Path(path)
    if path.is_dir():
        raise UnsupportedError(
            Code.NOT_AN_IMAGE, "it is a folder.", path=path, advice="Give the file of one mask."
        )
    if not path.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND, "there is no such file.", path=path, advice="Check the path."
        )
    if path.stat().st_size == 0:
        raise CorruptInputError(Code.EMPTY, "the file has no bytes.", path=path)
    kind = sniff_file(path)
    if kind in (FileKind.NIFTI, FileKind.NRRD):
        read = _labeled(read_label_file(path, kind, form), scheme, image_geometry, path, hints_beside(path))
        return replace(read, key=f"sha256:{sha256_of(path)}")
    if kind is not FileKind.DICOM:
        raise UnsupportedError(
            Code.NOT_AN_IMAGE, f"the content is {kind}, not NIfTI, NRRD, SEG or RTSTRUCT.", path=path
        )
    header = read_header(path)
    role = role_of(header)
    if role not in (DicomRole.RTSTRUCT, DicomRole.SEG):
        raise UnsupportedError(
            Code.NOT_AN_IMAGE, f"the DICOM object is {header.SOPClassUID.name}, not a mask.", path=path
        )
    reader = _read_rtstruct if role is DicomRole.RTSTRUCT else _read_seg
    return replace(reader(path, image_geometry, scheme), key=text_of(header, "SOPInstanceUID"))


def label_summary(segmentation: Segmentation) -> LabelSummary:
    """Labels with voxels and milliliters, for `oncometry labels`."""
    voxel_ml = segmentation.geometry.voxel_volume_mm3 / 1000
    rows: tuple[dict[str, object], ...] = tuple(
        {
            "label": s.number,
            "name": s.name,
            "compartment": s.compartment.value,
            "voxels": s.voxels,
            "volume_ml": s.voxels * voxel_ml,
        }
        for s in segmentation
    )
    fits = tuple(s.name for s in fitting_schemes(s.number for s in segmentation))
    return LabelSummary(segmentation.scheme, segmentation.scheme_source, fits, rows, segmentation.notices)


def segmentation_of(array: NDArray[Any], geometry: Geometry, scheme: str | None = None) -> Segmentation:
    """The segments of an array of labels or probabilities, understood as those of a file.

    Args:
        array: (ni, nj, nk).
        scheme: stated label scheme; without one a guess is made and said in the notices.

    Raises:
        LabelError: `LABEL_UNKNOWN`.
    """
    return _labeled(LabelContent(geometry, *label_regions(array, {})), scheme, None, None, LabelHints())


def _labeled(
    content: LabelContent, scheme: str | None, image: Geometry | None, path: Path | None, hints: LabelHints
) -> Segmentation:
    told = {number: LabelName(name) for number, name in hints.names}
    named = {r.number: r.named or told.get(r.number, LabelName("")) for r in content.regions}
    found = [FoundLabel(n, x.name, x.meaning or "", x.compartment) for n, x in named.items()]
    with _naming(path):
        meaning = interpret(found, scheme, values=True, suggested=hints.schemes)
    segments = tuple(
        Segment(
            r.number,
            *meaning.labels[r.number],
            r.start,
            r.mask,
            probability=r.probability,
            tracking_uid=named[r.number].tracking_uid,
            tracking_id=named[r.number].tracking_id,
            meaning=named[r.number].meaning,
        )
        for r in content.regions
    )
    return _finish(content.geometry, segments, meaning, content.notices, image, path)


def _read_seg(path: Path, image: Geometry | None, scheme: str | None) -> Segmentation:
    content = read_seg(path, image)
    found = [FoundLabel(r.number, r.name, r.meaning) for r in content.regions]
    with _naming(path):
        meaning = interpret(found, scheme, values=False)
    segments = tuple(_seg_segment(r, meaning) for r in content.regions)
    return _finish(content.geometry, segments, meaning, content.notices, image, path)


def _seg_segment(region: SegRegion, meaning: Meaning) -> Segment:
    return Segment(
        region.number,
        *meaning.labels[region.number],
        region.start,
        region.mask,
        probability=region.probability,
        tracking_uid=region.tracking_uid,
        tracking_id=region.tracking_id,
        meaning=region.meaning or None,
    )


def _read_rtstruct(path: Path, image: Geometry | None, scheme: str | None) -> Segmentation:
    with _naming(path):
        return _structured(path, image, scheme)


def _structured(path: Path, image: Geometry | None, scheme: str | None) -> Segmentation:
    structures = read_structures(path)
    frame = structures.frame_of_reference_uid
    rois, apart = _of_one_frame([roi for roi in structures.rois if roi.contours], image, path)
    found = [FoundLabel(r.number, r.name, "", None, r.interpreted_type) for r in rois]
    meaning = interpret(found, scheme, values=False)
    contours = [c for roi in rois for c in roi.contours]
    notices = [*structures.notices, *apart]
    if not contours:
        raise LabelError(Code.MASK_EMPTY, "none of its regions has a closed contour.", path=path)
    if image is None:
        grid = own_grid(contours, frame)
        what = f"no image was given: the contours were put on a grid of their own planes, {grid.describe()}."
        notices.append(Notice(Code.REGRIDDED, what, str(path)))
    else:
        _same_frame(frame, image, path)
        grid = covering_grid([roi.contours for roi in rois], image)
        if grid is not image:
            what = f"contours reach beyond the image; its grid was extended to {grid.describe()}."
            notices.append(Notice(Code.REGRIDDED, what, str(path)))
    segments = []
    for roi in rois:
        segment, said = _filled(roi, meaning, grid)
        segments.append(segment)
        notices += [Notice(n.code, n.what, str(path)) for n in said]
    return _finish(grid, tuple(segments), meaning, tuple(notices), None, path)


def _of_one_frame(
    rois: list[Roi], image: Geometry | None, path: Path
) -> tuple[list[Roi], tuple[Notice, ...]]:
    """The regions that can be on the image, where they are in several frames of reference, and which cannot.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where none can, or nothing tells which.
    """
    frames = sorted({roi.frame_of_reference_uid for roi in rois} - {""})
    if len(frames) < 2:
        return rois, ()
    here = None if image is None else image.frame_of_reference_uid
    if here not in frames:
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"its regions are in {len(frames)} frames of reference ({', '.join(frames)}); the image's is {here}.",
            path=path,
            advice="Give the image they were drawn on.",
        )
    away = [roi.name for roi in rois if roi.frame_of_reference_uid not in ("", here)]
    what = f"{', '.join(away)}: in another frame of reference than the image; left out."
    kept = [roi for roi in rois if roi.frame_of_reference_uid in ("", here)]
    return kept, (Notice(Code.GEOMETRY_MISMATCH, what, str(path)),)


def _same_frame(frame: str | None, image: Geometry, path: Path) -> None:
    if frame is not None and image.frame_of_reference_uid not in (None, frame):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the contours are in frame of reference {frame}, the image ({image.describe()}) in "
            f"{image.frame_of_reference_uid}.",
            path=path,
            advice="Give the image they were drawn on.",
        )


def _filled(roi: Roi, meaning: Meaning, grid: Geometry) -> tuple[Segment, tuple[Notice, ...]]:
    region = fill_region(roi.contours, grid, roi.name, exclusive=roi.exclusive)
    segment = Segment(
        roi.number,
        *meaning.labels[roi.number],
        region.start,
        region.mask,
        contours=region.contours,
        tracking_uid=roi.tracking_uid,
        tracking_id=roi.tracking_id,
        meaning=roi.interpreted_type or None,
    )
    return segment, region.notices


def _finish(
    grid: Geometry,
    segments: tuple[Segment, ...],
    meaning: Meaning,
    notices: tuple[Notice, ...],
    image: Geometry | None,
    path: Path | None,
) -> Segmentation:
    """In order of number, placed against the image, with the file's name in every notice."""
    ordered = tuple(sorted(segments, key=lambda s: s.number))
    odd = implausible(image or grid)
    said = (*notices, *meaning.notices, *((odd,) if odd else ()))
    read = Segmentation(grid, ordered, meaning.scheme, meaning.source, notices=said)
    with _naming(path):
        placed = read if image is None else place(read, image)
    if path is None:
        return placed
    named = tuple(n if n.path else Notice(n.code, n.what, str(path)) for n in placed.notices)
    return replace(placed, notices=named)


@contextmanager
def _naming(path: Path | None) -> Iterator[None]:
    """What is wrong with labels, contours or grid is said of the file that they are in."""
    try:
        yield
    except OncometryError as error:
        if error.path is not None or path is None:
            raise
        raise type(error)(error.code, error.what, path=path, advice=error.advice) from error
