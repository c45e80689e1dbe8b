"""Contours of one plane that repeat or partly overlap: each counts once, and their union is inside.

A contour within another is a hole. Two that partly overlap are no hole of one another, and one drawn twice is
not its own: by the even-odd rule alone what they share would be lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Geometry, Notice
from oncometry.core.geometry import FloatArray
from oncometry.core.polygons import Polygons, area, difference, even_odd, intersection, united
from oncometry.core.segmentation import Contour
from oncometry.io.contours import drawn_planes

__all__ = ["without_overlaps"]

Relation = NDArray[np.bool_]
"""(n, n) of each contour of a plane (row) to each."""

SAME_PIXELS = 0.1
"""Contours that lie closer than this, on average over their length, are one: points are rounded or set anew."""
TOUCHING = 1e-3
"""Part of the smaller contour: sharing less, two lie side by side."""


def without_overlaps(
    contours: Sequence[Contour], geometry: Geometry, name: str, *, exclusive: bool
) -> tuple[tuple[Contour, ...], tuple[Notice, ...]]:
    """Contours, lowest first, with the even-odd inside that was meant; drawn ones stay as they are where they can.

    Args:
        name: of the region, for the notices.
        exclusive: what lies in two contours is outside.

    Returns:
        The contours, and `CONTOURS_OVERLAP` notices.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where a contour is not parallel to the slices.
    """
    found: list[Contour] = []
    repeats = overlaps = 0
    for plane in drawn_planes(contours, geometry):
        insides = [even_odd([polygon]) for polygon in plane.polygons]
        within, apart = _relations(insides)
        once = np.flatnonzero(~np.tril(within & within.T, -1).any(axis=1))
        repeats += len(insides) - len(once)
        within, apart = within[np.ix_(once, once)], apart[np.ix_(once, once)]
        if (within | within.T | apart).all():
            found += [plane.contours[n] for n in once]
            continue
        overlaps += not exclusive
        members = [insides[n] for n in once]
        region = even_odd([p for m in members for p in m]) if exclusive else _union(members, within)
        found += [_drawn(polygon, plane.level, geometry) for polygon in region]
    return tuple(found), _notices(name, repeats, overlaps)


def _relations(insides: Sequence[Polygons]) -> tuple[Relation, Relation]:
    """Whether each lies within each, also within itself; and whether they lie side by side."""
    sizes = np.array([area(inside) for inside in insides])
    lengths = np.array([_length(inside) for inside in insides])
    shared = np.diag(sizes)
    for one, other in zip(*np.nonzero(np.triu(_boxes_meet(insides), 1)), strict=True):
        shared[one, other] = shared[other, one] = area(intersection(insides[one], insides[other]))
    apart = shared <= TOUCHING * np.minimum(sizes, sizes[:, None])
    within = sizes[:, None] - shared <= SAME_PIXELS / 2 * lengths[:, None]
    return (within & ~apart) | np.eye(len(sizes), dtype=bool), apart


def _length(inside: Polygons) -> float:
    return float(sum(np.linalg.norm(np.roll(p, -1, axis=0) - p, axis=1).sum() for p in inside))


def _boxes_meet(insides: Sequence[Polygons]) -> Relation:
    nowhere = np.full((1, 2), np.inf)
    low = np.array([np.concatenate([*i, nowhere]).min(axis=0) for i in insides])
    high = np.array([np.concatenate([*i, -nowhere]).max(axis=0) for i in insides])
    meet = (low[:, None] <= high[None]).all(axis=2)
    return np.asarray(meet & meet.T)


def _union(members: Sequence[Polygons], within: Relation) -> Polygons:
    """Of all that are no holes, each without its own holes; what lies within a hole is none again."""
    depth = np.zeros(len(members), dtype=int)
    order = np.argsort([-area(m) for m in members], kind="stable").tolist()
    for place, n in enumerate(order):
        around = [m for m in order[:place] if within[n, m]]
        depth[n] = max((depth[m] + 1 for m in around), default=0)
    found = []
    for n in np.flatnonzero(depth % 2 == 0).tolist():
        holes = [members[h] for h in np.flatnonzero(within[:, n] & (depth == depth[n] + 1)).tolist()]
        found.append(difference(members[n], united(holes)) if holes else members[n])
    return united(found)


def _drawn(polygon: FloatArray, level: float, geometry: Geometry) -> Contour:
    return geometry.to_world(np.column_stack([polygon, np.full(len(polygon), level)]))


def _notices(name: str, repeats: int, overlaps: int) -> tuple[Notice, ...]:
    found = []
    if repeats:
        what = f"{name}: {repeats} contours repeat another of their plane; each was counted once."
        found.append(Notice(Code.CONTOURS_OVERLAP, what))
    if overlaps:
        what = (
            f"{name}: contours partly overlap on {overlaps} planes; what lies in either was taken as inside."
        )
        found.append(Notice(Code.CONTOURS_OVERLAP, what))
    return tuple(found)
