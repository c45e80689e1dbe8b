"""Image values on a plane in space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.core.image import Voxels

__all__ = ["sample"]

MARGIN = 4
CUBIC = 3
LINEAR = 1


def sample(image: Image, points_lps_mm: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values at points (..., 3), and which of them lie inside the image.

    Cubic in a slice of the image itself, linear across slices, which may lie far apart.
    """
    index = image.geometry.to_index(points_lps_mm)
    size = np.array(image.geometry.shape)
    inside = np.asarray(((index >= -0.5 - 1e-6) & (index <= size - 0.5 + 1e-6)).all(axis=-1))
    if not inside.any():
        return np.zeros(inside.shape), inside
    index = np.clip(index, 0, size - 1)
    low = np.maximum(np.floor(index.reshape(-1, 3).min(axis=0)).astype(int) - MARGIN, 0)
    high = np.minimum(np.ceil(index.reshape(-1, 3).max(axis=0)).astype(int) + MARGIN + 1, size)
    planes = index[..., 2]
    if np.abs(planes - np.rint(planes.flat[0])).max() < 1e-3:
        k = int(np.rint(planes.flat[0]))
        block = _finite(image.array[low[0] : high[0], low[1] : high[1], k])
        at = np.moveaxis(index[..., :2] - low[:2], -1, 0)
        values = map_coordinates(block, at, order=CUBIC, mode="nearest")
        return np.clip(values, block.min(), block.max()), inside
    block = _finite(image.array[low[0] : high[0], low[1] : high[1], low[2] : high[2]])
    at = np.moveaxis(index - low, -1, 0)
    return np.asarray(map_coordinates(block, at, order=LINEAR, mode="nearest")), inside


def _finite(block: Voxels) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(block, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
