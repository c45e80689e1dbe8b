"""A picture of how well two images lie on each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, GeometryError, Image
from oncometry.core.image import Voxels

__all__ = ["checkerboard"]

TILES = 8


def checkerboard(fixed: Image, moving_resampled: Image) -> NDArray[np.uint8]:
    """Tiles of both images in turn on the middle slice, (nj, ni) gray values, row j, column i.

    Each image is scaled between its own 1st and 99th percentile on the slice.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` if they are not on one grid.
    """
    if not fixed.geometry.matches(moving_resampled.geometry):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"a checkerboard needs one grid, got {fixed.geometry.describe()} "
            f"and {moving_resampled.geometry.describe()}.",
            advice="Resample the moving image first.",
        )
    middle = fixed.array.shape[2] // 2
    one, other = (_gray(image.array[:, :, middle].T) for image in (fixed, moving_resampled))
    rows, columns = np.indices(one.shape)
    tile = max(1, -(-max(one.shape) // TILES))
    return np.where((rows // tile + columns // tile) % 2 == 0, one, other)


def _gray(plane: Voxels) -> NDArray[np.uint8]:
    finite = plane[np.isfinite(plane)]
    if finite.size == 0:
        return np.zeros(plane.shape, np.uint8)
    low, high = np.percentile(finite, (1, 99))
    scaled = (np.nan_to_num(plane.astype(np.float64), nan=low) - low) / max(float(high - low), 1e-12)
    return np.asarray(np.clip(scaled, 0, 1) * 255, np.uint8)
