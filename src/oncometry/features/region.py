"""One region of one image, as the feature families take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import Point

__all__ = ["Box", "Levels", "Region"]

Box = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Region:
    """One region of one image, cut to the box of its morphological mask.

    All arrays are C-contiguous or views of such and indexed [k, j, i]: `i` runs fastest.

    Attributes:
        image: (nk, nj, ni), the whole image, real; what lies outside the region is read by local intensity alone.
        start: k, j, i of the box's first voxel in the image.
        morphological: (bk, bj, bi), 1 in the region as drawn (after resampling).
        intensity: (bk, bj, bi), 1 where values count: the morphological mask after re-segmentation.
        spacing_mm: along i, j, k.
    """

    image: NDArray[Any]
    start: tuple[int, int, int]
    morphological: Box
    intensity: Box
    spacing_mm: Point


@dataclass(frozen=True, eq=False)
class Levels:
    """Gray levels of a region in its box, with a border one voxel wide of level 0, which is outside.

    Attributes:
        array: (bk + 2, bj + 2, bi + 2), C-contiguous, uint8 if `count` is at most 255, else uint16; indexed [k, j, i].
        count: the number of gray levels Ng; inside the region levels are 1 ... count.
    """

    array: NDArray[np.uint8] | NDArray[np.uint16]
    count: int
