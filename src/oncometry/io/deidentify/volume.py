"""NIfTI and NRRD files written anew: the voxels as they are, of the header only numbers and words of the format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from oncometry.core import Code, UnsupportedError
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.words import cleaned
from oncometry.io.labelmap import MEANING
from oncometry.io.look import LookSettings
from oncometry.io.manifest import FileKind
from oncometry.io.nifti import nifti_header
from oncometry.io.nrrd import nrrd_lines
from oncometry.io.read import parse_volume_file
from oncometry.io.volume_file import voxel_bytes
from oncometry.io.write_nifti import gzipped

__all__ = ["clean_volume", "ending_of"]

_NIFTI_NUMBERS = (
    "dim_info", "dim", "intent_p1", "intent_p2", "intent_p3", "intent_code", "datatype", "bitpix", "slice_start",
    "pixdim", "scl_slope", "scl_inter", "slice_end", "slice_code", "xyzt_units", "cal_max", "cal_min",
    "slice_duration", "qform_code", "sform_code", "quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y",
    "qoffset_z", "srow_x", "srow_y", "srow_z",
)  # fmt: skip
"""Fields of NIfTI-1 and NIfTI-2 that hold numbers of the grid and the voxels."""
_ECHO_TIME = re.compile(rb"\bTE=[0-9.eE+]{1,12}")
_NO_EXTENSION = bytes(4)

_NUMBER = r"[-+0-9.eE]+|nan"
_VECTOR = rf"\((?:{_NUMBER})(?:\s*,\s*(?:{_NUMBER})){{2}}\)"
_KINDS = (
    r"domain|space|time|list|point|(?:covariant-|[234]-)?vector|normal|stub|scalar|complex|[34]-color|rgba?-color"
    r"|(?:hsv|xyz)-color|3-gradient|3-normal|quaternion|[23]d-(?:masked-)?(?:symmetric-)?matrix|none|\?\?\?"
)
_NRRD_FIELDS = {
    "dimension": r"\d+",
    "type": r"[a-z0-9_ ]{1,24}",
    "sizes": r"[\d ]+",
    "endian": "little|big",
    "space": "[a-z-]{3,40}",
    "space dimension": r"\d",
    "space origin": _VECTOR,
    "space directions": rf"(?:(?:none|{_VECTOR})\s*)+",
    "space units": r'(?:"[a-z]{1,12}"\s*)+',
    "measurement frame": rf"(?:{_VECTOR}\s*)+",
    "kinds": rf"(?:{_KINDS})(?:\s+(?:{_KINDS}))*",
}
"""Fields that stay, and what they may hold; text of other kinds is dropped."""
_MARK = "deidentified"
_SEGMENT = re.compile(r"Segment(\d+)_(LabelValue|Layer|Name|Tags):=(.*)")


def ending_of(path: Path, kind: FileKind) -> str:
    """Of the copy: NIfTI is packed, segmentations of 3D Slicer stay what they are."""
    if kind is FileKind.NIFTI:
        return ".nii.gz"
    return ".seg.nrrd" if path.name.lower().endswith(".seg.nrrd") else ".nrrd"


def clean_volume(path: Path, kind: FileKind, looking: LookSettings, key: Key) -> bytes:
    """The copy's bytes.

    Raises:
        UnsupportedError: `ALREADY_DEIDENTIFIED`, it bears this key's mark.
        CorruptInputError, GeometryError, UnsupportedError: as the readers of the formats.
    """
    mark = f"deid {key.fingerprint}"
    if _marked_with(path, kind, mark):
        raise UnsupportedError(Code.ALREADY_DEIDENTIFIED, "it was de-identified under this key before.")
    header = parse_volume_file(path, kind, looking.geometry)
    head = _nifti_head(path, mark) if kind is FileKind.NIFTI else _nrrd_head(path, mark)
    if kind is FileKind.NIFTI:
        return gzipped(chain([head], voxel_bytes(header)))
    return head + gzipped(voxel_bytes(header))


def _marked_with(path: Path, kind: FileKind, mark: str) -> bool:
    if kind is FileKind.NIFTI:
        return bytes(nifti_header(path)[0]["aux_file"].item()) == mark.encode()
    return f"{_MARK}:={mark}" in nrrd_lines(path)[0]


def _nifti_head(path: Path, mark: str) -> bytes:
    """Header and the four bytes that say that no extension follows."""
    raw, _ = nifti_header(path)
    clean: Any = type(raw)(endianness=raw.endianness)
    for name in _NIFTI_NUMBERS:
        clean[name] = raw[name]
    clean["vox_offset"] = raw.sizeof_hdr + len(_NO_EXTENSION)
    echo = _ECHO_TIME.search(bytes(raw["descrip"].item()))
    clean["aux_file"] = mark.encode()
    clean["descrip"] = echo.group() if echo else b""
    return bytes(clean.binaryblock) + _NO_EXTENSION


def _nrrd_head(path: Path, mark: str) -> bytes:
    lines = ["NRRD0004", *_nrrd_fields(path), "encoding: gzip", f"{_MARK}:={mark}", *_segments(path), "", ""]
    return "\n".join(lines).encode("ascii", "ignore")


def _nrrd_fields(path: Path) -> Iterator[str]:
    for line in nrrd_lines(path)[0]:
        name, _, value = line.partition(": ")
        allowed = _NRRD_FIELDS.get(name.strip().lower())
        if allowed is not None and re.fullmatch(allowed, value.strip(), re.IGNORECASE | re.ASCII):
            yield f"{name.strip().lower()}: {value.strip()}"


def _segments(path: Path) -> Iterator[str]:
    """What 3D Slicer says of its segments: values and layers, names in words of radiology."""
    for line in nrrd_lines(path)[0]:
        match = _SEGMENT.fullmatch(line.strip())
        if match is None:
            continue
        number, key, value = match.groups()
        if key == "Name":
            value = cleaned(value) or f"Segment_{int(number) + 1}"
        elif key == "Tags":
            value = _meaning(value)
        elif not re.fullmatch(r"\d{1,6}", value):
            continue
        yield f"Segment{int(number)}_{key}:={value}"


def _meaning(tags: str) -> str:
    """The terminology entry's type, whose words are those of a code: category~code^scheme^meaning~."""
    found = MEANING.search(tags)
    return f"TerminologyEntry:~~^^{cleaned(found.group(1))}~" if found else ""
