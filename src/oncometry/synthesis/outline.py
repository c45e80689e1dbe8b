"""Diameters by brute force: the oracle, independent of how `measurement` finds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform

from oncometry.core.geometry import FloatArray

__all__ = ["SliceDiameters", "diameters"]

OFFSET_MM = 0.1


@dataclass(frozen=True)
class SliceDiameters:
    """Longest diameter over all slices, and the longest perpendicular to it on the same slice."""

    longest_mm: float
    perpendicular_mm: float
    slice: int


def diameters(shares: NDArray[np.floating], spacing_mm: tuple[float, float, float]) -> SliceDiameters | None:
    """Of a region given as share of each voxel (ni, nj, nk), 0..1; outlines are its one-half contours.

    All outlines of a slice count as one; a diameter may leave the region. None if there is no outline.
    """
    best: SliceDiameters | None = None
    for k in np.flatnonzero((shares >= 0.5).any(axis=(0, 1))):
        polygons = _outlines(shares[:, :, k], spacing_mm)
        points = np.concatenate(polygons)
        apart = squareform(pdist(points))
        start, end = np.unravel_index(int(np.argmax(apart)), apart.shape)
        longest = float(apart[start, end])
        if best is None or longest > best.longest_mm:
            across = _perpendicular(polygons, (points[end] - points[start]) / longest)
            best = SliceDiameters(longest, across, int(k))
    return best


def _outlines(share: NDArray[np.floating], spacing_mm: tuple[float, float, float]) -> list[FloatArray]:
    """Closed polygons (n, 2) in mm along i, j."""
    padded = np.pad(share, 1)
    x = np.arange(padded.shape[0]) * spacing_mm[0]
    y = np.arange(padded.shape[1]) * spacing_mm[1]
    lines = contour_generator(x, y, padded.T).lines(0.5 - 1e-9)
    return [np.asarray(line, float) for line in lines]


def _perpendicular(polygons: list[FloatArray], along: FloatArray) -> float:
    """Longest extent across `along` (a unit vector), over cuts 0.1 mm apart."""
    across = np.array([-along[1], along[0]])
    starts = np.concatenate([p[:-1] for p in polygons])
    ends = np.concatenate([p[1:] for p in polygons])
    t0, t1, s0, s1 = starts @ along, ends @ along, starts @ across, ends @ across
    low, high = min(t0.min(), t1.min()), max(t0.max(), t1.max())
    cuts = np.arange(low + OFFSET_MM / 2, high, OFFSET_MM)[:, None]
    crossed = (t0 <= cuts) != (t1 <= cuts)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = s0 + (cuts - t0) / (t1 - t0) * (s1 - s0)
    top = np.where(crossed, at, -np.inf).max(axis=1)
    bottom = np.where(crossed, at, np.inf).min(axis=1)
    extent = (top - bottom)[np.isfinite(top)]
    return float(extent.max()) if extent.size else 0.0
