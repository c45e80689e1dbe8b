"""A region whose contour is drawn anew along the edges that the image has there.

Source: contour randomization of Zwanenburg et al., doi:10.1038/s41598-018-36938-4: supervoxels (SLIC, Achanta et al.,
doi:10.1109/TPAMI.2012.120) are taken with the probability by which the region covers them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core.geometry import FloatArray, Index, Point
from oncometry.core.segmentation import Mask

__all__ = ["REACH_MM", "randomized", "supervoxels"]

SURELY, NEVER = 0.9, 0.2
"""Parts covered from which, and below which, chance has no say."""

LARGEST_MM3 = 500.0
LEAST_VOXELS = 10
PER_REGION = 50
"""A supervoxel is so large, or so much of a small region, but never of fewer voxels than can have a shape."""

REACH_MM = 2 * math.cbrt(LARGEST_MM3) + 1
"""At most so far about a region supervoxels are read, so that those at its border are whole."""

ITERATIONS = 5

CONTRAST = 20.0
"""How much the region's range of values counts, in sides of a supervoxel: the inverse of SLIC's compactness."""


def randomized(
    image: NDArray[Any],
    start: Index,
    mask: Mask,
    spacing_mm: Point,
    rng: np.random.Generator,
    *,
    in_plane: bool,
) -> tuple[Index, Mask]:
    """The supervoxels about a region that are drawn.

    Args:
        image: (nk, nj, ni); values that are not finite count as the region's least.
        start, mask: first voxel i, j, k in the image, and (bk, bj, bi) box; not empty.
        spacing_mm: along i, j, k.
        in_plane: supervoxels are of one slice each.

    Returns:
        First voxel and box.
    """
    sides = _sides(int(np.count_nonzero(mask)), spacing_mm, in_plane=in_plane)
    room = 2 * np.array(sides)
    if in_plane:
        room[2] = 0
    low = np.maximum(np.subtract(start, room), 0)
    high = np.minimum(np.add(start, mask.shape[::-1]) + room, image.shape[::-1])
    cut = tuple(slice(int(a), int(b)) for a, b in zip(low[::-1], high[::-1], strict=True))
    within = np.subtract(start, low)[::-1]
    region = np.zeros(tuple((high - low)[::-1].tolist()), dtype=bool)
    region[tuple(slice(int(a), int(a) + n) for a, n in zip(within, mask.shape, strict=True))] = mask
    labels = supervoxels(_scaled(image[cut], region, spacing_mm), sides)
    chance = _chances(np.bincount(labels[region], minlength=labels.max() + 1), np.bincount(labels.ravel()))
    i, j, k = low.tolist()
    return (i, j, k), (rng.random(chance.size) < chance)[labels]


def _chances(inside: NDArray[np.int64], sizes: NDArray[np.int64]) -> FloatArray:
    """With which each supervoxel is taken: the part covered, by one factor so that the volume is expected to stay.

    Args:
        inside: (n,) voxels of each that the region covers.
        sizes: (n,) voxels of each.
    """
    covered = inside / np.maximum(sizes, 1)
    surely = (covered >= SURELY) | (covered == covered.max())
    chance = np.where(surely, 1.0, np.where(covered < NEVER, 0.0, covered))
    between = float(chance[~surely] @ sizes[~surely])
    if between > 0:
        chance[~surely] *= max(float(inside.sum() - sizes[surely].sum()) / between, 0.0)
    return np.asarray(np.minimum(chance, 1.0))


def supervoxels(scaled: FloatArray, sides: Sequence[int]) -> NDArray[np.int64]:
    """(k, j, i) numbers of compact groups of like voxels.

    Args:
        scaled: (k, j, i) values, the region's range being `CONTRAST`.
        sides: of a group, in voxels along i, j, k.
    """
    slic = sitk.SLICImageFilter()
    slic.SetNumberOfThreads(1)  # sums of several threads come in no order, and would not be the same again
    slic.SetSuperGridSize([min(side, n) for side, n in zip(sides, scaled.shape[::-1], strict=True)])
    slic.SetSpatialProximityWeight(1.0)
    slic.SetMaximumNumberOfIterations(ITERATIONS)
    slic.SetInitializationPerturbation(False)
    found = slic.Execute(sitk.GetImageFromArray(scaled))
    return np.asarray(sitk.GetArrayFromImage(found), dtype=np.int64)


def _scaled(image: NDArray[Any], region: Mask, spacing_mm: Point) -> FloatArray:
    """Values smoothed over a voxel, cut off a tenth beyond the region's range, which becomes `CONTRAST`."""
    values = image.astype(np.float64)
    inside = values[region & np.isfinite(values)]
    low, high = (float(inside.min()), float(inside.max())) if inside.size else (0.0, 0.0)
    span = high - low
    if span == 0:
        return np.zeros(image.shape)
    values = np.clip(np.where(np.isfinite(values), values, low), low - 0.1 * span, high + 0.1 * span)
    sigma = min(spacing_mm) / np.array(spacing_mm[::-1])
    return np.asarray(ndimage.gaussian_filter((values - low) * (CONTRAST / span), sigma))


def _sides(voxels: int, spacing_mm: Point, *, in_plane: bool) -> list[int]:
    """Of the supervoxels of a region of so many voxels, in voxels along i, j, k."""
    voxel_mm3 = math.prod(spacing_mm)
    most = max(min(LARGEST_MM3, voxels * voxel_mm3 / PER_REGION), LEAST_VOXELS * voxel_mm3)
    side_mm = math.sqrt(most / spacing_mm[2]) if in_plane else math.cbrt(most)
    sides = [max(round(side_mm / mm), 1) for mm in spacing_mm]
    return [*sides[:2], 1] if in_plane else sides
