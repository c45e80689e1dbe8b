"""Files cut short and bytes flipped, headers more often than voxels, geometry more often than the rest."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataelem import RawDataElement

__all__ = ["Flip", "cuts", "element_at", "flips", "geometry_bytes"]

GEOMETRY_TAGS = (
    (0x0020, 0x0032), (0x0020, 0x0037), (0x0028, 0x0030), (0x0018, 0x0050), (0x0018, 0x0088), (0x0028, 0x0010),
    (0x0028, 0x0011), (0x0028, 0x0008), (0x0020, 0x0052), (0x0020, 0x000E), (0x3004, 0x000C), (0x0028, 0x0100),
)  # fmt: skip
NIFTI_GEOMETRY = [*range(40, 56), *range(76, 92), *range(108, 112), 123, *range(252, 328)]


@dataclass(frozen=True)
class Flip:
    """One byte of a file, and what it is changed by (exclusive or)."""

    at: int
    by: int

    def of(self, data: bytes) -> bytes:
        return data[: self.at] + bytes([data[self.at] ^ self.by]) + data[self.at + 1 :]


def cuts(size: int, points: int = 20) -> list[int]:
    """Lengths to which a file of that size is cut: even steps, and just before the end."""
    near = [size - n for n in (1, 2, 9, 130) if n < size]
    even = [size * n // (points - len(near)) for n in range(points - len(near))]
    return sorted({*even, *near})


def flips(
    data: bytes, count: int, rng: np.random.Generator, end_of_header: int, places: list[int]
) -> list[Flip]:
    """Half in bytes that say where the image lies, three of ten in the rest of the header, the others anywhere."""
    found = []
    for _ in range(count):
        kind = rng.random()
        if kind < 0.5 and places:
            at = int(rng.choice(places))
        else:
            at = int(rng.integers(min(end_of_header, len(data)) if kind < 0.8 else len(data)))
        by = 1 << int(rng.integers(8)) if rng.random() < 0.5 else int(rng.integers(1, 256))
        found.append(Flip(at, by))
    return found


def geometry_bytes(path: Path, data: bytes) -> tuple[int, list[int]]:
    """Where the header ends, and its bytes that say where the image lies."""
    if data.startswith(b"NRRD"):
        return _of_nrrd(data)
    if data[128:132] == b"DICM":
        return _of_dicom(data)
    if path.name.endswith(".nii"):
        return 352, [n for n in NIFTI_GEOMETRY if n < len(data)]
    return min(len(data), 64), []


def _of_nrrd(data: bytes) -> tuple[int, list[int]]:
    end = data.find(b"\n\n") if b"\n\n" in data else data.find(b"\r\n\r\n")
    places: list[int] = []
    at = 0
    for line in data[:end].split(b"\n"):
        if line.startswith((b"space", b"sizes", b"dimension", b"kinds")):
            places += range(at, at + len(line))
        at += len(line) + 1
    return end + 2, places


def _of_dicom(data: bytes) -> tuple[int, list[int]]:
    end = data.rfind(b"\xe0\x7f\x10\x00")
    end = len(data) if end < 0 else end + 12
    places: list[int] = []
    for group, element in GEOMETRY_TAGS:
        tag = group.to_bytes(2, "little") + element.to_bytes(2, "little")
        at = data.find(tag, 132)
        while 0 <= at < end:
            length = (
                int.from_bytes(data[at + 6 : at + 8], "little") if data[at + 4 : at + 6].isalpha() else 32
            )
            places += range(at, min(at + 8 + min(length, 128), end))
            at = data.find(tag, at + 8)
    return end, places


def unpacked(path: Path) -> bytes:
    """The bytes of a file, without gzip."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def element_at(data: bytes, at: int) -> str:
    """Keyword of the element of a DICOM object, in items of sequences too, whose value holds a byte.

    For a byte of an element's head (tag, type, length) that element's.
    """
    values = sorted(_values(pydicom.dcmread(BytesIO(data), stop_before_pixels=True)))
    within = [keyword for began, end, keyword in values if began - LONGEST_HEAD <= at < end]
    return within[-1] if within else "none"


LONGEST_HEAD = 12


def _values(dataset: pydicom.Dataset, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """First byte of each value and the one behind its last, and the element's keyword.

    `start`: where what the places of this dataset count from begins; a sequence of stated length counts from itself.
    """
    raw = {tag: dataset.get_item(tag) for tag in dataset.keys()}  # noqa: SIM118 -- iteration would parse them
    for tag, element in raw.items():
        stated = isinstance(element, RawDataElement)
        began = start + element.value_tell if stated else start
        if element.VR == "SQ":
            for item in dataset[tag].value:
                yield from _values(item, began)
        elif stated:
            yield began, began + element.length, dataset[tag].keyword
