"""What local intensity and spatial autocorrelation are, in plain Python.

Source: IBSI reference manual, sections 3.2, 3.1.28 and 3.1.29 (arXiv 1612.07003).
"""

from __future__ import annotations

from itertools import permutations
from math import dist, nan, pi

import numpy as np

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.region import Box, Region

__all__ = ["local_intensity", "moran_geary"]


def local_intensity(region: Region) -> tuple[float, float]:
    """Local and global intensity peak; at least one voxel in the intensity mask."""
    radius = (3 / (4 * pi)) ** (1 / 3) * 10
    step = region.spacing_mm[::-1]
    places = np.argwhere(np.ones(region.image.shape))
    peaks: list[tuple[float, float]] = []
    for at in np.argwhere(region.intensity) + region.start:
        near = [p for p in places if dist(p * step, at * step) <= radius]
        peaks.append(
            (float(region.image[tuple(at)]), sum(float(region.image[tuple(p)]) for p in near) / len(near))
        )
    return max(peaks)[1], max(mean for _, mean in peaks)


def moran_geary(image: FloatArray, mask: Box, spacing_mm: Point) -> tuple[float, float]:
    """Moran's I and Geary's C of the voxels of a mask (k, j, i); a pair weighs one over its distance in mm."""
    places = np.argwhere(mask)
    voxels = [(tuple(place * spacing_mm[::-1]), float(image[tuple(place)])) for place in places]
    n = len(voxels)
    mean = sum(x for _, x in voxels) / n
    variance = sum((x - mean) ** 2 for _, x in voxels)
    if n < 2 or variance == 0:
        return nan, nan
    weights = moran = geary = 0.0
    for (p, x), (q, y) in permutations(voxels, 2):
        weight = 1 / dist(p, q)
        weights += weight
        moran += weight * (x - mean) * (y - mean)
        geary += weight * (x - y) ** 2
    return n / weights * moran / variance, (n - 1) / (2 * weights) * geary / variance
