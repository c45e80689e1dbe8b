"""JPEG 2000 codestreams, also high-throughput ones, without comments and what stands outside them.

Syntax: ITU-T T.800 annex A, ITU-T T.814. Pixels decode as before.
"""

from __future__ import annotations

from oncometry.core import Code, CorruptInputError

__all__ = ["clean_jpeg_2000", "jpeg_2000_precision"]

_START, _SIZE, _TILE, _DATA, _END, _COMMENT = b"\xff\x4f", 0x51, 0x90, 0x93, b"\xff\xd9", 0x64
_MAIN = frozenset((0x50, _SIZE, 0x52, 0x53, 0x55, 0x56, 0x57, 0x59, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x63))
_IN_TILE = frozenset((0x52, 0x53, 0x58, 0x5C, 0x5D, 0x5E, 0x5F, 0x61))
_TILE_BYTES = 12


def clean_jpeg_2000(frame: bytes) -> bytes:
    """From the start to the end of the codestream, without comments in its main header.

    Raises:
        CorruptInputError: `CORRUPT`, anything that is not exactly such a stream: one in boxes (JP2), comments within
            its tiles.
    """
    if frame[:2] != _START or frame[2:4] != bytes((0xFF, _SIZE)):
        raise _broken("does not begin with the start of a codestream and its size")
    kept, at = [_START], 2
    while frame[at : at + 2] != bytes((0xFF, _TILE)):
        marker, stop = _segment(frame, at)
        if marker in _MAIN:
            kept.append(frame[at:stop])
        elif marker != _COMMENT:
            raise _broken(f"has a marker {marker:02X} in its header")
        at = stop
    body = at
    while frame[at : at + 2] != _END:
        at = _tile(frame, at)
    return b"".join((*kept, frame[body:at], _END))


def jpeg_2000_precision(frame: bytes) -> int:
    """Most bits of a sample, of a stream that `clean_jpeg_2000` gave (Ssiz, A.5.1)."""
    components = int.from_bytes(frame[40:42], "big")
    return max((frame[42 + 3 * n] & 0x7F) + 1 for n in range(components))


def _segment(frame: bytes, at: int) -> tuple[int, int]:
    stop = at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    if at + 4 > len(frame) or frame[at] != 0xFF or stop > len(frame) or stop < at + 4:
        raise _broken("is cut or has something between its segments")
    return frame[at + 1], stop


def _tile(frame: bytes, at: int) -> int:
    """Where a tile-part ends; its length 0 says: where the codestream does (A.4.2)."""
    if frame[at : at + 4] != bytes((0xFF, _TILE, 0, 10)):
        raise _broken("has something between its tiles")
    length = int.from_bytes(frame[at + 6 : at + 10], "big")
    inside = at + _TILE_BYTES
    while frame[inside : inside + 2] != bytes((0xFF, _DATA)):
        marker, inside = _segment(frame, inside)
        if marker not in _IN_TILE:
            raise _broken(f"has a marker {marker:02X} in the header of a tile")
    stop = at + length if length else frame.find(_END, inside)
    if not inside + 2 <= stop < len(frame):
        raise _broken("has a tile of another length than it says")
    return stop


def _broken(why: str) -> CorruptInputError:
    return CorruptInputError(
        Code.CORRUPT, f"a frame of its pixels {why}: it is no plain JPEG 2000 codestream."
    )
