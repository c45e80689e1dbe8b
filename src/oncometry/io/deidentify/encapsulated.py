"""Compressed pixels, frame by frame, without what coders and packers let people write beside them."""

from __future__ import annotations

from functools import partial

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_fragments
from pydicom.pixels.utils import pixel_array
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

from oncometry.core import Code, CorruptInputError, UnsupportedError
from oncometry.io.deidentify.jpeg import clean_jpeg, jpeg_precision
from oncometry.io.deidentify.jpeg_2000 import clean_jpeg_2000, jpeg_2000_precision
from oncometry.io.deidentify.run_length import clean_run_length

__all__ = ["clean_encapsulated"]

_JPEG_LS = frozenset((JPEGLSLossless, JPEGLSNearLossless))
_JPEG = frozenset((JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1)) | _JPEG_LS
_JPEG_2000 = frozenset((JPEG2000, JPEG2000Lossless, HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL))
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")


def clean_encapsulated(dataset: Dataset) -> None:
    """Frames as they decode, one fragment each, with no table of offsets.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, a compression in which it is not known where texts may stand;
            `BURNED_IN`, samples that use bits which are nobody's.
        CorruptInputError: `CORRUPT`, a frame that is not exactly a stream of its compression.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    frames = _frames(bytes(dataset.PixelData), int(dataset.get("NumberOfFrames") or 1))
    stored, allocated = int(dataset.BitsStored), int(dataset.BitsAllocated)
    if syntax in _JPEG:
        cleaned = [clean_jpeg(frame, lossless_ls=syntax in _JPEG_LS) for frame in frames]
        precision = max(map(jpeg_precision, cleaned))
    elif syntax in _JPEG_2000:
        cleaned = list(map(clean_jpeg_2000, frames))
        precision = max(map(jpeg_2000_precision, cleaned))
    elif syntax == RLELossless:
        segments = int(dataset.get("SamplesPerPixel", 1)) * ((allocated + 7) // 8)
        pixels = int(dataset.Rows) * int(dataset.Columns)
        cleaned = list(map(partial(clean_run_length, segments=segments, values=pixels), frames))
        precision = allocated
    else:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"its pixels are compressed as {syntax.name}, which may hold texts anywhere.",
        )
    dataset.PixelData = encapsulate(cleaned, has_bot=False)
    dataset["PixelData"].is_undefined_length = True
    if precision > stored:
        _check_unused_bits(dataset, stored)


def _frames(content: bytes, number: int) -> list[bytes]:
    """Frames told by how streams begin; what a table of offsets says is not asked."""
    _, *fragments = generate_fragments(content)
    if number == 1:
        return [b"".join(fragments)]
    if len(fragments) == number:
        return fragments
    frames: list[list[bytes]] = []
    for fragment in fragments:
        if fragment.startswith(_STARTS):
            frames.append([])
        if not frames:
            break
        frames[-1].append(fragment)
    if len(frames) != number:
        raise CorruptInputError(Code.CORRUPT, f"its pixels are {len(frames)} frames, not {number}.")
    return list(map(b"".join, frames))


def _check_unused_bits(dataset: Dataset, stored: int) -> None:
    """Samples coded with more bits than are stored: the others may draw an overlay."""
    values = pixel_array(dataset, raw=True, correct_unused_bits=False)
    signed = int(dataset.PixelRepresentation)
    least, most = (-(1 << stored - 1), 1 << stored - 1) if signed else (0, 1 << stored)
    if values.size and not (least <= values.min() and values.max() < most):
        raise UnsupportedError(
            Code.BURNED_IN, "its pixels use bits beyond BitsStored (0028,0101), which may draw text."
        )
