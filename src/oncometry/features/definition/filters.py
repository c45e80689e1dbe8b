"""Convolutional filters as IBSI-2 defines them, voxel by voxel: the specification that the fast ones are held to.

Source: arXiv 2006.05470 ("the manual"). A kernel is a dict of offsets (dk, dj, di) from its center to weights.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = [
    "Kernel",
    "averaged",
    "convolved",
    "gabor",
    "laplacian_of_gaussian",
    "maximal",
    "mean",
    "outer",
    "rotations",
    "wavelet",
]

Offset = tuple[int, ...]
Kernel = dict[Offset, float]


def continued(image: FloatArray, index: Sequence[int], boundary: str) -> float:
    """The image's value at an index that may lie outside."""
    inside = []
    for position, size in zip(index, image.shape, strict=True):
        if boundary == "zero" and not 0 <= position < size:
            return 0.0
        if boundary == "nearest":
            position = min(max(position, 0), size - 1)
        if boundary == "periodic":
            position = position % size
        if boundary == "mirror":
            position = min(position % (2 * size), 2 * size - 1 - position % (2 * size))
        inside.append(position)
    return float(image[tuple(inside)])


def convolved(image: FloatArray, kernel: Kernel, boundary: str) -> FloatArray:
    """The sum over offsets of weight(offset) image(voxel - offset)."""
    response = np.zeros(image.shape)
    for voxel in np.ndindex(image.shape):
        for offset, weight in kernel.items():
            index = [v - o for v, o in zip(voxel, offset, strict=True)]
            response[voxel] += weight * continued(image, index, boundary)
    return response


def outer(taps_k: Kernel, taps_j: Kernel, taps_i: Kernel) -> Kernel:
    """A separable kernel from three along one axis, whose offsets are of one number."""
    return {
        (k, j, i): a * b * c
        for (((k,), a), ((j,), b), ((i,), c)) in itertools.product(
            taps_k.items(), taps_j.items(), taps_i.items()
        )
    }


def rotations(kernel: Kernel, plane: bool) -> list[Kernel]:
    """The kernel after each rotation by right angles: 24 in space, 4 about k."""
    turned = []
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            matrix = np.diag(signs) @ np.eye(3, dtype=int)[list(order)]
            keeps_slices = matrix[0, 0] == 1
            if round(np.linalg.det(matrix)) == 1 and (keeps_slices or not plane):
                turned.append(
                    {tuple((matrix @ offset).tolist()): weight for offset, weight in kernel.items()}
                )
    return turned


def maximal(responses: Sequence[FloatArray]) -> FloatArray:
    """Pooled by maximum."""
    return np.asarray(np.max(responses, axis=0))


def averaged(responses: Sequence[FloatArray]) -> FloatArray:
    """Pooled by average."""
    return np.asarray(np.mean(responses, axis=0))


def mean(support: int, dimensions: int) -> Kernel:
    """The mean over a cube, or a square in the slice."""
    half = support // 2
    reach = [0 if dimensions == 2 else half, half, half]
    offsets = itertools.product(*(range(-r, r + 1) for r in reach))
    return dict.fromkeys(offsets, 1 / support**dimensions)


def laplacian_of_gaussian(sigma: float, cutoff: float, dimensions: int) -> Kernel:
    """The kernel in its closed form, sigma in voxels, cut to a cube."""
    half = int(cutoff * sigma + 0.5)
    reach = [0 if dimensions == 2 else half, half, half]
    kernel = {}
    for offset in itertools.product(*(range(-r, r + 1) for r in reach)):
        squared = sum(o * o for o in offset)
        gaussian = math.exp(-squared / (2 * sigma**2)) / (math.sqrt(2 * math.pi) * sigma) ** dimensions
        kernel[offset] = gaussian * (squared - dimensions * sigma**2) / sigma**4
    return kernel


def wavelet(taps: Sequence[float], level: int) -> Kernel:
    """A wavelet's filter along one axis at a level, its taps spread by zeros ("a trous")."""
    spread = 2 ** (level - 1)
    center = len(taps) * spread // 2
    return {(m * spread - center,): tap for m, tap in enumerate(taps)}


def gabor(sigma: float, wavelength: float, gamma: float, theta: float, reach: int) -> tuple[Kernel, Kernel]:
    """In the plane of i and j, lengths in voxels, theta in radians: real and imaginary part."""
    real: Kernel = {}
    imaginary: Kernel = {}
    for j, i in itertools.product(range(-reach, reach + 1), repeat=2):
        along = i * math.cos(theta) + j * math.sin(theta)
        across = j * math.cos(theta) - i * math.sin(theta)
        envelope = math.exp(-(along**2 + gamma**2 * across**2) / (2 * sigma**2))
        real[(0, j, i)] = envelope * math.cos(2 * math.pi * along / wavelength)
        imaginary[(0, j, i)] = envelope * math.sin(2 * math.pi * along / wavelength)
    return real, imaginary
