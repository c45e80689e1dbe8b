"""A click alone: how far the lesion reaches in every direction, and the ellipsoid of that.

Along each ray the end is where the evidence for the lesion, summed from the click, is highest; a median over neighboring
rays takes back those that ran into a vessel or a wall of the same intensity.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from oncometry.core.geometry import FloatArray
from oncometry.segmentation.hint.intensity import bins_of, log_ratio
from oncometry.segmentation.hint.shape import Shape
from oncometry.segmentation.hint.working_grid import Values, WorkingGrid

__all__ = ["of_click"]

DIRECTIONS = 400
NEIGHBORS = 40
SAMPLES = 120
SEED_MM = 2.5
ROUNDS = 4
AGAINST = 0.1
"""Evidence a sample against going on, so that rays in alike tissue end."""
LONGEST = 2.0
"""A ray is at most this many times the median one."""


def of_click(grid: WorkingGrid, click_mm: FloatArray, reach_mm: float) -> Shape:
    """The ellipsoid about a click (3,) image mm.

    Args:
        reach_mm: longest ray.
    """
    rays = _directions()
    near = cKDTree(rays).query(rays, NEIGHBORS)[1]
    lengths = np.linspace(0, reach_mm, SAMPLES + 1)[1:]
    smooth = ndimage.gaussian_filter(grid.values, 0.7)
    seed_mm = max(SEED_MM, 1.5 * float(grid.step_mm.min()))
    shape = Shape(click_mm, np.eye(3), np.full(3, seed_mm), seed=(1, 1, 1))
    far = reach_mm
    for _ in range(ROUNDS):
        inside = shape.seeds(grid)
        bins = bins_of(smooth, smooth[inside > 0])
        around = shape.radius(grid)
        outside = ((around > 1.15) & (around < 1.15 + far / float(shape.half_mm.mean()))).astype(np.float32)
        evidence = log_ratio(bins, inside, outside)
        spokes = _ends(grid, evidence, click_mm, rays, lengths)
        ends = np.median(spokes[near], axis=1)
        ends = np.minimum(ends, LONGEST * np.median(ends))
        shape = _ellipsoid(click_mm + rays * ends[:, None], click_mm, 0.7 * seed_mm)
        far = max(0.8 * float(shape.half_mm.mean()), 6.0)
    return shape


def _ends(
    grid: WorkingGrid, evidence: Values, click_mm: FloatArray, rays: FloatArray, lengths: FloatArray
) -> FloatArray:
    """(n,) mm from the click to the end of each ray."""
    places = (click_mm - grid.first_mm + rays[:, None, :] * lengths[None, :, None]) / grid.step_mm
    met = ndimage.map_coordinates(
        evidence, places.reshape(-1, 3).T, order=1, mode="constant", cval=-1.0
    ).reshape(len(rays), len(lengths))
    total = np.cumsum(np.clip(met, -2, 2) - AGAINST, axis=1)
    return np.asarray(lengths[np.argmax(total, axis=1)])


def _ellipsoid(points: FloatArray, click_mm: FloatArray, least_mm: float) -> Shape:
    """With the same center and second moments as the points (n, 3) of a surface."""
    center = points.mean(axis=0)
    centered = points - center
    _, spread, axes = np.linalg.svd(centered, full_matrices=False)
    half = np.maximum(spread * np.sqrt(3 / len(points)), least_mm)
    inside = float(np.linalg.norm((axes @ (click_mm - center)) / half))
    if inside > 0.9:
        half = half * inside / 0.9
    return Shape(center, axes, half, seed=(0.5, 0.5, 0.5))


def _directions() -> FloatArray:
    """(n, 3) unit vectors, evenly spread (Fibonacci)."""
    index = np.arange(DIRECTIONS) + 0.5
    up = 1 - 2 * index / DIRECTIONS
    turn = np.pi * (1 + np.sqrt(5.0)) * index
    flat = np.sqrt(1 - up**2)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), up], axis=1)
