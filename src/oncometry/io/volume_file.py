"""One-file volumes (NIfTI, NRRD): what a header declares, and the voxels behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, CorruptInputError, Geometry, Notice
from oncometry.core.geometry import FloatArray, Index
from oncometry.io.inflate import inflate_bzip2, inflate_gzip
from oncometry.io.manifest import FileKind

__all__ = ["VolumeFile", "check_payload", "check_size", "read_voxels"]


@dataclass(frozen=True, eq=False)
class VolumeFile:
    """A parsed header.

    Attributes:
        shape: voxels along i, j, k; `volumes` of them, along the last axis or (`list_first`) the first.
        affine: (4, 4), index to LPS mm, as stored: may be sheared.
        dtype: as stored, with byte order.
        offset: of the payload; in the file for raw and NRRD, in the decompressed stream for NIfTI.
        encoding: 'raw', 'gzip' or 'bzip2'.
        slope, intercept: stored value -> real value.
        text: free text of the header.
    """

    path: Path
    kind: FileKind
    shape: Index
    affine: FloatArray
    dtype: np.dtype[Any]
    offset: int
    encoding: str
    volumes: int = 1
    list_first: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    text: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def geometry(self) -> Geometry:
        """The stored grid.

        Raises:
            GeometryError: `GEOMETRY_NONFINITE`, `GEOMETRY_SINGULAR`, `EMPTY`.
        """
        return Geometry(self.shape, self.affine)

    @property
    def voxels(self) -> int:
        return int(np.prod(np.array(self.shape, dtype=np.int64))) * self.volumes

    @property
    def payload_bytes(self) -> int:
        """Bytes of all volumes, decompressed."""
        return self.voxels * self.dtype.itemsize

    def noting(self, code: Code, what: str) -> VolumeFile:
        """The same header with one more notice."""
        return replace(self, notices=(*self.notices, Notice(code, what, str(self.path))))


def check_size(header: VolumeFile, max_gib: float) -> None:
    """Refuse from the header, before anything is allocated.

    Raises:
        CorruptInputError: `EMPTY`, `TOO_LARGE`.
    """
    if min(header.shape) < 1 or header.volumes < 1:
        raise CorruptInputError(
            Code.EMPTY, f"the header declares {header.shape} voxels: there are none.", path=header.path
        )
    declared = header.payload_bytes / 2**30
    if declared > max_gib:
        raise CorruptInputError(
            Code.TOO_LARGE,
            f"the header declares {declared:.1f} GiB of voxels, more than the limit of {max_gib:g} GiB.",
            path=header.path,
            advice="Raise `max_file_gib` if the file is meant to be that large.",
        )


def check_payload(header: VolumeFile) -> VolumeFile:
    """Read the payload through, without keeping it: its length and its checksums hold.

    Returns:
        The header, with a `TRAILING` notice where bytes follow the voxels.

    Raises:
        CorruptInputError: `TRUNCATED`, `CHECKSUM`, `CORRUPT`.
    """
    there = _payload_length(header)
    if there < header.payload_bytes:
        raise _truncated(header, there)
    extra = there - header.payload_bytes
    return header.noting(Code.TRAILING, f"{extra} bytes follow the voxels; ignored.") if extra else header


def _payload_length(header: VolumeFile) -> int:
    if header.encoding == "raw":
        return header.path.stat().st_size - header.offset
    if header.encoding == "bzip2":
        return len(_unbzip(header))
    start, skip = _stream_start(header)
    return sum(len(chunk) for chunk in inflate_gzip(header.path, start)) - skip


def _stream_start(header: VolumeFile) -> tuple[int, int]:
    """Where the gzip stream begins in the file, and how much of its content precedes the voxels."""
    return (0, header.offset) if header.kind is FileKind.NIFTI else (header.offset, 0)


def _unbzip(header: VolumeFile) -> bytes:
    return inflate_bzip2(header.path.read_bytes()[header.offset :], header.path)


def read_voxels(header: VolumeFile, volume: int = 0) -> NDArray[Any]:
    """(ni, nj, nk) real values of one volume, Fortran order.

    Values keep the stored integer type where nothing is to be scaled; scaled ones are float32,
    float64 where the source is.

    Raises:
        CorruptInputError: `TRUNCATED`, `CHECKSUM`, `CORRUPT`.
    """
    flat = np.frombuffer(_payload(header), dtype=header.dtype, count=header.voxels)
    if header.list_first:
        picked = flat.reshape((header.volumes, *header.shape), order="F")[volume]
    else:
        picked = flat.reshape((*header.shape, header.volumes), order="F")[..., volume]
    native = np.asfortranarray(picked.astype(header.dtype.newbyteorder("="), copy=False))
    if header.slope == 1.0 and header.intercept == 0.0:
        return native
    kind = np.float64 if header.dtype == np.float64 else np.float32
    return np.asfortranarray((native * np.float64(header.slope) + header.intercept).astype(kind))


def _payload(header: VolumeFile) -> memoryview:
    size = header.payload_bytes
    if header.encoding == "raw":
        with header.path.open("rb") as stream:
            stream.seek(header.offset)
            content: bytes | bytearray = stream.read(size)
    elif header.encoding == "bzip2":
        content = _unbzip(header)
    else:
        content = _inflate(header)
    if len(content) < size:
        raise _truncated(header, len(content))
    return memoryview(content)[:size]


def _inflate(header: VolumeFile) -> bytearray:
    start, skip = _stream_start(header)
    kept = bytearray(header.payload_bytes)
    at = -skip
    for chunk in inflate_gzip(header.path, start):
        low, high = max(at, 0), min(at + len(chunk), len(kept))
        if low < high:
            kept[low:high] = chunk[low - at : high - at]
        at += len(chunk)
    if at < len(kept):
        raise _truncated(header, max(at, 0))
    return kept


def _truncated(header: VolumeFile, there: int) -> CorruptInputError:
    return CorruptInputError(
        Code.TRUNCATED,
        f"{there} of {header.payload_bytes} bytes of voxels are there: the file was cut short.",
        path=header.path,
        advice="Copy the file again from its source.",
    )
