"""gzip and bzip2 streams, checked to the last byte before anything is believed."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable, Iterator
from mmap import mmap
from pathlib import Path
from typing import BinaryIO

from oncometry.core import Code, CorruptInputError

__all__ = ["GZIP_MAGIC", "inflate_bzip2", "inflate_gzip", "inflated_head"]

GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 1 << 20
HEAD_STEP = 16
GZIP_WINDOW = 31


def inflate_gzip(
    path: Path, start: int = 0, behind: Callable[[int], object] = lambda _: None
) -> Iterator[bytes]:
    """Decompressed chunks of the gzip stream that begins at byte `start`.

    Several members follow each other as the format allows; zero padding after the last is ignored.

    Args:
        behind: told how many bytes follow the last member that are neither.

    Raises:
        CorruptInputError: `TRUNCATED` (the stream ends early), `CHECKSUM` (CRC or length wrong),
            `CORRUPT` (not a deflate stream).
    """
    with path.open("rb") as stream:
        stream.seek(start)
        waiting = stream.read(CHUNK)
        while waiting:
            member = zlib.decompressobj(GZIP_WINDOW)
            while not member.eof:
                if not waiting:
                    raise CorruptInputError(
                        Code.TRUNCATED,
                        f"the gzip stream ends after {path.stat().st_size} bytes, before its checksum.",
                        path=path,
                        advice="Copy the file again from its source.",
                    )
                yield from _pieces(member, waiting, path)
                waiting = member.unused_data if member.eof else stream.read(CHUNK)
            waiting = waiting if len(waiting) > 1 else waiting + stream.read(CHUNK)
            if not waiting.startswith(GZIP_MAGIC):
                _tell_behind(stream, waiting, behind)
                return


def _tell_behind(stream: BinaryIO, waiting: bytes, behind: Callable[[int], object]) -> None:
    length, zeros = 0, True
    while waiting:
        length += len(waiting)
        zeros = zeros and not any(waiting)
        waiting = stream.read(CHUNK)
    if not zeros:
        behind(length)


def _pieces(member: zlib._Decompress, data: bytes, path: Path) -> Iterator[bytes]:
    """Decompress `data` in pieces of at most 16 MiB, so that memory stays small."""
    try:
        piece = member.decompress(data, CHUNK << 4)
        while piece:
            yield piece
            piece = member.decompress(member.unconsumed_tail, CHUNK << 4)
    except zlib.error as error:
        check = "check" in str(error)
        raise CorruptInputError(
            Code.CHECKSUM if check else Code.CORRUPT,
            f"the gzip stream does not match its {'checksum' if check else 'format'} ({error}).",
            path=path,
            advice="Copy the file again from its source.",
        ) from error


def inflated_head(data: bytes | mmap, length: int) -> bytes:
    """The first `length` bytes of a file, decompressed where it is gzip; shorter if it ends or breaks early."""
    raw = data[: max(length, 65536)]
    if not raw.startswith(GZIP_MAGIC):
        return raw[:length]
    member, head = zlib.decompressobj(GZIP_WINDOW), b""
    try:
        for start in range(0, len(raw), HEAD_STEP):
            head += member.decompress(raw[start : start + HEAD_STEP], length)
            if len(head) >= length:
                break
    except zlib.error:
        return head[:length]
    return head[:length]


def inflate_bzip2(path: Path, start: int = 0) -> Iterator[bytes]:
    """Decompressed chunks of the bzip2 stream that begins at byte `start`.

    Raises:
        CorruptInputError: `TRUNCATED` or `CORRUPT` (the checksum of each block is part of the format).
    """
    unpacker = bz2.BZ2Decompressor()
    with path.open("rb") as stream:
        stream.seek(start)
        while not unpacker.eof:
            waiting = stream.read(CHUNK) if unpacker.needs_input else b""
            if unpacker.needs_input and not waiting:
                raise CorruptInputError(Code.TRUNCATED, "the bzip2 stream ends early.", path=path)
            try:
                yield unpacker.decompress(waiting, CHUNK << 4)
            except OSError as error:
                what = f"the bzip2 stream is broken ({error})."
                raise CorruptInputError(Code.CORRUPT, what, path=path) from error
