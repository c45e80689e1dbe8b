"""Foreground: the patient against air, by Otsu's threshold (doi:10.1109/TSMC.1979.4310076)."""

from __future__ import annotations

import numpy as np

from oncometry.core import Image
from oncometry.core.image import Voxels
from oncometry.core.segmentation import Mask

__all__ = ["foreground", "otsu_threshold"]

_BINS = 256


def otsu_threshold(values: Voxels) -> float | None:
    """The threshold that separates finite values best into two classes; None if they are all equal.

    Values beyond the 99.9th percentile count as that percentile, so that a few bright voxels do
    not decide.
    """
    finite = values[np.isfinite(values)].astype(np.float64, copy=False)
    if finite.size == 0:
        return None
    low, high = float(finite.min()), float(np.percentile(finite, 99.9))
    if high <= low:
        high = float(finite.max())
    if high <= low:
        return None
    counts, edges = np.histogram(np.minimum(finite, high), bins=_BINS, range=(low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = finite.size - below
    total = np.cumsum(counts * middles)
    apart = total[:-1] / np.maximum(below, 1) - (total[-1] - total[:-1]) / np.maximum(above, 1)
    return float(edges[1:-1][np.argmax(below * above * apart**2)])


def foreground(image: Image) -> Mask | None:
    """(ni, nj, nk) finite voxels above the threshold; None for an image without contrast."""
    threshold = otsu_threshold(image.array)
    if threshold is None:
        return None
    with np.errstate(invalid="ignore"):
        mask: Mask = (image.array > threshold) & np.isfinite(image.array)
    return mask
