"""Evidence near an outline: on which side of the midpoint between the two sides' own intensities a voxel lies.

A histogram calls voxels that hold both tissues outside; half of their volume is not. Near the outline the two
sides are therefore described by local means (S. Lankton, A. Tannenbaum 2008, doi:10.1109/TIP.2008.2004611).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.segmentation.hint.working_grid import Values

__all__ = ["border_evidence", "spread_within", "unseen_share"]

BAND = 3.0
"""Voxels on each side of the outline that are described so."""
NEAR = 1.5
"""Voxels beside the outline that may hold both tissues."""
WINDOW = 3.0
"""Standard deviation of the window of the means, voxels."""
MOST = 4.0
LEAST = 2.0
"""Step between the two means, in the lesion's spread, from which they are trusted; wholly at twice that."""
SEEN, USUAL = 1.0, 0.3
"""Step from which the image shows an outline: in the lesion's spread, and as a part of the median step all along it."""


def border_evidence(values: Values, inside: Values, noise: float) -> tuple[Values, Values]:
    """Log odds by two local normal distributions of equal spread, and how far to trust them, 0..1.

    Args:
        values: intensities.
        inside: the region so far, in 0..1.
        noise: spread of the lesion's intensities.
    """
    depth = _depth(inside)
    mean_in, mean_out, around = _sides(values, depth)
    step = mean_in - mean_out
    odds = step * (values - (mean_in + mean_out) / 2) / np.float32(max(noise, 1e-9) ** 2)
    mixed = np.sqrt(np.maximum(_local_mean((values - mean_out) ** 2, around), 0)) / np.maximum(
        np.abs(step), 1e-9
    )
    clear = np.clip((np.abs(step) / max(noise, 1e-9) - LEAST) / LEAST, 0, 1) * np.clip(2 - 2 * mixed, 0, 1)
    trust = np.where(np.abs(depth) <= BAND, clear, 0)
    return np.clip(odds, -MOST, MOST).astype(np.float32), trust.astype(np.float32)


def unseen_share(values: Values, inside: Values) -> float:
    """Part of the outline, 0..1, that the image does not show: where both sides look alike, or the other way round.

    There the outline is the hint's shape, or that of a part of what is meant.

    Args:
        values: intensities.
        inside: the region, in 0..1, not empty.
    """
    depth = _depth(inside)
    mean_in, mean_out, _ = _sides(values, depth)
    step = (mean_in - mean_out)[np.abs(depth) <= 1]
    usual = float(np.median(step))
    least = max(SEEN * spread_within(values, inside), USUAL * abs(usual))
    return float(np.mean(step * np.sign(usual) < least))


def spread_within(values: Values, inside: Values) -> float:
    """Robust standard deviation within the region, without its rim."""
    taken = inside > 0.5
    core = ndimage.binary_erosion(taken)
    chosen = values[core if np.count_nonzero(core) >= 20 else taken]
    if not chosen.size:
        return 1.0
    return 1.4826 * float(np.median(np.abs(chosen - np.median(chosen))))


def _depth(inside: Values) -> NDArray[np.float64]:
    """Voxels to the outline, negative outside."""
    taken = inside > 0.5
    return np.asarray(ndimage.distance_transform_edt(taken) - ndimage.distance_transform_edt(~taken))


def _sides(values: Values, depth: NDArray[np.float64]) -> tuple[Values, Values, Values]:
    """Local means within and around, and what counts as around."""
    within = (depth > min(NEAR, 0.6 * float(depth.max()))).astype(np.float32)
    around = ((depth < -NEAR) & (depth > -NEAR - 2 * BAND)).astype(np.float32)
    return _local_mean(values, within), _local_mean(values, around), around


def _local_mean(values: Values, weights: Values) -> Values:
    total = ndimage.gaussian_filter(values * weights, WINDOW)
    weight = ndimage.gaussian_filter(weights, WINDOW)
    whole = float((values * weights).sum() / max(float(weights.sum()), 1e-6))
    small = np.float32(1e-4)
    return np.asarray((total + small * whole) / (weight + small), dtype=np.float32)
