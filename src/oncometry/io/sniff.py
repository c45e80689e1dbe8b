"""What a file is, by its content; its name only tells text formats apart."""

from __future__ import annotations

import json
from mmap import mmap
from pathlib import Path

from oncometry.io.inflate import inflated_head
from oncometry.io.manifest import FileKind
from oncometry.io.mapped import mapped
from oncometry.io.network_file import is_network
from oncometry.io.packing import Packing, packing_of

__all__ = ["sniff", "sniff_file"]

HEAD = 4096
MAX_JSON = 1 << 24
NIFTI1_MAGIC = (b"n+1\0", b"ni1\0")
NIFTI2_MAGIC = (b"n+2\0\r\n\x1a\n", b"ni2\0\r\n\x1a\n")
TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".xlsm", ".ods", ".parquet")


def sniff(path: Path, data: bytes | mmap) -> FileKind:
    """The kind of a file with these bytes.

    Args:
        path: its name only tells text formats apart.
        data: all its bytes.
    """
    head = inflated_head(data, HEAD)
    if is_dicom(data[:HEAD]):
        return FileKind.DICOM
    if _is_nifti(head):
        return FileKind.NIFTI
    if data[:7] == b"NRRD000":
        return FileKind.NRRD
    if is_network(data):
        return FileKind.NETWORK
    packing = packing_of(data[:HEAD])
    if packing is Packing.ZIP and path.suffix.lower() in TABLE_SUFFIXES:
        return FileKind.TABLE
    if packing is Packing.GZIP:
        return FileKind.ARCHIVE if _holds_scans(head) else _text_kind(path, head, data)
    return _text_kind(path, head, data) if packing is None else FileKind.ARCHIVE


def sniff_file(path: Path) -> FileKind:
    """The kind of a regular, readable file.

    Raises:
        OSError: where it cannot be opened.
    """
    with mapped(path) as data:
        return sniff(path, data)


def is_dicom(head: bytes) -> bool:
    """With the preamble, or without: a first element of group 0002 or 0008 in either encoding."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 16 or head[:2] not in (b"\x02\x00", b"\x08\x00") or head[3] != 0:
        return False
    explicit = head[4:6] in (b"UL", b"CS", b"UI", b"SH", b"DA", b"LO", b"TM", b"OB")
    implicit = head[6:8] == b"\x00\x00" and 0 < int.from_bytes(head[4:6], "little") <= 128
    return explicit or implicit


def _holds_scans(head: bytes) -> bool:
    """Whether a gzip stream may: tar, or a format that is not read from within one."""
    return packing_of(head) is Packing.TAR or is_dicom(head) or head.startswith(b"NRRD000")


def _is_nifti(head: bytes) -> bool:
    one = head[344:348] in NIFTI1_MAGIC and head[:4] in (b"\x5c\x01\0\0", b"\0\0\x01\x5c")
    two = head[4:12] in NIFTI2_MAGIC
    return one or two


def _text_kind(path: Path, head: bytes, data: bytes | mmap) -> FileKind:
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        return FileKind.TABLE
    if b"\0" in head or not head:
        return FileKind.OTHER
    if suffix == ".json" or head.lstrip()[:1] == b"{":
        return FileKind.SIDECAR if _is_json(data) else FileKind.TEXT
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return FileKind.TEXT if error.start >= len(head) - 4 else FileKind.OTHER
    return FileKind.TEXT


def _is_json(data: bytes | mmap) -> bool:
    if len(data) > MAX_JSON:
        return False
    try:
        return isinstance(json.loads(data[:]), dict)
    except (ValueError, RecursionError):
        return False
