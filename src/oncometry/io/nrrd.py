"""NRRD with attached data (http://teem.sourceforge.net/nrrd/format.html)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core import Code, CorruptInputError, GeometryError, UnsupportedError
from oncometry.core.geometry import EQUAL_SPACING, FloatArray
from oncometry.io.manifest import FileKind
from oncometry.io.volume_file import VolumeFile

__all__ = ["nrrd_lines", "parse_nrrd"]

TYPES = {
    "i1": "signed char, int8, int8_t",
    "u1": "uchar, unsigned char, uint8, uint8_t",
    "i2": "short, short int, signed short, signed short int, int16, int16_t",
    "u2": "ushort, unsigned short, unsigned short int, uint16, uint16_t",
    "i4": "int, signed int, int32, int32_t",
    "u4": "uint, unsigned int, uint32, uint32_t",
    "i8": "longlong, long long, long long int, signed long long, signed long long int, int64, int64_t",
    "u8": "ulonglong, unsigned long long, unsigned long long int, uint64, uint64_t",
    "f4": "float",
    "f8": "double",
}
ORDERS = {"little": "<", "big": ">"}
DTYPES = {name.strip(): code for code, names in TYPES.items() for name in names.split(",")}
TO_LPS = {
    "left-posterior-superior": (1, 1, 1),
    "lps": (1, 1, 1),
    "right-anterior-superior": (-1, -1, 1),
    "ras": (-1, -1, 1),
    "left-anterior-superior": (1, -1, 1),
    "las": (1, -1, 1),
}
MILLIMETERS = {
    "mm": 1.0, "millimeter": 1.0, "millimeters": 1.0, "cm": 10.0, "centimeter": 10.0, "centimeters": 10.0,
    "m": 1000.0, "meter": 1000.0, "meters": 1000.0, "um": 1e-3, "micron": 1e-3, "microns": 1e-3,
}  # fmt: skip
ENCODINGS = {"raw": "raw", "gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2"}
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(nan|inf)", re.IGNORECASE | re.ASCII)
MAX_HEADER = 1 << 22
FIELDS = frozenset(
    {
        "dimension", "type", "block size", "blocksize", "encoding", "endian", "content", "min", "max", "old min",
        "oldmin", "old max", "oldmax", "data file", "datafile", "line skip", "lineskip", "byte skip", "byteskip",
        "number", "sample units", "sampleunits", "sizes", "spacings", "thicknesses", "axis mins", "axismins",
        "axis maxs", "axismaxs", "centers", "centerings", "labels", "units", "kinds", "space", "space dimension",
        "space units", "space origin", "space directions", "measurement frame",
    }
)  # fmt: skip
"""Every field of the format; one that is not among them is a damaged name, and what it said would be lost."""


def parse_nrrd(path: Path) -> VolumeFile:
    """Header only.

    Raises:
        CorruptInputError: `TRUNCATED`, `CORRUPT`, `EMPTY`, `HEADER_INCONSISTENT`.
        UnsupportedError: `UNSUPPORTED_TYPE` (detached data, colors, vectors, an unknown encoding),
            `SPACING_INVALID` (units that are no lengths).
        GeometryError: `GEOMETRY_AMBIGUOUS` (no anatomical space), `GEOMETRY_NONFINITE`.
    """
    fields, offset = _fields(path)
    if "data file" in fields or "datafile" in fields:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "the voxels are in another file.",
            path=path,
            advice="Convert it to a .nrrd with attached data.",
        )
    sizes = _sizes(fields, path)
    directions = _directions(fields, len(sizes), path)
    axis = _list_axis(sizes, directions, path)
    keep = [n for n in range(len(sizes)) if n != axis]
    encoding = ENCODINGS.get(_needed(fields, "encoding", path).lower())
    if encoding is None or fields.get("line skip", "0") != "0" or fields.get("byte skip", "0") != "0":
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"the encoding {fields['encoding']!r} is not read.", path=path
        )
    header = VolumeFile(
        path=path,
        kind=FileKind.NRRD,
        shape=(sizes[keep[0]], sizes[keep[1]], sizes[keep[2]]),
        affine=_affine(fields, [directions[n] for n in keep], path),
        dtype=_dtype(fields, path),
        offset=offset,
        encoding=encoding,
        volumes=1 if axis is None else sizes[axis],
        list_first=axis == 0,
        text=fields.get("content", ""),
    )
    if "space origin" in fields:
        return header
    return header.noting(Code.GEOMETRY_MISSING, "the header has no space origin: 0, 0, 0 was taken.")


def _sizes(fields: dict[str, str], path: Path) -> list[int]:
    stated = _needed(fields, "sizes", path)
    if "color" in fields.get("kinds", "").lower():
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"the voxels are colors (kinds {fields['kinds']!r}).", path=path
        )
    if not re.fullmatch(r"\d{1,18}([ \t]+\d{1,18})*", stated, re.ASCII):
        raise CorruptInputError(Code.CORRUPT, f"the sizes are {stated!r}.", path=path)
    sizes = [int(n) for n in stated.split()]
    if _needed(fields, "dimension", path) != str(len(sizes)):
        raise CorruptInputError(
            Code.HEADER_INCONSISTENT,
            f"the header states {len(sizes)} sizes for {fields['dimension']} dimensions.",
            path=path,
        )
    if min(sizes) < 1:
        raise CorruptInputError(Code.EMPTY, f"the header declares sizes {sizes}: no voxels.", path=path)
    return sizes


def _fields(path: Path) -> tuple[dict[str, str], int]:
    """Fields by lower-case name, and where the data begins."""
    lines, offset = nrrd_lines(path)
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith("#") or _is_key(line):
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name.lower() not in FIELDS or name.lower() in fields:
            raise CorruptInputError(
                Code.CORRUPT, f"the line {line[:80]!r} is no field of the format, or repeats one.", path=path
            )
        fields[name.lower()] = value
    return fields, offset


def nrrd_lines(path: Path) -> tuple[list[str], int]:
    """The lines of the header behind the magic, and where the data begins (after the first blank line).

    Raises:
        CorruptInputError: `TRUNCATED`.
    """
    with path.open("rb") as stream:
        head = stream.read(MAX_HEADER)
    match = re.search(rb"\r?\n\r?\n", head)
    if match is None:
        raise CorruptInputError(Code.TRUNCATED, "the header has no end.", path=path)
    return head[: match.start()].decode("utf-8", "replace").split("\n")[1:], match.end()


def _is_key(line: str) -> bool:
    """Whether it is a `key:=value` of a program's own, whose key may hold colons, and not a `field: value`."""
    key, field = line.find(":="), line.find(": ")
    return key >= 0 and (field < 0 or key < field)


def _needed(fields: dict[str, str], name: str, path: Path) -> str:
    if not fields.get(name):
        raise CorruptInputError(Code.CORRUPT, f"the header has no {name!r}.", path=path)
    return fields[name]


def _dtype(fields: dict[str, str], path: Path) -> np.dtype[Any]:
    name = _needed(fields, "type", path).lower()
    if name not in DTYPES:
        raise UnsupportedError(Code.UNSUPPORTED_TYPE, f"the type {name!r} is not read.", path=path)
    if np.dtype(DTYPES[name]).itemsize == 1:
        return np.dtype(DTYPES[name])
    order = ORDERS.get(_needed(fields, "endian", path).lower())
    if order is None:
        what = f"the endian is {fields['endian']!r}, neither 'little' nor 'big'."
        raise CorruptInputError(Code.CORRUPT, what, path=path)
    return np.dtype(order + DTYPES[name])


def _directions(fields: dict[str, str], dimension: int, path: Path) -> list[FloatArray | None]:
    """A space direction for each axis; None for a list axis."""
    stated = fields.get("space directions")
    if stated is None:
        raise GeometryError(
            Code.GEOMETRY_AMBIGUOUS,
            "the header has no space directions: where the image lies in the patient is unknown.",
            path=path,
            advice="Save it with an orientation (left-posterior-superior, say).",
        )
    found = re.findall(r"none|\(([^)]*)\)", stated)
    rest = re.sub(r"none|\([^)]*\)", "", stated).strip(" ")
    if len(found) != dimension or rest:
        raise CorruptInputError(
            Code.CORRUPT,
            f"the space directions {stated!r} are not one for each of {dimension} axes.",
            path=path,
        )
    directions = [_vector(text, path) if text else None for text in found]
    _check_spacings(fields, directions, path)
    return directions


def _check_spacings(fields: dict[str, str], directions: list[FloatArray | None], path: Path) -> None:
    """The format forbids to state both; where both are there, they must not differ."""
    stated = fields.get("spacings", "").split()
    if not stated:
        return
    if len(stated) != len(directions) or not all(NUMBER.fullmatch(side) for side in stated):
        raise CorruptInputError(Code.CORRUPT, f"the spacings are {fields['spacings']!r}.", path=path)
    for side, direction in zip(map(float, stated), directions, strict=True):
        length = np.nan if direction is None else float(np.linalg.norm(direction))
        if abs(side - length) > EQUAL_SPACING * length:
            raise CorruptInputError(
                Code.HEADER_INCONSISTENT,
                f"voxels are {side:g} wide by the spacings and {length:g} by the space directions.",
                path=path,
                advice="Write the file again from its source.",
            )


def _vector(text: str, path: Path) -> FloatArray:
    parts = [part.strip(" ") for part in text.split(",")]
    if not all(NUMBER.fullmatch(part) for part in parts):
        raise CorruptInputError(Code.CORRUPT, f"{text!r} is not a vector.", path=path)
    vector = np.array([float(part) for part in parts])
    if vector.shape != (3,) or not np.isfinite(vector).all():
        raise GeometryError(Code.GEOMETRY_NONFINITE, f"the vector ({text}) does not hold.", path=path)
    return vector


def _in_parentheses(text: str, path: Path) -> str:
    if not re.fullmatch(r"\([^()]*\)", text):
        raise CorruptInputError(Code.CORRUPT, f"the origin {text!r} is not a vector.", path=path)
    return text[1:-1]


def _list_axis(sizes: list[int], directions: list[FloatArray | None], path: Path) -> int | None:
    """The one axis that is not in space: it must be the first or the last."""
    lists = [n for n, direction in enumerate(directions) if direction is None]
    if len(sizes) - len(lists) != 3 or len(lists) > 1:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"sizes {sizes} with {len(lists)} axes that are not space.", path=path
        )
    if lists and lists[0] not in (0, len(sizes) - 1):
        raise UnsupportedError(Code.UNSUPPORTED_TYPE, "the list axis is between space axes.", path=path)
    return lists[0] if lists else None


def _affine(fields: dict[str, str], directions: list[FloatArray | None], path: Path) -> FloatArray:
    """(4, 4) index to LPS mm."""
    space = fields.get("space", "").lower()
    if space not in TO_LPS:
        raise GeometryError(
            Code.GEOMETRY_AMBIGUOUS, f"the space is {space!r}, not an anatomical one.", path=path
        )
    affine = np.eye(4)
    affine[:3, :3] = np.array([d for d in directions if d is not None]).T
    affine[:3, 3] = _vector(_in_parentheses(fields.get("space origin", "(0,0,0)"), path), path)
    scale = np.array(TO_LPS[space]) * _units(fields, path)
    return np.diag([*scale, 1.0]) @ affine


def _units(fields: dict[str, str], path: Path) -> FloatArray:
    """(3,) mm in a unit of each axis of the space."""
    stated = fields.get("space units")
    if stated is None:
        return np.ones(3)
    named = re.findall(r'"([^"]*)"', stated)
    if len(named) != 3 or any(unit.strip().lower() not in MILLIMETERS for unit in named):
        raise UnsupportedError(
            Code.SPACING_INVALID, f"the space units are {stated}: not three lengths.", path=path
        )
    return np.array([MILLIMETERS[unit.strip().lower()] for unit in named])
