"""Readings of one region as they might have been drawn: its boundary moved by a random field. Knows nothing of the model."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from oncometry.core.geometry import FloatArray
from oncometry.core.segmentation import Mask

__all__ = ["field", "levels"]

Spacing = tuple[float, float, float]


def levels(mask: Mask, spacing: Spacing) -> FloatArray:
    """Signed distance from the boundary half way between voxel centers, mm, negative inside."""
    outside = ndimage.distance_transform_edt(~mask, spacing)
    inside = ndimage.distance_transform_edt(mask, spacing)
    half = 0.5 * spacing[0]
    return np.asarray(np.where(mask, half - inside, outside - half))


def field(
    shape: tuple[int, ...], correlation_mm: float, spacing: Spacing, rng: np.random.Generator
) -> FloatArray:
    """A random field of standard deviation 1 whose correlation falls as exp(-d^2 / (2 correlation^2))."""
    sigma = [correlation_mm / np.sqrt(2) / s for s in spacing]
    smooth = ndimage.gaussian_filter(rng.normal(size=shape), sigma, mode="wrap")
    return np.asarray(smooth / _deviation(shape, sigma))


def _deviation(shape: tuple[int, ...], sigma: list[float]) -> float:
    """Of smoothed white noise: the root of the kernel's summed squares."""
    kernel = np.zeros(shape)
    kernel[tuple(n // 2 for n in shape)] = 1
    return float(np.sqrt((ndimage.gaussian_filter(kernel, sigma, mode="wrap") ** 2).sum()))
