"""Pixels of a DICOM file as they are stored. What is compressed is decoded in a process of its own, with limits.

Plain pixels are as long as their header says (`declared_pixels`); what a native decoder does with a stream, nobody knows
before it is done. See docs/decisions/014.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.filereader import read_file_meta_info
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import UID

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.io.dicom_header import READ_FAULTS, read_dataset
from oncometry.io.isolation import isolated_each

__all__ = ["decode_frames", "decoding", "stored_frames", "stored_pixels"]

FAULTS = (*READ_FAULTS, RuntimeError, MemoryError, ZeroDivisionError)
PIECE = 64 << 20
"""Bytes of decoded frames that are asked for at once: limits hold for each such piece, so that a long good file is not
refused for its length."""


@contextmanager
def decoding(dataset: FileDataset, path: Path) -> Iterator[None]:
    """Decode inside; warnings are silenced.

    Raises:
        CorruptInputError: `TRUNCATED` where bytes are missing, `BOMB` where memory does not suffice, else `CORRUPT`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except OncometryError:
            raise
        except FAULTS as error:
            syntax = dataset.file_meta.get("TransferSyntaxUID", "unknown")
            raise CorruptInputError(
                _code_of(error),
                f"the pixels cannot be decoded from {getattr(syntax, 'name', syntax)} ({error}).",
                path=path,
            ) from error


def _code_of(error: Exception) -> Code:
    if isinstance(error, MemoryError):
        return Code.BOMB
    return Code.TRUNCATED if "less than expected" in str(error) else Code.CORRUPT


def stored_pixels(headers: Mapping[Path, Dataset]) -> Iterator[tuple[Path, NDArray[Any]]]:
    """(rows, columns) of each file with a single frame, (frames, rows, columns) of others; in the order they are done.

    Args:
        headers: file -> its header.

    Raises:
        CorruptInputError: as `stored_frames`.
    """
    compressed = {path: header for path, header in headers.items() if _is_compressed(_syntax_of(path))}
    for path in (path for path in headers if path not in compressed):
        dataset = read_dataset(path)
        with decoding(dataset, path):
            yield path, np.asarray(dataset.pixel_array)
    work = [
        (path, piece)
        for path, header in compressed.items()
        for piece in _pieces(header, range(_frames_of(header)))
    ]
    whole = np.empty(0)
    for path, numbers, decoded in _decoded_elsewhere(work):
        count = _frames_of(compressed[path])
        if numbers[0] == 0:
            whole = np.empty((count, *decoded[0].shape), decoded[0].dtype)
        whole[numbers] = decoded
        if numbers[-1] == count - 1:
            yield path, whole if count > 1 else whole[0]


def stored_frames(dataset: FileDataset, path: Path, numbers: Sequence[int]) -> Iterator[NDArray[Any]]:
    """(rows, columns) each, of the frames with these numbers, counted from 0.

    Args:
        dataset: of the file, read with its pixels.

    Raises:
        CorruptInputError: as `decoding`; `BOMB`, `CORRUPT` or `UNREADABLE` for what the decoder did to its process.
    """
    if _is_compressed(dataset.file_meta.get("TransferSyntaxUID")):
        for _, _, frames in _decoded_elsewhere([(path, piece) for piece in _pieces(dataset, numbers)]):
            yield from frames
    elif int(dataset.BitsAllocated) == 1 and _is_little_endian(dataset):
        with decoding(dataset, path):
            yield from _single_bits(dataset, numbers)
    else:
        with decoding(dataset, path):
            yield from iter_pixels(dataset, indices=numbers)


def _single_bits(dataset: FileDataset, numbers: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Frames of single bits, which follow each other without a gap: one may begin within a byte (PS3.5 8.1.1).

    pydicom cuts them at bytes, and so gives none of 217 x 181 but the first.
    """
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    packed = np.frombuffer(dataset.PixelData, dtype=np.uint8)
    for number in numbers:
        first = number * rows * columns
        window = packed[first // 8 : -(-(first + rows * columns) // 8)]
        bits = np.unpackbits(window, bitorder="little")[first % 8 :]
        if bits.size < rows * columns:
            raise ValueError(f"frame {number} has {bits.size} bits, less than expected: {rows * columns}")
        yield bits[: rows * columns].reshape(rows, columns)


def decode_frames(path: Path, numbers: list[int]) -> list[NDArray[Any]]:
    """Frames of a compressed file. Runs in a process of its own.

    Raises:
        CorruptInputError: as `decoding`.
    """
    dataset = read_dataset(path)
    with decoding(dataset, path):
        return list(iter_pixels(dataset, indices=numbers))


def _decoded_elsewhere(
    work: list[tuple[Path, list[int]]],
) -> Iterator[tuple[Path, list[int], list[NDArray[Any]]]]:
    """In the order of the work: one process does it."""
    for (path, numbers), answer in isolated_each(decode_frames, work):
        if isinstance(answer, OncometryError):
            raise CorruptInputError(answer.code, answer.what, path=path, advice=answer.advice)
        yield path, numbers, answer


def _pieces(header: Dataset, numbers: Sequence[int]) -> list[list[int]]:
    frame_bytes = int(header.Rows) * int(header.Columns) * -(-int(header.BitsAllocated) // 8)
    at_once = max(1, PIECE // max(frame_bytes, 1))
    return [list(numbers[start : start + at_once]) for start in range(0, len(numbers), at_once)]


def _frames_of(header: Dataset) -> int:
    return int(header.get("NumberOfFrames") or 1)


def _syntax_of(path: Path) -> UID | None:
    syntax: UID | None = read_file_meta_info(path).get("TransferSyntaxUID")
    return syntax


def _is_little_endian(dataset: FileDataset) -> bool:
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    return syntax is not None and syntax.is_transfer_syntax and syntax.is_little_endian


def _is_compressed(syntax: UID | None) -> bool:
    return syntax is not None and syntax.is_transfer_syntax and syntax.is_encapsulated
