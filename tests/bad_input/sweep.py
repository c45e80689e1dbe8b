"""Cuts and flips over whole folders, counted: what the tests sample and benchmarks/reliability_bad_input.py runs in full."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from oncometry.core import Code

from .damage import Flip, cuts, element_at, flips, geometry_bytes, unpacked
from .examined import Examined, examine, moved

__all__ = ["CutCounts", "FlipCounts", "cut_files", "flip_files", "is_used", "units_of"]

MOST_SLICES = 6
LARGEST_UNPACKED = 16 << 20
OF_GEOMETRY = {code.value for code in Code if code.value.startswith(("GEOMETRY", "SPACING", "SLICE"))} | {
    "PIXELS_NOT_SQUARE",
    "SHEARED",
    "TILT",
    "REGRIDDED",
    "CONTOURS_OFF_PLANE",
    "REFERENCES_ABSENT",
    "REFERENCE_MISSING",
    "SPLIT_4D",
}
"""What says that a place is in doubt, or that a series was taken apart and by which field."""


@dataclass
class CutCounts:
    """Attributes:
    accepted: as whole though something is lost; `harmless`: what was cut off lies behind the last voxel.
    """

    files: int = 0
    tried: int = 0
    refused: int = 0
    harmless: int = 0
    accepted: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)


def cut_files(files: Sequence[Path], points: int = 20) -> CutCounts:
    """Each file that is used alone, cut at so many points."""
    counts = CutCounts()
    for path in files:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "in" / path.name
            target.parent.mkdir()
            data = path.read_bytes()
            target.write_bytes(data)
            whole = examine(target.parent)
            counts.faults += [f"{path.name}, whole: {fault}" for fault in whole.faults]
            if not whole.volumes:
                continue
            counts.files += 1
            for length in cuts(len(data), points):
                target.write_bytes(data[:length])
                _count_cut(counts, f"{path.name} at {length} of {len(data)}", whole, examine(target.parent))
    return counts


def _count_cut(counts: CutCounts, what: str, whole: Examined, found: Examined) -> None:
    counts.tried += 1
    counts.faults += [f"{what}: {fault}" for fault in found.faults]
    if not found.volumes:
        counts.refused += 1
        counts.codes.update(found.refused)
    elif found.values == whole.values and moved(whole, found) is None:
        counts.harmless += 1
    else:
        counts.accepted.append(what)


@dataclass
class FlipCounts:
    """Attributes:
    unchanged: accepted, grid and values as before; `values`: accepted, voxels or contour points differ.
    noticed: the grid differs and a notice about it is new; `silent`: it differs and nothing says so, with how far in mm
    and where: the element of a DICOM object, the bytes about it of other files.
    """

    tried: int = 0
    refused: int = 0
    unchanged: int = 0
    values: int = 0
    noticed: int = 0
    silent: list[tuple[str, float, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


Unit = dict[str, bytes]
"""Files by name, which are one input."""


def units_of(folder: Path, kind: str) -> list[Unit]:
    """Inputs of a kind: single NIfTI files without gzip or as they are, NRRD files, folders of DICOM objects."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    if kind == "NRRD":
        return [{p.name: p.read_bytes()} for p in files if p.suffix == ".nrrd"]
    if kind == "NIfTI":
        plain = [{p.name.removesuffix(".gz"): unpacked(p)} for p in files if ".nii" in p.name]
        return [unit for unit in plain if sum(map(len, unit.values())) <= LARGEST_UNPACKED]
    if kind == "NIfTI in gzip":
        return [{p.name: p.read_bytes()} for p in files if p.name.endswith(".nii.gz")]
    folders: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        with path.open("rb") as stream:
            if stream.read(132)[128:] == b"DICM":
                folders[path.parent].append(path)
    return [
        {f"{n:02d}_{p.name}": p.read_bytes() for n, p in enumerate(ps[:MOST_SLICES])}
        for ps in folders.values()
    ]


def is_used(unit: Unit) -> bool:
    """Whether a volume comes of it as it is."""
    with tempfile.TemporaryDirectory() as folder:
        return bool(examine(_written(unit, Path(folder))).volumes)


def _written(unit: Unit, folder: Path) -> Path:
    place = folder / "in"
    place.mkdir()
    for name, data in unit.items():
        (place / name).write_bytes(data)
    return place


def flip_files(units: Sequence[Unit], count: int, seed: int = 0) -> FlipCounts:
    """So many single byte flips, spread evenly over the units."""
    counts, rng = FlipCounts(), np.random.default_rng(seed)
    turns = [count // len(units) + (n < count % len(units)) for n in range(len(units))]
    for unit, turn in zip(units, turns, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            place = _written(unit, Path(folder))
            whole = examine(place)
            if not whole.volumes:
                continue
            for name, flip in _drawn(unit, turn, rng):
                (place / name).write_bytes(flip.of(unit[name]))
                _count_flip(counts, name, unit[name], flip, whole, examine(place))
                (place / name).write_bytes(unit[name])
    return counts


def _drawn(unit: Unit, count: int, rng: np.random.Generator) -> Iterator[tuple[str, Flip]]:
    names = list(unit)
    for _ in range(count):
        name = names[int(rng.integers(len(names)))]
        end, places = geometry_bytes(Path(name), unit[name])
        yield name, flips(unit[name], 1, rng, end, places)[0]


def _count_flip(
    counts: FlipCounts, name: str, data: bytes, flip: Flip, whole: Examined, found: Examined
) -> None:
    counts.tried += 1
    shown = repr(data[max(flip.at - 24, 0) : flip.at + 12])
    counts.faults += [f"{name} {flip}: {fault}" for fault in found.faults]
    header = flip.at < geometry_bytes(Path(name), data)[0]
    far = moved(whole, found, grid_only=not header)
    if found.refused - whole.refused:
        counts.refused += 1
    elif far is None:
        counts.unchanged += found.values == whole.values
        counts.values += found.values != whole.values
    elif OF_GEOMETRY & set(found.notices - whole.notices):
        counts.noticed += 1
    else:
        where = element_at(data, flip.at) if data[128:132] == b"DICM" else shown
        counts.silent.append((f"{name} byte {flip.at} ^ {flip.by}", far, where))
