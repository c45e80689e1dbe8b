"""Compressed pixels without what coders let people write beside them: comments and application segments.

JPEG and JPEG-LS: ITU-T T.81 B.1.1; JPEG 2000 and its high-throughput kind: ITU-T T.800 A.2. Pixels decode as before.
"""

from __future__ import annotations

from collections.abc import Callable

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from oncometry.core import Code, UnsupportedError

__all__ = ["without_comments"]

_JPEG = frozenset(
    (
        JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEGLSNearLossless,
    )
)  # fmt: skip
_JPEG_2000 = frozenset((JPEG2000, JPEG2000Lossless, HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL))
_START_OF_SCAN, _COMMENT, _SPIFF, _ADOBE = 0xDA, 0xFE, 0xE8, 0xEE
_START_OF_TILE, _COMMENT_2000 = 0x90, 0x64


def without_comments(dataset: Dataset) -> None:
    """Take them out of encapsulated pixel data; what has none stays as it is, to the byte.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, a compression in which it is not known where texts may stand.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    if "PixelData" not in dataset or not syntax.is_encapsulated or syntax == RLELossless:
        return
    if syntax not in _JPEG | _JPEG_2000:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"its pixels are compressed as {syntax.name}, which may hold texts anywhere.",
        )
    clean = _clean_2000 if syntax in _JPEG_2000 else _clean_jpeg
    frames = list(
        generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames") or 1))
    )
    cleaned = [clean(frame) for frame in frames]
    if cleaned == frames:
        return
    for table in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if table in dataset:
            delattr(dataset, table)
    dataset.PixelData = encapsulate(cleaned)


def _clean_jpeg(frame: bytes) -> bytes:
    """Application segments go but for SPIFF (APP8) and Adobe's (APP14, of colors)."""
    return _without(
        frame,
        _START_OF_SCAN,
        lambda marker: marker == _COMMENT or (0xE0 <= marker <= 0xEF and marker not in (_SPIFF, _ADOBE)),
    )


def _clean_2000(frame: bytes) -> bytes:
    return _without(frame, _START_OF_TILE, lambda marker: marker == _COMMENT_2000)


def _without(frame: bytes, end: int, drops: Callable[[int], bool]) -> bytes:
    """The stream without the segments before `end` whose markers are dropped; as it is where it is no such stream."""
    kept, at = [frame[:2]], 2
    while at + 4 <= len(frame) and frame[at] == 0xFF and frame[at + 1] != end:
        stop = at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
        if not drops(frame[at + 1]):
            kept.append(frame[at:stop])
        at = stop
    return b"".join((*kept, frame[at:]))
