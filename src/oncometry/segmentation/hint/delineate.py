"""One lesion from one hint on a working grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oncometry.segmentation.hint.border import border_evidence, spread_within
from oncometry.segmentation.hint.intensity import apart, bins_of, log_ratio
from oncometry.segmentation.hint.relax import relax
from oncometry.segmentation.hint.settings import HintSettings
from oncometry.segmentation.hint.shape import Shape
from oncometry.segmentation.hint.working_grid import Values, WorkingGrid

__all__ = ["Delineated", "delineate"]

SHELL = 1.45
"""What lies around the lesion is learned up to this many radii of the shape."""
BEYOND = 1.3
"""No lesion beyond this many radii."""
NECK = 0.3
"""What is thinner than this part of the lesion's mean radius does not hold parts together."""


@dataclass(frozen=True, eq=False)
class Delineated:
    """A region on the working grid.

    Attributes:
        inside: (ni, nj, nk) in 0..1.
        apart: how different its intensities are from those around it, 0..1.
    """

    inside: Values
    apart: float


def delineate(grid: WorkingGrid, shape: Shape, settings: HintSettings) -> Delineated:
    """The region about `shape` that the intensities, its outline's price and the shape agree on."""
    smooth = ndimage.gaussian_filter(grid.values, 0.6)
    radius = shape.radius(grid)
    seeds = shape.seeds(grid)
    bins = bins_of(smooth, smooth[seeds > 0])
    belief = np.clip(settings.prior * (1 - radius), -2 * settings.prior, settings.prior)
    belief[radius > BEYOND] = -50.0
    price = settings.smoothness * _edge_price(smooth, seeds)
    inside = np.clip(1.5 - radius, 0, 1)
    learn = seeds + 0.25 * (radius < 0.7)
    for _ in range(settings.rounds):
        outside = _shell(radius, inside)
        likely = log_ratio(bins, learn, outside)
        inside = relax(likely + belief, price, inside, settings.iterations)
        learn = np.where(inside > 0.5, inside, 0) + 0.2 * seeds
    spread = spread_within(grid.values, inside)
    for _ in range(settings.border_rounds):
        odds, trust = border_evidence(grid.values, inside, spread)
        mixed = trust * odds + (1 - trust) * likely + belief
        inside = relax(mixed.astype(np.float32), price, inside, settings.iterations)
    inside = _one_part(inside, seeds)
    taken = (inside > 0.5).astype(np.float32)
    return Delineated(inside, apart(bins, taken, _shell(radius, inside)) if taken.any() else 0.0)


def _shell(radius: Values, inside: Values) -> Values:
    """Weight of what lies around the region and near the shape."""
    grown = ndimage.binary_dilation(inside > 0.5, iterations=1)
    return np.asarray(~grown & (radius < SHELL), dtype=np.float32)


def _edge_price(smooth: Values, seeds: Values) -> Values:
    """0.3..1: an outline is cheaper where the intensity changes by more than the seeds' own spread."""
    slope = ndimage.gaussian_gradient_magnitude(smooth, 0.7)
    noise = float(np.median(slope[seeds > 0])) + 1e-9
    return np.asarray(0.3 + 0.7 / (1 + (slope / (3 * noise)) ** 2), dtype=np.float32)


def _one_part(inside: Values, seeds: Values) -> Values:
    """Without what hangs on it by a neck, and without other parts."""
    taken = inside > 0.5
    if not taken.any():
        return inside
    depth = ndimage.distance_transform_edt(np.pad(taken, 1))[1:-1, 1:-1, 1:-1]
    neck = NECK * float(depth.max())
    core = depth > neck
    parts, _ = ndimage.label(core)
    met = np.bincount(parts.ravel(), weights=(seeds + 1e-3).ravel())
    met[0] = 0
    kept = parts == int(met.argmax())
    near = ndimage.distance_transform_edt(~kept) <= neck + 1
    return np.asarray(np.where(taken & ~near, 0, inside), dtype=np.float32)
