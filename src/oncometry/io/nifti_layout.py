"""Where the voxels of a NIfTI file begin: behind its header and its extensions, which must leave room for it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from oncometry.core import Code, CorruptInputError

__all__ = ["voxel_offset"]

SMALLEST_EXTENSION = 8
"""Bytes of `esize` and `ecode`, with which each extension begins."""


def voxel_offset(stated: float, head: bytes, length: int, order: str, path: Path) -> int:
    """The `vox_offset` of a single file, held against its header and extensions.

    Args:
        stated: as the header has it.
        head: first bytes of the file, decompressed; may end within the extensions.
        length: of the header.
        order: '<' or '>', byte order of the header.

    Raises:
        CorruptInputError: `HEADER_INCONSISTENT` where the voxels would begin within header or extensions,
            or at no whole byte.
    """
    begin = length + 4
    if not np.isfinite(stated) or stated != int(stated) or stated < begin:
        raise _inconsistent(f"vox_offset is {stated}: the header alone takes {begin} bytes", path)
    offset, at = int(stated), begin
    extended = head[length : length + 1] not in (b"", b"\0")
    while extended and at + SMALLEST_EXTENSION <= min(offset, len(head)):
        size = struct.unpack_from(f"{order}i", head, at)[0]
        if size < SMALLEST_EXTENSION or at + size > offset:
            raise _inconsistent(
                f"an extension of {size} bytes at byte {at} does not end where the voxels begin ({offset})",
                path,
            )
        at += size
    return offset


def _inconsistent(what: str, path: Path) -> CorruptInputError:
    return CorruptInputError(
        Code.HEADER_INCONSISTENT,
        f"{what}: where the voxels begin is not known.",
        path=path,
        advice="Write the file again from its source.",
    )
