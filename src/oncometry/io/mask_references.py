"""What a mask says of the image it was drawn on: identifiers, planes, grid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from oncometry.core import Geometry, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_header import read_full_header, text_of
from oncometry.io.manifest import FileKind, MaskKind, MaskRecord
from oncometry.io.nifti import GeometryChoice
from oncometry.io.orthogonal import orthogonal_grid
from oncometry.io.read import parse_volume_file
from oncometry.io.rtstruct import read_structures
from oncometry.io.seg_frames import seg_frames

__all__ = ["MaskReferences", "references_of"]


@dataclass(frozen=True, eq=False)
class MaskReferences:
    """Identifiers and place.

    Attributes:
        points: (n, 3) LPS mm, one a contour or frame; empty for a grid.
        grid: of NIfTI and NRRD masks, where it can be read.
        words: names that may tell the image: of regions, series, file and folders.
    """

    series_uids: frozenset[str] = frozenset()
    instance_uids: frozenset[str] = frozenset()
    points: FloatArray | None = None
    grid: Geometry | None = None
    words: tuple[str, ...] = ()


def references_of(mask: MaskRecord, form: GeometryChoice) -> MaskReferences:
    """Read again what linking needs; the file was found readable before, by the same NIfTI form."""
    words = (mask.path.name, mask.path.parent.name, mask.path.parent.parent.name, mask.description)
    if mask.kind is MaskKind.RTSTRUCT:
        structures = read_structures(mask.path)
        middles = [c.mean(axis=0) for roi in structures.rois for c in roi.contours]
        names = tuple(roi.name for roi in structures.rois)
        points = np.array(middles).reshape(-1, 3)
        return MaskReferences(
            structures.series_uids, structures.instance_uids, points, None, (*names, *words)
        )
    if mask.kind is MaskKind.SEG:
        return _of_seg(mask.path, words)
    kind = FileKind.NIFTI if mask.kind is MaskKind.NIFTI else FileKind.NRRD
    return MaskReferences(grid=_grid(mask.path, kind, form), words=words)


def _of_seg(path: Path, words: tuple[str, ...]) -> MaskReferences:
    dataset = read_full_header(path)
    series, instances = set(), set()
    for item in dataset.get("ReferencedSeriesSequence") or []:
        series.add(text_of(item, "SeriesInstanceUID"))
        for instance in item.get("ReferencedInstanceSequence") or []:
            instances.add(text_of(instance, "ReferencedSOPInstanceUID"))
    for frame in dataset.get("PerFrameFunctionalGroupsSequence") or []:
        for derivation in frame.get("DerivationImageSequence") or []:
            instances |= _sources(derivation)
    points = seg_frames(dataset, path).positions
    return MaskReferences(frozenset(series - {""}), frozenset(instances - {""}), points, None, words)


def _sources(derivation: Dataset) -> set[str]:
    return {
        text_of(source, "ReferencedSOPInstanceUID") for source in derivation.get("SourceImageSequence") or []
    }


def _grid(path: Path, kind: FileKind, form: GeometryChoice) -> Geometry | None:
    """None where nothing places it: such a mask is linked by name alone."""
    try:
        grid = parse_volume_file(path, kind, form).geometry
    except OncometryError:
        return None
    return grid if grid.is_orthogonal else orthogonal_grid(grid)
