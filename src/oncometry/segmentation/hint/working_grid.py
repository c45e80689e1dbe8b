"""The part of an image around a hint, on a grid with (nearly) cubic voxels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Image
from oncometry.core.geometry import FloatArray, Index

__all__ = ["Values", "WorkingGrid", "working_grid"]

Values = NDArray[np.float32]
"""(ni, nj, nk) on the working grid."""
FINEST = 0.7
"""Working voxels are no smaller than this part of the image's smallest spacing."""


@dataclass(frozen=True, eq=False)
class WorkingGrid:
    """Voxels of `step_mm` along the image's own axes.

    Attributes:
        start: voxel index of the first corner of the crop of the image.
        shape: of the crop.
        spacing_mm: (3,) of the image.
        step_mm: (3,) of the working grid.
        values: (ni, nj, nk) intensities.
        filled: voxels of the crop that were not finite, and took the median.
    """

    start: Index
    shape: Index
    spacing_mm: FloatArray
    step_mm: FloatArray
    values: Values
    filled: int

    @property
    def first_mm(self) -> FloatArray:
        """(3,) of the first voxel's center, in mm along the image's axes from its first voxel."""
        return np.array(self.start) * self.spacing_mm

    def places(self) -> tuple[NDArray[np.float32], ...]:
        """Three open arrays, mm along each of the image's axes from its first voxel."""
        along = zip(self.values.shape, self.step_mm, self.first_mm, strict=True)
        return tuple(np.ix_(*[(np.arange(n) * step + first).astype(np.float32) for n, step, first in along]))

    def on_image(self, values: Values) -> Values:
        """Values of the working grid on the voxels of the crop, linear."""
        ratio = self.spacing_mm / self.step_mm
        sampled = ndimage.affine_transform(
            values, ratio, output_shape=self.shape, order=1, mode="nearest", prefilter=False
        )
        return np.asarray(sampled, dtype=np.float32)


def working_grid(image: Image, low: FloatArray, high: FloatArray, largest: int) -> WorkingGrid:
    """Crop the voxels between two fractional indices (3,) and resample them.

    Args:
        largest: most voxels along an axis.
    """
    shape = np.array(image.geometry.shape)
    start = np.clip(np.floor(low), 0, shape - 1).astype(int)
    stop = np.clip(np.ceil(high) + 1, start + 1, shape).astype(int)
    box = tuple(slice(a, b) for a, b in zip(start, stop, strict=True))
    part = np.asarray(image.array[box], dtype=np.float32)
    finite = np.isfinite(part)
    filled = int(part.size - np.count_nonzero(finite))
    if filled:
        part = np.where(finite, part, np.median(part[finite]) if finite.any() else 0).astype(np.float32)
    spacing = np.array(image.geometry.spacing_mm)
    extent = (stop - start - 1) * spacing
    step = np.full(3, max(extent.max() / (largest - 1), FINEST * spacing.min()))
    count = np.maximum(np.floor(extent / step + 1e-6).astype(int) + 1, 1)
    wide = count > 1
    step[wide] = extent[wide] / (count[wide] - 1)
    step[~wide] = np.maximum(extent[~wide], spacing[~wide])
    ratio = step / spacing
    blurred = ndimage.gaussian_filter(part, np.where(ratio > 1.2, 0.4 * ratio, 0.0))
    values = ndimage.affine_transform(
        blurred, ratio, output_shape=tuple(count), order=1, mode="nearest", prefilter=False
    )
    first, size = (int(start[0]), int(start[1]), int(start[2])), (stop - start)
    return WorkingGrid(
        first, (int(size[0]), int(size[1]), int(size[2])), spacing, step, values.astype(np.float32), filled
    )
