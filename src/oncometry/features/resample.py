"""Interpolation of an image and a mask as IBSI aligns grids: by center.

Source: IBSI reference manual (arXiv 1612.07003), section 2.4. A new axis has ceil(n s / s') voxels, and its center is
the old one's; beyond the image the outermost voxel goes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core.geometry import FloatArray, Index, Point
from oncometry.features.ibsi_spec import ResampleSettings
from oncometry.features.pose import STILL, Pose

__all__ = ["AlignedGrid", "resample_image", "resample_mask"]

_ORDER = {"nearest": 0, "linear": 1, "cubic": 3}
_SPLINE_REACH = 32
"""Voxels beyond a box that its cubic spline is computed from: the influence of those further away is below 1e-18."""

_DIGITS = 9
"""Interpolated values are compared and rounded as if they had so many digits: a half is a half."""


@dataclass(frozen=True, eq=False)
class AlignedGrid:
    """A grid of other spacing about the same center, or turned and moved from there.

    Attributes:
        spacing_mm, shape: along i, j, k.
        origin: (3,) index of its first voxel's center in the old grid.
        steps: (3, 3), columns are one new voxel along i, j, k in old ones; diagonal unless it is turned.
    """

    spacing_mm: Point
    shape: Index
    origin: FloatArray
    steps: FloatArray

    @classmethod
    def of(
        cls, shape: Index, spacing_mm: Point, settings: ResampleSettings, pose: Pose = STILL
    ) -> AlignedGrid:
        """The grid that the settings ask for; in another pose it covers what it covers unmoved."""
        axes = [
            _axis(n, old, old if new is None else new)
            for n, old, new in zip(shape, spacing_mm, settings.spacing_mm, strict=True)
        ]
        spacing, count, origin, step = zip(*axes, strict=True)
        if not pose.moves:
            return cls(spacing, count, np.array(origin), np.diag(step))
        steps = pose.matrix * spacing / np.array(spacing_mm)[:, None]
        covering = pose.shape_over(count, spacing)
        center = (np.array(shape) - 1) / 2
        return cls(spacing, covering, center - steps @ ((np.array(covering) - 1) / 2 - pose.shift), steps)

    def reach(self, start: Index, shape: Index) -> tuple[Index, Index]:
        """First voxel and shape of the box of the new grid that covers voxels of the old one."""
        ends = np.array([np.array(start) - 1, np.add(start, shape)])
        corners = np.stack(np.meshgrid(*ends.T, indexing="ij")).reshape(3, -1)
        found = np.linalg.solve(self.steps, corners - self.origin[:, None])
        lowest = np.maximum(np.floor(found.min(axis=1)), 0).astype(int)
        highest = np.minimum(np.ceil(found.max(axis=1)).astype(int), np.array(self.shape) - 1)
        i, j, k = lowest.tolist()
        ni, nj, nk = np.maximum(highest - lowest + 1, 0).tolist()
        return (i, j, k), (ni, nj, nk)


def resample_image(
    array: NDArray[np.generic], grid: AlignedGrid, start: Index, shape: Index, settings: ResampleSettings
) -> FloatArray:
    """A box of the image on the new grid, rounded where the settings say so.

    Args:
        array: (nk, nj, ni) on the old grid.
        grid: the new grid.
        start, shape: box of the new grid, i, j, k.

    Returns:
        (bk, bj, bi).
    """
    order = _ORDER[settings.image]
    found = _pull(array, grid, start, shape, order)
    return np.rint(found.round(_DIGITS)) if settings.round else found


def resample_mask(
    box: NDArray[np.bool_], box_start: Index, grid: AlignedGrid, settings: ResampleSettings
) -> tuple[Index, NDArray[np.bool_]]:
    """A mask on the new grid.

    Args:
        box: (bk, bj, bi) bool on the old grid; outside it nothing is inside.
        box_start: i, j, k of its first voxel.
        grid: the new grid.

    Returns:
        First voxel i, j, k in the new grid, and a (k, j, i) bool box that holds all of it.
    """
    nk, nj, ni = box.shape
    start, shape = grid.reach(box_start, (ni, nj, nk))
    padded = np.pad(box.astype(np.float64), 1)
    local = AlignedGrid(grid.spacing_mm, grid.shape, grid.origin - box_start + 1, grid.steps)
    value = _pull(padded, local, start, shape, _ORDER[settings.mask])
    return start, value.round(_DIGITS) >= round(settings.mask_threshold, _DIGITS)


def _axis(count: int, old_mm: float, new_mm: float) -> tuple[float, int, float, float]:
    """Spacing, number of voxels, index of the first one in the old axis, and step."""
    if old_mm == new_mm:
        return old_mm, count, 0.0, 1.0
    ratio = round(count * old_mm / new_mm, _DIGITS)
    wanted = max(math.ceil(ratio), 1)
    step = new_mm / old_mm
    return new_mm, wanted, ((count - 1) - (wanted - 1) * step) / 2, step


def _pull(
    array: NDArray[np.generic], grid: AlignedGrid, start: Index, shape: Index, order: int
) -> FloatArray:
    """(k, j, i) values of a box of the new grid, from as much of the old one as decides them."""
    ends = np.array([start, np.add(start, shape) - 1]).T
    corners = np.stack(np.meshgrid(*ends, indexing="ij")).reshape(3, -1)
    read = (grid.origin[:, None] + grid.steps @ corners)[::-1]
    margin = _SPLINE_REACH if order > 1 else 1
    last = np.array(array.shape) - 1
    low = np.clip(np.floor(read.min(axis=1)).astype(int) - margin, 0, last)
    high = np.clip(np.ceil(read.max(axis=1)).astype(int) + margin, low, last)
    cut = array[tuple(slice(a, b + 1) for a, b in zip(low, high, strict=True))].astype(np.float64)
    steps = grid.steps[::-1, ::-1]
    is_turned = np.count_nonzero(steps - np.diag(np.diag(steps)))
    found: FloatArray = ndimage.affine_transform(
        cut,
        steps if is_turned else np.diag(steps),
        read[:, 0] - low,
        shape[::-1],
        order=order,
        mode="nearest",
        output=np.float64,
    )
    return found
