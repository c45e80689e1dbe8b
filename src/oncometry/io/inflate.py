"""gzip and bzip2 streams, checked to the last byte before anything is believed."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Iterator
from pathlib import Path

from oncometry.core import Code, CorruptInputError

__all__ = ["GZIP_MAGIC", "inflate_gzip", "inflated_head"]

GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 1 << 20
HEAD_STEP = 16
GZIP_WINDOW = 31


def inflate_gzip(path: Path, start: int = 0) -> Iterator[bytes]:
    """Decompressed chunks of the gzip stream that begins at byte `start`.

    Several members follow each other as the format allows; zero padding after the last is ignored.

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
            waiting = waiting or stream.read(CHUNK)
            if not waiting.startswith(GZIP_MAGIC):
                return


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
            f"the gzip stream does not hold together ({error}).",
            path=path,
            advice="Copy the file again from its source.",
        ) from error


def inflated_head(path: Path, length: int) -> bytes:
    """The first `length` bytes of a file, decompressed where it is gzip; shorter if it ends or breaks early."""
    with path.open("rb") as stream:
        raw = stream.read(max(length, 65536))
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


def inflate_bzip2(data: bytes, path: Path) -> bytes:
    """Decompress a whole bzip2 payload.

    Raises:
        CorruptInputError: `TRUNCATED` or `CORRUPT`.
    """
    unpacker = bz2.BZ2Decompressor()
    try:
        content = unpacker.decompress(data)
    except OSError as error:
        raise CorruptInputError(Code.CORRUPT, f"the bzip2 stream is broken ({error}).", path=path) from error
    if not unpacker.eof:
        raise CorruptInputError(Code.TRUNCATED, "the bzip2 stream ends early.", path=path)
    return content
