"""Whether a head lies as its header says, by the shape of the brain alone: told only where it is plain.

A brain is longest from front to back, and heavier behind and below than before and above. Its moments of second and third
order say so in 37 numbers. Those of the images are held against a usual brain's in all 24 ways of turning it along the
axes. Left for right cannot be told: a brain is nearly its own mirror image.
"""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Geometry, Notice
from oncometry.core.segmentation import Mask

__all__ = ["turned_notices"]

Moments = tuple[NDArray[np.float64], NDArray[np.float64]]
"""(3, 3) and (3, 3, 3) about the center, LPS axes, in units of the root mean square distance of one axis."""

MARGIN = 0.05
"""By how much another direction must fit better: sum of squares over all moments."""
CUT_AREA_MM2 = 2500.0
"""A brain that is cut off by the images' border over more than this has another shape."""
MOST_VOXELS = 100_000
AXES = (("left", "right"), ("posterior", "anterior"), ("superior", "inferior"))
TURNS = [
    turn
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3))
    if np.linalg.det(turn := np.diag(signs)[list(order)]) > 0
]
"""The 24 rotations along the axes, a brain's directions to the header's."""


def turned_notices(brain: Mask, geometry: Geometry) -> list[Notice]:
    """A notice where the brain looks turned against the header's directions.

    Args:
        brain: (ni, nj, nk) on the grid of `geometry`.
    """
    if _cut_area_mm2(brain, geometry) > CUT_AREA_MM2:
        return []
    found = _moments(brain, geometry)
    usual = _usual()
    misfit = [_distance(found, _turned(usual, turn)) for turn in TURNS]
    best = int(np.argmin(misfit))
    stated = misfit[next(n for n, turn in enumerate(TURNS) if np.array_equal(turn, np.eye(3)))]
    gain = stated - misfit[best]
    return [_notice(TURNS[best], gain)] if gain > MARGIN else []


def _usual() -> Moments:
    """Of the MNI152 brain (ICBM 2009a) and a head drawn in 14 poses, their mean, left and right made equal."""
    second = np.diag([0.887, 1.327, 0.786])
    third = np.zeros((3, 3, 3))
    second[1, 2] = second[2, 1] = -0.100
    for axes, value in {
        (0, 0, 1): 0.009,
        (0, 0, 2): -0.032,
        (1, 1, 1): -0.288,
        (1, 1, 2): -0.080,
        (1, 2, 2): 0.149,
        (2, 2, 2): -0.024,
    }.items():
        for order in permutations(axes):
            third[order] = value
    return second, third


def _moments(brain: Mask, geometry: Geometry) -> Moments:
    inside = np.flatnonzero(brain.ravel(order="F"))
    chosen = inside[:: max(1, len(inside) // MOST_VOXELS)]
    points = geometry.to_world(
        np.stack(np.unravel_index(chosen, brain.shape, order="F"), axis=1).astype(float)
    )
    points = points - points.mean(axis=0)
    points /= max(float(np.sqrt((points**2).mean())), 1e-6)
    count = len(points)
    return points.T @ points / count, np.einsum("ni,nj,nk->ijk", points, points, points) / count


def _turned(moments: Moments, turn: NDArray[np.float64]) -> Moments:
    second, third = moments
    return turn @ second @ turn.T, np.einsum("ia,jb,kc,abc->ijk", turn, turn, turn, third)


def _distance(one: Moments, other: Moments) -> float:
    return float(sum(((a - b) ** 2).sum() for a, b in zip(one, other, strict=True)))


def _cut_area_mm2(brain: Mask, geometry: Geometry) -> float:
    """Area of the brain in the outermost voxels of the grid."""
    area = 0.0
    for axis in range(3):
        a, b = (spacing for n, spacing in enumerate(geometry.spacing_mm) if n != axis)
        faces = np.count_nonzero(brain.take(0, axis)) + np.count_nonzero(brain.take(-1, axis))
        area += a * b * faces
    return area


def _notice(turn: NDArray[np.float64], gain: float) -> Notice:
    """`turn` leads from the brain's directions to the header's."""
    said = []
    for axis, (name, _) in enumerate(AXES):
        column = turn[:, axis]
        at = int(np.argmax(np.abs(column)))
        stated = AXES[at][0] if column[at] > 0 else AXES[at][1]
        if stated != name and axis > 0:
            said.append(f"what it calls {stated} looks {name}")
    what = "; ".join(said)
    return Notice(
        Code.HEAD_TURNED,
        f"by the shape of the brain the head does not lie as the header says: {what} (misfit {gain:.2f} above that of the "
        f"other direction, told above {MARGIN:g}). Check the image's orientation.",
    )
