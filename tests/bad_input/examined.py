"""What came of an input, through the same doors as a run: curation, then the voxels of every record."""

from __future__ import annotations

import hashlib
import tempfile
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core import Code, Geometry, OncometryError, Segmentation
from oncometry.io import CurateSettings, FileStatus, MaskKind, curate, read_image, read_segmentation

__all__ = ["Examined", "Placed", "examine", "moved"]

SAME_MM = 1e-3


@dataclass(frozen=True, eq=False)
class Placed:
    """One volume: what it is, its grid, what else of it is place (boxes of segments, planes of contours), a hash
    of its values."""

    what: str
    grid: Geometry
    place: tuple[object, ...]
    values: str


@dataclass
class Examined:
    """Volumes that can be measured, refusals by code, notices by code, and what was raised without a code."""

    volumes: list[Placed] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    files: int = 0
    messages: list[str] = field(default_factory=list)

    @property
    def values(self) -> list[str]:
        return sorted(v.values for v in self.volumes)


def examine(folder: Path, settings: CurateSettings | None = None) -> Examined:
    """Curate a file or folder and read all that came of it; nothing is ever raised."""
    found = Examined()
    chosen = settings or CurateSettings()
    with tempfile.TemporaryDirectory() as workspace, warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("default", category=DeprecationWarning)
        try:
            _examine(folder, chosen, Path(workspace), found)
        except Exception:  # noqa: BLE001 -- whatever it is, it is what this counts
            found.faults.append(traceback.format_exc())
    return found


def _examine(folder: Path, settings: CurateSettings, workspace: Path, found: Examined) -> None:
    manifest = curate([folder], settings, workspace=workspace)
    found.files = len(manifest.files)
    for record in manifest.files:
        if record.status is FileStatus.QUARANTINED:
            found.refused[str(record.code)] += 1
            found.messages.append(f"{record.code}: {record.shown}: {record.detail}")
    notices = list(manifest.notices)
    grids = {s.key: s.geometry for s in manifest.series}
    for series in manifest.series:
        notices += series.notices
        _attempt(found, lambda s=series: _image(s, settings))
    for mask in manifest.masks:
        notices += mask.notices
        made = _attempt(found, lambda m=mask: _mask(m, grids.get(m.series_key or ""), settings))
        notices += [] if made is None else made
    for dose in manifest.doses:
        found.volumes.append(Placed("dose", dose.geometry, (), ""))
    found.notices.update(str(n.code) for n in notices)


def _attempt(found: Examined, read: Any) -> Any:
    try:
        placed, notices = read()
    except OncometryError as error:
        found.refused[str(error.code)] += 1
        found.messages.append(str(error))
        if error.code is Code.INTERNAL:
            found.faults.append(str(error))
        return None
    found.volumes.append(placed)
    return notices


def _image(series: Any, settings: CurateSettings) -> tuple[Placed, list[Any]]:
    image = read_image(series, geometry=settings.geometry)
    return Placed("image", series.geometry, (), _hash(image.array)), []


def _mask(mask: Any, image: Geometry | None, settings: CurateSettings) -> tuple[Placed, list[Any]]:
    segmentation = read_segmentation(mask, image, form=settings.geometry)
    place: tuple[object, ...] = ()
    if mask.kind is MaskKind.RTSTRUCT:
        place = tuple(
            (s.number, tuple(sorted((len(c), round(float(c[:, 2].mean()), 2)) for c in s.contours or ())))
            for s in segmentation
        )
    elif mask.kind is MaskKind.SEG:
        place = tuple((s.number, s.start, s.array.shape) for s in segmentation)
    return Placed(str(mask.kind), segmentation.geometry, place, _values(segmentation)), list(
        segmentation.notices
    )


def _values(segmentation: Segmentation) -> str:
    whole = hashlib.sha256()
    for s in segmentation:
        whole.update(f"{s.number} {s.start} {_hash(s.array)}".encode())
        for contour in s.contours or ():
            whole.update(_hash(contour).encode())
    return whole.hexdigest()


def _hash(array: Any) -> str:
    return hashlib.sha256(
        f"{array.shape}{array.dtype}".encode() + np.asfortranarray(array).tobytes("F")
    ).hexdigest()


def moved(before: Examined, after: Examined, *, grid_only: bool = False) -> float | None:
    """How far in mm a voxel lies from where it was, infinite where grids cannot be compared; None for nowhere.

    `grid_only`: the boxes of segments are not compared, since voxels were changed and not where they lie.
    """
    if len(before.volumes) != len(after.volumes):
        return np.inf
    left = list(after.volumes)
    worst = 0.0
    for one in before.volumes:
        distances = [_distance(one, other, grid_only=grid_only) for other in left]
        best = int(np.argmin(distances))
        worst = max(worst, distances[best])
        left.pop(best)
    return worst if worst > SAME_MM else None


def _distance(one: Placed, other: Placed, *, grid_only: bool) -> float:
    if one.grid.shape != other.grid.shape or (one.place != other.place and not grid_only):
        return np.inf
    return float(np.abs(one.grid.corners() - other.grid.corners()).max())
