"""NIfTI and NRRD masks: label maps, binary masks of any value, probabilities, layers, 3D Slicer's."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Compartment, Geometry, LabelError, Notice
from oncometry.core.geometry import Index
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.io.files import sha256_of
from oncometry.io.manifest import FileKind
from oncometry.io.nifti import GeometryChoice
from oncometry.io.orthogonal import orthogonal_grid, resample_to
from oncometry.io.read import parse_volume_file
from oncometry.io.volume_file import VolumeFile, check_size, read_voxels

__all__ = [
    "MEANING",
    "LabelContent",
    "LabelName",
    "LabelRegion",
    "distinct",
    "label_regions",
    "label_table",
    "names_beside",
    "names_sha256",
    "read_label_file",
    "whole_labels",
]

MAX_LABELS = 1024
FEW_LABELS = 64
"""More than these, and no background to speak of: an image of few gray levels."""
LARGEST = 65535
PROBABILITY = 0.5
SLICER = re.compile(rb"^Segment(\d+)_(LabelValue|Layer|Name|Tags):=(.*?)\r?$", re.MULTILINE)
MEANING = re.compile(r"TerminologyEntry:[^~]*~[^~]*~[^^~]*\^[^^~]*\^([^~]*)~")


@dataclass(frozen=True)
class LabelName:
    """What a file says of a label."""

    name: str
    compartment: Compartment | None = None
    meaning: str | None = None
    tracking_uid: str | None = None
    tracking_id: str | None = None


@dataclass(frozen=True, eq=False)
class LabelRegion:
    """One label in its bounding box, whose first voxel is `start`; with a voxel about it for probabilities."""

    number: int
    start: Index
    mask: Mask
    probability: NDArray[np.float32] | None = None
    named: LabelName | None = None


@dataclass(frozen=True, eq=False)
class LabelContent:
    """All labels of a file on one grid."""

    geometry: Geometry
    regions: tuple[LabelRegion, ...]
    notices: tuple[Notice, ...] = ()


def read_label_file(path: Path, kind: FileKind, form: GeometryChoice = "strict") -> LabelContent:
    """Read a mask; labels keep their numbers, sheared grids are made orthogonal by nearest neighbor.

    Raises:
        LabelError: `LABEL_UNKNOWN` for values that are neither labels nor probabilities.
        CorruptInputError, GeometryError, UnsupportedError: as the readers of the formats.
    """
    header = parse_volume_file(path, kind, form)
    check_size(header)
    grid = header.geometry if header.geometry.is_orthogonal else orthogonal_grid(header.geometry)
    if kind is FileKind.NRRD:
        segments = _slicer_segments(path, header)
        if segments:
            layers = [_voxels(header, grid, n) for n in range(header.volumes)]
            return LabelContent(grid, _slicer_regions(segments, layers), header.notices)
    names = label_table(path)
    if header.volumes > 1:
        layers = [_voxels(header, grid, n) for n in range(header.volumes)]
        return LabelContent(grid, _layered(layers, names, path), header.notices)
    regions, notices = label_regions(_voxels(header, grid, 0), names, path)
    return LabelContent(grid, regions, (*header.notices, *notices))


def _voxels(header: VolumeFile, grid: Geometry, volume: int) -> NDArray[Any]:
    array = read_voxels(header, volume)
    return array if header.geometry.is_orthogonal else resample_to(array, header.geometry, grid, "nearest", 0)


def label_regions(
    array: NDArray[Any], names: Mapping[int, LabelName], path: Path | None = None
) -> tuple[tuple[LabelRegion, ...], tuple[Notice, ...]]:
    """The regions of (ni, nj, nk) values: whole numbers, one odd value against 0, or probabilities.

    Raises:
        LabelError: `LABEL_UNKNOWN` for values that are neither labels nor probabilities.
    """
    where = None if path is None else str(path)
    values = distinct(array)
    if _is_probability(values):
        field = array.astype(np.float32, order="F")
        what = f"values between 0 and 1 were taken as probabilities; {PROBABILITY} and more is inside."
        start, box = bounding_box(field >= PROBABILITY, margin=1)
        inside = np.asfortranarray(field[box])
        region = LabelRegion(1, start, inside >= PROBABILITY, inside, names.get(1))
        return (region,), (Notice(Code.LABELS_GUESSED, what, where),)
    labels, notices = whole_labels(array, path)
    numbers = [int(v) for v in distinct(labels) if v != 0]
    crowded = len(numbers) > FEW_LABELS and np.count_nonzero(labels) > 0.5 * labels.size
    if len(numbers) > MAX_LABELS or crowded:
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"{len(numbers)} distinct values: an image, not a mask.",
            path=path,
            advice="Give the file in which the lesions are drawn.",
        )
    return tuple(_boxed(labels, n, names.get(n)) for n in numbers), notices


def _boxed(labels: NDArray[Any], number: int, named: LabelName | None) -> LabelRegion:
    start, box = bounding_box(labels == number)
    return LabelRegion(number, start, np.asfortranarray(labels[box] == number), None, named)


def distinct(array: NDArray[Any]) -> NDArray[Any]:
    """Sorted distinct values; small integers are counted, not sorted."""
    if array.dtype.kind not in "iu" or array.size == 0:
        return np.unique(array)
    low, high = int(array.min()), int(array.max())
    if low < 0 or high > LARGEST:
        return np.unique(array)
    return np.flatnonzero(np.bincount(array.ravel(order="K"), minlength=high + 1))


def _is_probability(values: NDArray[Any]) -> bool:
    return bool(
        values.dtype.kind == "f"
        and values.size > 2
        and np.isfinite(values).all()
        and values[0] >= 0
        and values[-1] <= 1
    )


def whole_labels(array: NDArray[Any], path: Path | None = None) -> tuple[NDArray[Any], tuple[Notice, ...]]:
    """Whole numbers from 0; one odd value against 0 (255, 0.0039, -1) is meant as a binary mask.

    Raises:
        LabelError: `LABEL_UNKNOWN` for several values that are no labels.
    """
    if array.dtype.kind == "b":
        return array.astype(np.uint8), ()
    values = distinct(array)
    others = [v for v in values.tolist() if v != 0]
    odd = [v for v in others if not np.isfinite(v) or v != int(v) or not 0 < v <= LARGEST]
    where = None if path is None else str(path)
    if len(others) == 1 and np.isfinite(others[0]) and (odd or others[0] == 255):
        what = f"the one value {others[0]!r} beside 0 was taken as a binary mask, label 1."
        return (array != 0).astype(np.uint8), (Notice(Code.LABELS_GUESSED, what, where),)
    if odd:
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"labels are whole numbers from 0 to {LARGEST}, got {odd[:8]} among {values.size} values.",
            path=path,
            advice="Give a label map, or probabilities from 0 to 1.",
        )
    return array, ()


def _layered(
    layers: list[NDArray[Any]], names: Mapping[int, LabelName], path: Path
) -> tuple[LabelRegion, ...]:
    """One label a volume: its own value where the volumes differ in it, else counted from 1."""
    values = [[int(v) for v in distinct(whole_labels(layer, path)[0]) if v != 0] for layer in layers]
    if any(len(found) > 1 for found in values):
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"{len(layers)} volumes with several labels each ({values[:4]}): several masks in one file.",
            path=path,
            advice="Split it into one file a mask.",
        )
    single = [found[0] for found in values if found]
    numbers = (
        [found[0] if found else 0 for found in values]
        if len(set(single)) == len(single) and single != [1]
        else list(range(1, len(layers) + 1))
    )
    return tuple(
        replace(_boxed(layer != 0, True, names.get(n)), number=n)
        for n, layer in sorted(zip(numbers, layers, strict=True), key=lambda pair: pair[0])
        if n
    )


def _slicer_segments(path: Path, header: VolumeFile) -> list[dict[str, str]]:
    """3D Slicer's `Segment0_LabelValue:=1` and so on, in order."""
    with path.open("rb") as stream:
        head = stream.read(header.offset)
    found: dict[int, dict[str, str]] = {}
    for number, key, value in SLICER.findall(head):
        found.setdefault(int(number), {})[key.decode()] = value.decode("utf-8", "replace")
    return [found[n] for n in sorted(found) if "LabelValue" in found[n]]


def _slicer_regions(segments: list[dict[str, str]], layers: list[NDArray[Any]]) -> tuple[LabelRegion, ...]:
    values = [int(s["LabelValue"]) for s in segments]
    unique = len(set(values)) == len(values)
    regions = []
    for place, (segment, value) in enumerate(zip(segments, values, strict=True), start=1):
        layer = layers[min(int(segment.get("Layer", "0")), len(layers) - 1)]
        match = MEANING.search(segment.get("Tags", ""))
        named = LabelName(segment.get("Name", ""), meaning=match.group(1) if match else None)
        regions.append(replace(_boxed(layer, value, named), number=value if unique else place))
    return tuple(sorted(regions, key=lambda r: r.number))


def names_sha256(path: Path) -> str | None:
    """Hash of the table that names the labels of a mask; None where there is none."""
    table = names_beside(path)
    return None if table is None else sha256_of(table)


def names_beside(path: Path) -> Path | None:
    """The BIDS `dseg.tsv` beside a mask, where there is one."""
    stem = path.name.removesuffix(".gz").removesuffix(".nii").removesuffix(".nrrd")
    table = path.with_name(f"{stem}.tsv")
    return table if table.is_file() else None


def label_table(path: Path) -> Mapping[int, LabelName]:
    """What the table beside a mask says: index, name and, in ours, compartment and tracking ids."""
    table = names_beside(path)
    if table is None:
        return {}
    with table.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    known = {c.value: c for c in Compartment}
    return {
        int(row["index"]): LabelName(
            row.get("name") or "",
            known.get(row.get("compartment") or ""),
            _said(row.get("meaning")),
            _said(row.get("tracking_uid")),
            _said(row.get("tracking_id")),
        )
        for row in rows
        if (row.get("index") or "").strip().isdigit()
    }


def _said(cell: str | None) -> str | None:
    return None if cell in (None, "", "n/a") else cell
