"""The pixel data of a DICOM object held against what its header declares, before anything of it is decoded.

PS3.3 C.7.6.3 (image pixel module), PS3.5 annex A.4 (encapsulated pixel data: a table of offsets, then at least one
fragment a frame) and annex G (RLE).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom.uid import RLELossless

from oncometry.core import Code, CorruptInputError
from oncometry.io.dicom_scan import Fragments, Scanned
from oncometry.io.stream_size import size_of_stream

__all__ = ["check_pixels", "has_rows"]

SAMPLES, FRAMES, ROWS, COLUMNS, BITS_ALLOCATED = 0x00280002, 0x00280008, 0x00280010, 0x00280011, 0x00280100
MOST_TIMES, SMALL_FRAME = 200, 32 << 20
"""What is compressed may declare 200 times its bytes; beyond that, no frame more than 32 MiB.

A slice of air has no such ratio: 512 x 512 zeros of 16 bits are 114 bytes in JPEG-LS (4,600 to 1) and 156 in JPEG 2000
(3,400 to 1), and most frames of a segmentation are empty. But 32 MiB are 4096 x 4096 pixels of 16 bits, more than any
tomograph gives, and one of that size with noise in a tenth of it is at 60 to 1.
"""
MOST_TIMES_RLE = 64
"""A run of 128 bytes is two (PS3.5 G.3.1): more cannot be in them."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """What the image pixel module says."""

    rows: int
    columns: int
    frames: int
    samples: int
    bits: int

    @property
    def size(self) -> int:
        """Bytes, uncompressed; single bits are packed over frames."""
        return -(-self.rows * self.columns * self.frames * self.samples * self.bits // 8)

    def __str__(self) -> str:
        return f"{self.rows} x {self.columns} x {self.frames} pixels of {self.bits} bits"


def has_rows(scanned: Scanned, path: Path) -> bool:
    """Whether an image is declared at all.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    return _count(scanned, ROWS, path) > 0


def check_pixels(scanned: Scanned, path: Path) -> None:
    """Hold the pixel data element against what the header declares.

    Raises:
        CorruptInputError: `TRUNCATED` (there is none), `EMPTY`, `HEADER_INCONSISTENT` (it is shorter or longer, or what is
            compressed has other lines, columns or fewer frames), `TOO_LARGE` (compressed pixels that declare more than
            can be in them).
    """
    rows, columns, bits = (_count(scanned, tag, path) for tag in (ROWS, COLUMNS, BITS_ALLOCATED))
    frames, samples = (_count(scanned, tag, path) or 1 for tag in (FRAMES, SAMPLES))
    declared = _Declared(rows, columns, frames, samples, bits)
    if scanned.pixels is None:
        raise CorruptInputError(
            Code.TRUNCATED,
            f"the header says {declared}, and no pixels follow: the file was cut before them.",
            path=path,
            advice="Copy the file again from its source.",
        )
    if declared.size <= 0:
        raise CorruptInputError(Code.EMPTY, f"there are no pixels: the header says {declared}.", path=path)
    if isinstance(scanned.pixels, Fragments):
        _check_compressed(scanned, scanned.pixels, declared, path)
    elif not declared.size <= scanned.pixels <= declared.size + 1:
        what = f"{declared} need {declared.size} bytes, not {scanned.pixels}."
        raise CorruptInputError(Code.HEADER_INCONSISTENT, what, path=path)


def _check_compressed(scanned: Scanned, fragments: Fragments, declared: _Declared, path: Path) -> None:
    there = sum(end - start for start, end in fragments.places)
    rle = scanned.syntax == RLELossless
    times, small = (MOST_TIMES_RLE, 0) if rle else (MOST_TIMES, SMALL_FRAME)
    if declared.size > max(times * there, small * declared.frames):
        raise CorruptInputError(
            Code.TOO_LARGE,
            f"the header declares {declared}, {declared.size} bytes, of {there} that are compressed: more than {times} "
            "times as many.",
            path=path,
            advice="No scan packs like this; ask who made the file.",
        )
    if len(fragments.places) < declared.frames:
        what = f"the header says {declared.frames} frames, and compressed pixels are there of {len(fragments.places)}."
        raise CorruptInputError(Code.HEADER_INCONSISTENT, what, path=path)
    for start, end in fragments.places:
        stated = size_of_stream(scanned.data, start, end)
        if stated not in (None, (declared.rows, declared.columns)):
            what = f"the header says {declared}, and a compressed frame has {stated[0]} lines of {stated[1]}."
            raise CorruptInputError(Code.HEADER_INCONSISTENT, what, path=path)


def _count(scanned: Scanned, tag: int, path: Path) -> int:
    """A count of the image pixel module: US, or IS in the number of frames; 0 where absent."""
    value = scanned.value(tag)
    try:
        if tag == FRAMES or not value:
            return int(value.decode("ascii").strip("\0 ") or 0)
        return int.from_bytes(value[:2], "little" if scanned.little else "big")
    except ValueError as error:
        what = f"the number of frames is {value[:16]!r}."
        raise CorruptInputError(Code.CORRUPT, what, path=path) from error
