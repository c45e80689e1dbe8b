"""Siemens mosaics: a volume whose slices lie side by side in one image.

Layout and corner correction after the public description of the format
(https://nipy.org/nibabel/dicom/dicom_mosaic.html).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from oncometry.core import Code, GeometryError
from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_header import text_of

__all__ = ["Tile", "cut_mosaic", "is_mosaic", "mosaic_tiles"]

COUNT_TAG, CSA_TAG = (0x0019, 0x100A), (0x0029, 0x1010)


@dataclass(frozen=True, eq=False)
class Tile:
    """One slice: its number, (3,) mm from the mosaic's corner to its own, (ni, nj), mm to the next."""

    number: int
    offset: FloatArray
    shape: tuple[int, int]
    step: float


def is_mosaic(dataset: Dataset) -> bool:
    """Whether the image type says so."""
    return "MOSAIC" in text_of(dataset, "ImageType").split("\\")


def mosaic_tiles(
    dataset: Dataset, along_i: FloatArray, along_j: FloatArray, spacing: tuple[float, float]
) -> list[Tile]:
    """The slices of a mosaic, in the order of acquisition.

    Raises:
        GeometryError: `GEOMETRY_MISSING` where the number or distance of slices is not stated.
    """
    count = _count(dataset)
    step = float(dataset.get("SpacingBetweenSlices") or dataset.get("SliceThickness") or 0.0)
    if count < 1 or step <= 0:
        raise GeometryError(
            Code.GEOMETRY_MISSING,
            f"a mosaic that states {count} slices {step} mm apart cannot be taken apart.",
        )
    side = math.ceil(math.sqrt(count))
    columns, rows = int(dataset.Columns), int(dataset.Rows)
    shape = (columns // side, rows // side)
    corner = (columns - shape[0]) / 2 * spacing[0] * along_i + (rows - shape[1]) / 2 * spacing[1] * along_j
    normal = np.cross(along_i, along_j)
    stated = _csa_vector(dataset, "SliceNormalVector")
    if stated is not None and stated @ normal < 0:
        normal = -normal
    return [Tile(n, corner + n * step * normal, shape, step) for n in range(count)]


def cut_mosaic(pixels: NDArray[Any], number: int, shape: tuple[int, int]) -> NDArray[Any]:
    """(rows, columns) of one tile; tiles run along rows."""
    across = pixels.shape[1] // shape[0]
    row, column = divmod(number, across)
    return pixels[row * shape[1] : (row + 1) * shape[1], column * shape[0] : (column + 1) * shape[0]]


def _count(dataset: Dataset) -> int:
    if COUNT_TAG in dataset:
        value = dataset[COUNT_TAG].value
        return int.from_bytes(value[:2], "little") if isinstance(value, bytes) else int(value)
    return int(float((_csa_values(dataset, "NumberOfImagesInMosaic") or ["0"])[0]))


def _csa_vector(dataset: Dataset, name: str) -> FloatArray | None:
    values = _csa_values(dataset, name)
    return np.array([float(v) for v in values]) if len(values) == 3 else None


def _csa_values(dataset: Dataset, name: str) -> list[str]:
    """Values of an entry of the CSA image header (the 'SV10' layout), [] where there is none."""
    raw = dataset[CSA_TAG].value if CSA_TAG in dataset else b""
    if not isinstance(raw, bytes) or raw[:4] != b"SV10":
        return []
    (entries,) = struct.unpack_from("<I", raw, 8)
    at = 16
    try:
        for _ in range(min(entries, 256)):
            label, _, _, _, items = struct.unpack_from("<64si4sii", raw, at)
            at += 84
            values = []
            for _ in range(items):
                (length,) = struct.unpack_from("<4xi8x", raw, at)
                values.append(raw[at + 16 : at + 16 + length])
                at += 16 + (length + 3) // 4 * 4
            if label.split(b"\0")[0].decode("latin-1") == name:
                texts = [v.split(b"\0")[0].decode("latin-1").strip() for v in values]
                return [t for t in texts if t]
    except struct.error:
        return []
    return []
