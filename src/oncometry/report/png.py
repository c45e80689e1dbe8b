"""Gray pictures as PNG (ISO/IEC 15948:2004) in a data URI, so that a page needs no second file."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["png_bytes", "png_uri"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2


def png_bytes(gray: NDArray[np.uint8]) -> bytes:
    """(rows, columns) gray levels as an 8-bit PNG; each row is stored as its difference from the row above."""
    rows, columns = gray.shape
    above = np.vstack([np.zeros((1, columns), np.uint8), gray[:-1]])
    filtered = np.empty((rows, columns + 1), np.uint8)
    filtered[:, 0] = UP
    filtered[:, 1:] = gray - above
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return (
        SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_uri(gray: NDArray[np.uint8]) -> str:
    """The picture as `data:image/png;base64,...`."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(gray)).decode("ascii")
