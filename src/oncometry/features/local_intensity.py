"""Local intensity: the peak, as a mean over a ball of 1 cm3.

Source: IBSI reference manual, section 3.2 (arXiv 1612.07003).
"""

from __future__ import annotations

from math import ceil, pi

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature
from oncometry.features.region import Region

__all__ = ["RADIUS_MM", "TABLE", "local_intensity"]

TABLE: tuple[Feature, ...] = (
    Feature("local_intensity_peak", "VJGA", "loc_peak_loc", "{u}"),
    Feature("global_intensity_peak", "0F91", "loc_peak_glob", "{u}"),
)

RADIUS_MM = (3 / (4 * pi)) ** (1 / 3) * 10
"""Of a ball of 1 cm3: 6.2035 mm."""


def local_intensity(region: Region) -> FloatArray:
    """(2,) in the order of TABLE; NaN without voxels in the intensity mask.

    Means are over all voxels of the image, in the region or not, whose centers lie in the ball. The local peak is
    around the voxel of highest intensity, and around the one with the highest mean where several share it.
    """
    inside = region.intensity.astype(bool)
    if not inside.any():
        return np.full(len(TABLE), np.nan)
    around, start = _neighborhood(region)
    means = _native.local_means(around, start, region.intensity, region.spacing_mm, RADIUS_MM)[inside]
    box = tuple(slice(first, first + size) for first, size in zip(start, inside.shape, strict=True))
    values = around[box][inside]
    return np.array((means[values == values.max()].max(), means.max()))


def _neighborhood(region: Region) -> tuple[FloatArray, tuple[int, int, int]]:
    """The box and a radius of image around it, and where in that the box begins."""
    margins = [ceil(RADIUS_MM / step) for step in region.spacing_mm[::-1]]
    low = [max(0, first - margin) for first, margin in zip(region.start, margins, strict=True)]
    ends = zip(low, region.start, region.intensity.shape, margins, strict=True)
    cut = tuple(slice(begin, first + size + margin) for begin, first, size, margin in ends)
    k, j, i = (first - begin for first, begin in zip(region.start, low, strict=True))
    return np.ascontiguousarray(region.image[cut], dtype=np.float64), (k, j, i)
