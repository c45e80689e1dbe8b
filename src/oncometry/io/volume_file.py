"""One-file volumes (NIfTI, NRRD): what a header declares, and the voxels behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, CorruptInputError, Geometry, Notice
from oncometry.core.geometry import FloatArray, Index
from oncometry.io.inflate import inflate_bzip2, inflate_gzip
from oncometry.io.manifest import FileKind

__all__ = ["VolumeFile", "check_size", "payload_chunks", "read_voxels", "voxel_bytes"]

CHUNK = 1 << 24
TRAILING_BYTES = 1 << 26
MOST_TIMES = {"raw": 200, "gzip": 1040}
"""A header that declares more than so many times the bytes of the file is not read on. A byte of deflate never unpacks
to more (RFC 1951: 258 bytes from two bits), and an empty mask comes close."""


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
        return math.prod(self.shape) * self.volumes

    @property
    def payload_bytes(self) -> int:
        """Bytes of all volumes, decompressed."""
        return self.voxels * self.dtype.itemsize

    def noting(self, code: Code, what: str) -> VolumeFile:
        """The same header with one more notice."""
        return replace(self, notices=(*self.notices, Notice(code, what, str(self.path))))


def check_size(header: VolumeFile, max_gib: float = math.inf) -> None:
    """Refuse from the header, before anything is allocated: nothing, or more than there can be.

    The limit is set at the first look; who reads a file after it, or chose it himself, has none.

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
            advice="If it is meant to be that large, raise `max_file_gib` (`curate:` in the file given with --config).",
        )
    times, there = MOST_TIMES.get(header.encoding), header.path.stat().st_size
    if times is not None and header.payload_bytes > times * there:
        raise CorruptInputError(
            Code.TOO_LARGE,
            f"the header declares {header.payload_bytes} bytes of voxels, more than {times} times the file's {there}.",
            path=header.path,
            advice="Copy the file again from its source.",
        )


def payload_chunks(header: VolumeFile, behind: Callable[[int], object] = lambda _: None) -> Iterator[bytes]:
    """The payload decompressed, piece by piece, and what follows it.

    Args:
        behind: told how many bytes follow a compressed stream.

    Raises:
        CorruptInputError: `TRUNCATED`, `CHECKSUM`, `CORRUPT`; `HEADER_INCONSISTENT` where a slice or more follows
            the voxels, `BOMB` where much more does.
    """
    there, most = 0, header.payload_bytes + max(header.payload_bytes, TRAILING_BYTES)
    for chunk in _decompressed(header, behind):
        there += len(chunk)
        if there > most:
            raise CorruptInputError(
                Code.BOMB,
                f"it unpacks to more than {most} bytes; its header declares {header.payload_bytes}.",
                path=header.path,
                advice="Ask who made the file.",
            )
        yield chunk
    if there < header.payload_bytes:
        raise _truncated(header, there)
    extra = there - header.payload_bytes
    if extra >= header.shape[0] * header.shape[1] * header.dtype.itemsize:
        raise CorruptInputError(
            Code.HEADER_INCONSISTENT,
            f"{extra} bytes follow the {header.voxels} voxels that the header declares, a slice or more: the header "
            "does not belong to these voxels.",
            path=header.path,
            advice="Write the file again from its source.",
        )


def voxel_bytes(header: VolumeFile) -> Iterator[bytes]:
    """The payload decompressed, piece by piece, without what follows it.

    Raises:
        CorruptInputError: as `payload_chunks`; all of the file is read, so that its checksums count.
    """
    left = header.payload_bytes
    for chunk in payload_chunks(header):
        yield chunk[:left]
        left -= min(len(chunk), left)


def _decompressed(header: VolumeFile, behind: Callable[[int], object]) -> Iterator[bytes]:
    if header.encoding == "raw":
        with header.path.open("rb") as stream:
            stream.seek(header.offset)
            while chunk := stream.read(CHUNK):
                yield chunk
        return
    if header.encoding == "bzip2":
        yield from inflate_bzip2(header.path, header.offset)
        return
    start, skip = _stream_start(header)
    for chunk in inflate_gzip(header.path, start, behind):
        yield chunk[skip:]
        skip = max(skip - len(chunk), 0)


def _stream_start(header: VolumeFile) -> tuple[int, int]:
    """Where the gzip stream begins in the file, and how much of its content precedes the voxels."""
    return (0, header.offset) if header.kind is FileKind.NIFTI else (header.offset, 0)


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


def _payload(header: VolumeFile) -> bytearray:
    kept, at = bytearray(header.payload_bytes), 0
    for piece in voxel_bytes(header):
        kept[at : at + len(piece)] = piece
        at += len(piece)
    return kept


def _truncated(header: VolumeFile, there: int) -> CorruptInputError:
    return CorruptInputError(
        Code.TRUNCATED,
        f"{there} of {header.payload_bytes} bytes of voxels are there: the file was cut short.",
        path=header.path,
        advice="Copy the file again from its source.",
    )
