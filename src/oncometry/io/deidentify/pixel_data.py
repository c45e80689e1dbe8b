"""Pixel data, and tables for them, cut to what the header declares: what is left over may hold or draw text."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

from oncometry.core import Code, CorruptInputError
from oncometry.io.deidentify.encapsulated import clean_encapsulated

__all__ = ["clean_pixels"]

_OFFSET_TABLES = (0x7FE00001, 0x7FE00002, 0x7FE00003)
_FLOATS = {"FloatPixelData": 4, "DoubleFloatPixelData": 8}
_PALETTES = (
    tuple(range(0x00281101, 0x00281105))
    + tuple(range(0x00281201, 0x00281205))
    + (0x00281221, 0x00281222, 0x00281223)
)
_MOST_ENTRIES = 65536


def clean_pixels(dataset: Dataset) -> None:
    """Leave of pixel data what is a pixel's, at the top level; palettes, which only color what is shown, go.

    Native samples lose the bits beyond BitsStored, as readers of pixels have it: overlays once stood there.

    Raises:
        CorruptInputError: `TRUNCATED`, `CORRUPT`.
        UnsupportedError: `UNSUPPORTED_TYPE`, `BURNED_IN`, as `clean_encapsulated`.
    """
    for tag in (*_OFFSET_TABLES, *_PALETTES):
        if tag in dataset:
            del dataset[tag]
    _clean_tables(dataset)
    for name, size in _FLOATS.items():
        if name in dataset:
            setattr(dataset, name, _cut(dataset[name].value, _values(dataset) * size))
    if "PixelData" not in dataset:
        return
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        clean_encapsulated(dataset)
        return
    allocated = int(dataset.BitsAllocated)
    declared = (_values(dataset) * allocated + 7) // 8
    content = _cut(dataset.PixelData, declared)
    stored = int(dataset.get("BitsStored") or allocated)
    if stored < allocated and allocated in (8, 16, 32):
        content = _masked(content, dataset, allocated, stored)
    dataset.PixelData = content + bytes(len(content) % 2)


def _values(dataset: Dataset) -> int:
    pixels = int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("NumberOfFrames") or 1)
    return pixels * int(dataset.get("SamplesPerPixel", 1))


def _cut(content: bytes, declared: int) -> bytes:
    if len(content) < declared:
        raise CorruptInputError(
            Code.TRUNCATED, f"pixel data have {len(content)} bytes, {declared} are declared."
        )
    return content[: declared + declared % 2]  # with the byte that makes it even


def _masked(content: bytes, dataset: Dataset, allocated: int, stored: int) -> bytes:
    """Samples with the sign, or zeros, in the bits that are not stored (PS3.5 8.1.1)."""
    order = "<" if dataset.file_meta.TransferSyntaxUID.is_little_endian else ">"
    kind = "i" if int(dataset.get("PixelRepresentation") or 0) else "u"
    samples = np.frombuffer(content, f"{order}{kind}{allocated // 8}")
    unused = allocated - stored
    masked = (samples << unused) >> unused
    return masked.astype(samples.dtype, copy=False).tobytes()


def _clean_tables(dataset: Dataset) -> None:
    """Look-up tables of gray values, at any depth, as long as their descriptor says (PS3.3 C.11.1.1)."""
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                _clean_tables(item)
    if "LUTData" not in dataset:
        return
    said = dataset.get("LUTDescriptor")
    if said is None or isinstance(said, int):
        del dataset.LUTData
        return
    entries = int(said[0]) or _MOST_ENTRIES
    table = dataset.LUTData
    if isinstance(table, bytes):
        narrow = int(said[2]) <= 8 and len(table) < 2 * entries  # two entries in a word
        dataset.LUTData = table[: entries + entries % 2 if narrow else 2 * entries]
    elif not isinstance(table, int):
        dataset.LUTData = list(table)[:entries]
