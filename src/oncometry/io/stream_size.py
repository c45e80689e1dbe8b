"""Lines and columns that a compressed image states of itself: JPEG and JPEG-LS, JPEG 2000 and its high-throughput form.

ITU-T T.81 B.2.2 and T.87 C.2.2 (frame header), T.800 A.5.1 (SIZ). RLE states nothing (PS3.5 annex G).
"""

from __future__ import annotations

import struct
from mmap import mmap

__all__ = ["size_of_stream"]

JPEG, JPEG_2000 = b"\xff\xd8\xff", b"\xff\x4f\xff\x51"
FRAMES = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
SCAN, END = 0xDA, 0xD9
SIZ = struct.Struct(">HHIIII")
FRAME = struct.Struct(">BHH")


def size_of_stream(data: bytes | mmap, start: int, end: int) -> tuple[int, int] | None:
    """Lines and columns of the stream at data[start:end]; None where no known stream begins there or it does not say."""
    head = data[start : min(start + 4, end)]
    if head == JPEG_2000 and end - start >= 4 + SIZ.size:
        _, _, right, bottom, left, top = SIZ.unpack_from(data, start + 4)
        return bottom - top, right - left
    if head[:3] == JPEG:
        return _of_jpeg(data, start + 2, end)
    return None


def _of_jpeg(data: bytes | mmap, at: int, end: int) -> tuple[int, int] | None:
    """As the first frame header says; a size of 0 is said elsewhere (the marker DNL), and here left alone."""
    while end - at >= 4 and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in (SCAN, END):
            return None
        if marker in FRAMES and end - at >= 4 + FRAME.size:
            _, lines, columns = FRAME.unpack_from(data, at + 4)
            return (lines, columns) if lines and columns else None
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
