"""Gray and colored pictures as PNG (ISO/IEC 15948:2004) in a data URI, so that a page needs no second file."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["colored_uri", "png_bytes", "png_uri"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2
GRAY, RGBA = 0, 6
CHANNELS = {GRAY: 1, RGBA: 4}


def png_bytes(gray: NDArray[np.uint8]) -> bytes:
    """(rows, columns) gray levels as an 8-bit PNG; each row is stored as its difference from the row above."""
    return _encoded(gray, GRAY)


def _encoded(rows_of_bytes: NDArray[np.uint8], color_type: int) -> bytes:
    rows, width = rows_of_bytes.shape
    above = np.vstack([np.zeros((1, width), np.uint8), rows_of_bytes[:-1]])
    filtered = np.empty((rows, width + 1), np.uint8)
    filtered[:, 0] = UP
    filtered[:, 1:] = rows_of_bytes - above
    columns = width // CHANNELS[color_type]
    header = struct.pack(">IIBBBBB", columns, rows, 8, color_type, 0, 0, 0)
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
    return _uri(png_bytes(gray))


def colored_uri(colors: NDArray[np.uint8]) -> str:
    """(rows, columns, 4) red, green, blue and opacity as `data:image/png;base64,...`."""
    return _uri(_encoded(colors.reshape(len(colors), -1), RGBA))


def _uri(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")
