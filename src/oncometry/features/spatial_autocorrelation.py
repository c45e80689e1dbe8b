"""Moran's I and Geary's C of a region's intensities, over all pairs of its voxels.

A pair weighs one over its distance, so a sum over pairs is a sum over displacements of weight times correlation, and
that is a product in Fourier space: exact, and it never makes the list of pairs.

Source: IBSI reference manual, sections 3.1.28 and 3.1.29 (arXiv 1612.07003).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from oncometry.core.geometry import FloatArray, Point

__all__ = ["moran_geary"]

_CHUNK_BYTES = 1 << 22  # of a spectrum at a time: what a cache holds, which halves the time of a large region


def moran_geary(image: NDArray[Any], mask: NDArray[np.bool_], spacing_mm: Point) -> tuple[float, float]:
    """Moran's I and Geary's C; NaN with fewer than two voxels or where all are alike.

    Args:
        image: (bk, bj, bi), in the box of the region.
        mask: (bk, bj, bi), the intensity mask.
        spacing_mm: along i, j, k.
    """
    n = int(mask.sum())
    if n < 2 or image[mask].min() == image[mask].max():
        return np.nan, np.nan
    deviation = np.zeros(mask.shape)
    deviation[mask] = image[mask] - image[mask].mean()
    squares = deviation**2
    products = weights = mixed = 0.0
    for spectrum, d, m, s in _spectra((deviation, mask.astype(np.float64), squares), spacing_mm):
        products += float(np.sum(spectrum * (d.real**2 + d.imag**2)))
        weights += float(np.sum(spectrum * (m.real**2 + m.imag**2)))
        mixed += float(np.sum(spectrum * (s.real * m.real + s.imag * m.imag)))
    variance = float(squares.sum())
    moran = n / weights * products / variance
    geary = (n - 1) / weights * (mixed - products) / variance
    return moran, geary


def _spectra(fields: tuple[FloatArray, ...], spacing_mm: Point) -> Iterator[tuple[NDArray[Any], ...]]:
    """Spectra of the weights and of the fields, in pieces, on a grid so large that displacements do not wrap around.

    The spectrum of the weights holds the factor by which sums of products over frequencies are sums over pairs.
    """
    half = tuple(fft.next_fast_len(size, real=True) for size in fields[0].shape)
    nk, nj, ni = (2 * size for size in half)
    weights = _weight_spectrum(half, spacing_mm)
    rows = [fft.rfft(field, ni, axis=2) for field in fields]
    step = max(1, _CHUNK_BYTES // (nk * nj * 16))
    folded_k, folded_j = (np.minimum(np.arange(n), n - np.arange(n)) for n in (nk, nj))
    for begin in range(0, half[2] + 1, step):
        piece = slice(begin, begin + step)
        planes = (fft.fft(np.ascontiguousarray(row[:, :, piece]), nj, axis=1) for row in rows)
        yield (
            weights[:, :, piece][np.ix_(folded_k, folded_j)],
            *(fft.fft(plane, nk, axis=0) for plane in planes),
        )


def _weight_spectrum(half: tuple[int, ...], spacing_mm: Point) -> FloatArray:
    """Weights are even along each axis, so their spectrum is a cosine transform of an eighth of them."""
    k, j, i = (np.arange(size + 1) * step for size, step in zip(half, spacing_mm[::-1], strict=True))
    square = k[:, None, None] ** 2 + j[None, :, None] ** 2 + i[None, None, :] ** 2
    square[0, 0, 0] = np.inf  # a voxel and itself are no pair
    spectrum: FloatArray = fft.dctn(1 / np.sqrt(square), type=1)
    spectrum[:, :, 1:-1] *= 2  # frequencies of the other sign, which a transform of real values leaves out
    spectrum /= np.prod(2 * np.asarray(half))
    return spectrum
