"""Noise as strong as the image's own.

Source: Chang, Yu and Vetterli, doi:10.1109/83.862633: the median of the absolute diagonal detail coefficients of the
finest scale, by 0.6745; with the undecimated Coiflet 1 within slices, as Zwanenburg et al., doi:10.1038/s41598-018-36938-4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pywt
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core.geometry import FloatArray, Index
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment

__all__ = ["noise_deviation", "with_noise"]

NORMAL_MEDIAN = 0.6744897501960817
"""Of the absolute value of a standard normal variable."""

MARGIN = 32
"""Voxels within slices about the regions that the noise is told from: it differs from place to place."""


def noise_deviation(array: NDArray[Any]) -> float:
    """Standard deviation of the noise of a (nk, nj, ni) image; 0 where most of it is flat."""
    detail = array.astype(np.float64)
    high = np.array(pywt.Wavelet("coif1").dec_hi)
    for axis in (1, 2):
        detail = ndimage.convolve1d(detail, high, axis=axis, mode="mirror")
    return float(np.median(np.abs(detail, out=detail), overwrite_input=True)) / NORMAL_MEDIAN


def with_noise(image: Image, segments: Sequence[Segment], rng: np.random.Generator) -> Image:
    """The image and normal noise of the deviation that is found about the segments.

    Values that are not finite stay as they are, and are left out of the estimate with their slice's neighborhood.
    """
    about = image.array[_about(image.geometry.shape, segments)].T
    sigma = noise_deviation(np.nan_to_num(about, nan=0.0, posinf=0.0, neginf=0.0))
    noise: FloatArray = rng.standard_normal(image.geometry.shape[::-1])
    noise *= sigma
    noise += image.array.T
    return image.with_array(noise.T)


def _about(shape: Index, segments: Sequence[Segment]) -> tuple[slice, slice, slice]:
    """The box of all segments and a margin within slices; the whole image where they are empty."""
    boxes = [(s.start, np.add(s.start, s.array.shape)) for s in segments if s.array.size]
    if not boxes:
        return slice(None), slice(None), slice(None)
    margin = (MARGIN, MARGIN, 0)
    low = np.maximum(np.min([start for start, _ in boxes], axis=0) - margin, 0)
    high = np.minimum(np.max([end for _, end in boxes], axis=0) + margin, shape)
    i, j, k = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return i, j, k
