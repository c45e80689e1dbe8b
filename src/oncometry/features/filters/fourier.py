"""Filters that are defined by their spectrum: on a grid of frequencies of the whole image.

The grid is the consensus maps' (IBSI-2 tests 8.a.2 and 8.a.3 hold it to 1e-7 of their range): symmetric about its
middle, so that for an even number of voxels zero frequency falls between two samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from pydantic import Field

from oncometry.core.geometry import FloatArray
from oncometry.features.filters.window import Boundary, cut, whole

__all__ = ["Order", "frequencies", "on_spectrum", "riesz"]

_Degree = Annotated[int, Field(ge=0)]
Order = tuple[_Degree, _Degree, _Degree]
"""Degrees of a Riesz transform along x, y, z, which are i, j, k."""

Spectrum = Callable[[Sequence[int]], NDArray[Any]]
"""Gives a filter's transfer function, (nk, nj, ni) in the order of the FFT, for an image of that shape."""


def frequencies(shape: Sequence[int]) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Frequencies along k, j, i and their length, 1 at the Nyquist frequency; each broadcasts to the shape."""
    axes = [
        np.fft.ifftshift((np.arange(n) - (n - 1) / 2) / max((n - 1) / 2, 1.0)).reshape(
            [-1 if a == d else 1 for a in range(3)]
        )
        for d, n in enumerate(shape)
    ]
    k, j, i = axes
    return k, j, i, np.sqrt(k**2 + j**2 + i**2)


def riesz(shape: Sequence[int], order: Order) -> NDArray[Any]:
    """Transfer function of a Riesz transform of that order (the manual)."""
    k, j, i, length = frequencies(shape)
    total = sum(order)
    scale = math.sqrt(math.factorial(total) / math.prod(math.factorial(degree) for degree in order))
    unit = np.where(length > 0, length, 1.0)
    return (-1j) ** total * scale * (i / unit) ** order[0] * (j / unit) ** order[1] * (k / unit) ** order[2]


def on_spectrum(image: NDArray[Any], spectrum: Spectrum, boundary: Boundary) -> FloatArray:
    """The response of the whole image, which goes on periodically, or else is first continued by half its size."""
    margins = [(0, 0) if boundary is Boundary.PERIODIC else (n // 2, n // 2) for n in image.shape]
    padded = cut(image, whole(image.shape), margins, boundary)
    response = scipy.fft.ifftn(scipy.fft.fftn(padded) * spectrum(padded.shape)).real
    return np.asarray(
        response[tuple(slice(m, m + n) for (m, _), n in zip(margins, image.shape, strict=True))]
    )
