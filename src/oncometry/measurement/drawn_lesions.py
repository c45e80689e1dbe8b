"""Which polygons are of which lesion, where a tumor was drawn as contours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Geometry, Segment
from oncometry.core.geometry import Index
from oncometry.core.polygons import area_and_centroid
from oncometry.core.segmentation import Mask
from oncometry.io.contours import ContourPlane, fill
from oncometry.measurement.identity import Seed, grown
from oncometry.measurement.stack import Slab, Stack, islands_of, stack_of

__all__ = ["Island", "bridged", "draw", "extent_of", "stacks_in"]


@dataclass(frozen=True, eq=False)
class Island:
    """A polygon with its holes, and (n, 3) the voxels that stand for it: at least one."""

    slab: Slab
    voxels: NDArray[np.intp]


Islands = Mapping[int, Sequence[Island]]
"""By number of the segment."""


def draw(segments: Sequence[Segment], geometry: Geometry) -> Islands:
    """The islands of each segment's contours."""
    return {
        s.number: [Island(i, _voxels(i, geometry)) for i in islands_of(stack_of(s.contours, geometry))]
        for s in segments
    }


def extent_of(segment: Segment, islands: Sequence[Island]) -> Segment:
    """The segment with the voxels of all its islands: also of those too small to hold a voxel's center."""
    index = np.concatenate([np.argwhere(segment.array) + segment.start, *(i.voxels for i in islands)])
    if not len(index):
        return segment
    low, high = index.min(axis=0), index.max(axis=0) + 1
    array: Mask = np.zeros(high - low, dtype=bool, order="F")
    array[tuple((index - low).T)] = True
    return replace(segment, start=_index(low), array=array)


def bridged(seeds: Sequence[Seed], islands: Islands) -> list[Seed]:
    """Seeds united where one polygon reaches into both: a neck may be thinner than a voxel."""
    found = list(seeds)
    for island in (i for group in islands.values() for i in group):
        touched = [seed for seed in found if _holds(seed, island)]
        if len(touched) < 2:
            continue
        whole = touched[0]
        for seed in touched[1:]:
            whole = grown(whole, seed)
        found = [whole, *(seed for seed in found if seed not in touched)]
    return found


def stacks_in(seed: Seed, islands: Islands) -> dict[int, Stack]:
    """By segment, its polygons in the seed."""
    return {number: tuple(i.slab for i in group if _holds(seed, i)) for number, group in islands.items()}


def _holds(seed: Seed, island: Island) -> bool:
    index = island.voxels - seed.start
    fits = ((index >= 0) & (index < seed.array.shape)).all(axis=1)
    return bool(seed.array[tuple(index[fits].T)].any())


def _voxels(island: Slab, geometry: Geometry) -> NDArray[np.intp]:
    """Those whose centers lie in it; where none does, the one that its own center lies in."""
    points = np.concatenate(island.polygons)
    low = np.array([*points.min(axis=0), island.low])
    high = np.array([*points.max(axis=0), island.high])
    first = np.clip(np.floor(low), 0, np.subtract(geometry.shape, 1)).astype(int)
    last = np.clip(np.ceil(high) + 1, first + 1, geometry.shape).astype(int)
    plane = ContourPlane(island.level, island.polygons, 0, island.low, island.high)
    inside = np.argwhere(fill([plane], _index(first), _index(last - first))) + first
    if len(inside):
        return np.asarray(inside)
    center = np.rint([*area_and_centroid(island.polygons)[1:], island.level]).astype(int)
    return np.asarray(np.clip(center, 0, np.subtract(geometry.shape, 1))[None])


def _index(values: NDArray[np.intp]) -> Index:
    i, j, k = values.tolist()
    return i, j, k
