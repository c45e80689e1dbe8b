"""Crop or pad to a size, about the center. Exact: voxels are cut off or added, none changes."""

from __future__ import annotations

import numpy as np

from oncometry.core import Geometry, Image
from oncometry.core.geometry import Index
from oncometry.preprocessing.resample import outside_value

__all__ = ["crop_pad", "sized_grid"]


def crop_pad(image: Image, size: Index, outside: float | None = None) -> Image:
    """The image with `size` voxels, cropped or padded equally at both ends (the odd one at the end).

    Args:
        image: (ni, nj, nk).
        size: voxels wanted along i, j, k.
        outside: value of added voxels; by default -1000 on CT, else 0.
    """
    fill = outside_value(image) if outside is None else outside
    needed = np.min_scalar_type(int(fill)) if float(fill).is_integer() else np.dtype(np.float32)
    kind = np.result_type(image.array.dtype, needed)
    array = np.full(size, fill, dtype=kind, order="F")
    into, out_of = [], []
    for n, wanted in zip(image.array.shape, size, strict=True):
        first = (n - wanted) // 2 if n >= wanted else -((wanted - n) // 2)
        into.append(slice(max(0, -first), max(0, -first) + min(n, wanted)))
        out_of.append(slice(max(0, first), max(0, first) + min(n, wanted)))
    array[tuple(into)] = image.array[tuple(out_of)]
    return image.with_array(array, sized_grid(image.geometry, size))


def sized_grid(geometry: Geometry, size: Index) -> Geometry:
    """The grid of `size` voxels about the same center (to half a voxel)."""
    start = [(n - w) // 2 if n >= w else -((w - n) // 2) for n, w in zip(geometry.shape, size, strict=True)]
    return geometry.crop((start[0], start[1], start[2]), size)
