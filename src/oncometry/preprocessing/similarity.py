"""How well two images lie on each other: normalized mutual information of their overlap.

Studholme, Hill and Hawkes (1999, doi:10.1016/S0031-3203(98)00091-0) define
NMI = (H(F) + H(M)) / H(F, M), in 1..2, with the marginal and joint entropies taken on the overlap
only, so that it does not reward a small overlap. Given here is NMI - 1 = I(F; M) / H(F, M), in
0..1: 0 for images that say nothing about each other, 1 for images that determine each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core.geometry import FloatArray
from oncometry.core.image import Voxels
from oncometry.preprocessing.sitk import transform_of

__all__ = ["BINS", "Similarity", "similarity"]

BINS = 32
_RANGE_PERCENTILES = (0.5, 99.5)
_OUTSIDE = -1e30


@dataclass(frozen=True)
class Similarity:
    """How well two images agree, and on how much.

    Attributes:
        quality: 0..1, as defined above.
        overlap: 0..1, part of the smaller image that the other covers.
        voxels: number of them in the overlap.
    """

    quality: float
    overlap: float
    voxels: int


def similarity(fixed: sitk.Image, moving: sitk.Image, matrix: FloatArray) -> Similarity:
    """Of the moving image pulled onto the fixed grid (linear), 32 x 32 bins of equal width.

    Bins run between the 0.5th and 99.5th percentile of each whole image; values beyond count
    into the end bins.

    Args:
        fixed, moving: float32, finite.
        matrix: (4, 4), fixed LPS mm to moving LPS mm.
    """
    resampler = sitk.ResampleImageFilter()
    resampler.SetReferenceImage(fixed)
    resampler.SetTransform(transform_of(matrix))
    resampler.SetDefaultPixelValue(_OUTSIDE)
    pulled = sitk.GetArrayFromImage(resampler.Execute(moving))
    inside = pulled > _OUTSIDE / 2
    shared = int(np.count_nonzero(inside))
    smaller = min(_volume(fixed), _volume(moving)) / float(np.prod(fixed.GetSpacing()))
    overlap = min(1.0, shared / smaller)
    if shared == 0:
        return Similarity(0.0, 0.0, 0)
    whole = sitk.GetArrayFromImage(fixed)
    f = _binned(whole[inside], _limits(whole))
    m = _binned(pulled[inside], _limits(sitk.GetArrayFromImage(moving)))
    joint = np.bincount(f * BINS + m, minlength=BINS * BINS).reshape(BINS, BINS) / shared
    both = _entropy(joint)
    if both == 0:
        return Similarity(0.0, overlap, shared)
    information = _entropy(joint.sum(axis=0)) + _entropy(joint.sum(axis=1)) - both
    return Similarity(float(np.clip(information / both, 0.0, 1.0)), overlap, shared)


def _volume(image: sitk.Image) -> float:
    return float(np.prod(image.GetSpacing()) * np.prod(image.GetSize()))


def _limits(values: Voxels) -> tuple[float, float]:
    low, high = np.percentile(values, _RANGE_PERCENTILES)
    if high <= low:
        low, high = values.min(), values.max()
    return float(low), float(high)


def _binned(values: Voxels, limits: tuple[float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    low, high = limits
    scaled = (values - low) * (BINS / max(high - low, 1e-12))
    return np.clip(scaled, 0, BINS - 1).astype(np.intp)


def _entropy(probabilities: FloatArray) -> float:
    p = probabilities[probabilities > 0]
    return float(-(p * np.log(p)).sum())
