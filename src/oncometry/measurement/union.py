"""Segments united within a region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Compartment, Segment
from oncometry.core.geometry import Index
from oncometry.core.segmentation import Mask, bounding_box

__all__ = ["Box", "common_box", "crop_into", "unite"]

Box = tuple[Index, Index]
"""First voxel and one past the last."""


def common_box(segments: Sequence[Segment]) -> Box:
    """The box that holds all of the segments."""
    starts = np.array([s.start for s in segments])
    ends = starts + [s.array.shape for s in segments]
    low, high = starts.min(axis=0), ends.max(axis=0)
    return (int(low[0]), int(low[1]), int(low[2])), (int(high[0]), int(high[1]), int(high[2]))


def crop_into(target: NDArray[np.generic], start: Index, source: NDArray[np.generic], first: Index) -> None:
    """Unite `source`, whose first voxel is `first`, into `target`, whose first voxel is `start` (maximum)."""
    low = np.maximum(start, first)
    high = np.minimum(np.add(start, target.shape), np.add(first, source.shape))
    if (high <= low).any():
        return
    to = tuple(slice(a - s, b - s) for a, b, s in zip(low, high, start, strict=True))
    of = tuple(slice(a - s, b - s) for a, b, s in zip(low, high, first, strict=True))
    np.maximum(target[to], source[of], out=target[to])


def unite(members: Sequence[Segment], compartment: Compartment, start: Index, within: Mask) -> Segment | None:
    """The union of segments inside a region; None if it is empty.

    Its name joins the numbers of the members that are there; the meaning comes along where it is all of one
    member. A union of probabilities is their maximum, with one voxel around the region as far as they go:
    the outline lies between the region and its neighbors.
    """
    found = np.zeros(within.shape, dtype=bool, order="F")
    there: list[Segment] = []
    for member in members:
        part = np.zeros(within.shape, dtype=bool, order="F")
        crop_into(part, start, member.array, member.start)
        part &= within
        if part.any():
            found |= part
            there.append(member)
    if not there:
        return None
    low, box = bounding_box(found)
    first: Index = (start[0] + low[0], start[1] + low[1], start[2] + low[2])
    array: Mask = np.asfortranarray(found[box])
    probability = None
    if all(s.probability is not None for s in there):
        first, array = _with_margin(first, array, common_box(there))
        probability = _probability(there, first, array)
    return Segment(
        number=there[0].number,
        name="+".join(str(s.number) for s in sorted(there, key=lambda s: s.number)),
        compartment=compartment,
        start=first,
        array=array,
        probability=probability,
        meaning=there[0].meaning if len(there) == 1 else None,
    )


def _with_margin(first: Index, array: Mask, within: Box) -> tuple[Index, Mask]:
    before = np.minimum(np.subtract(first, within[0]), 1)
    after = np.minimum(np.subtract(within[1], np.add(first, array.shape)), 1)
    padded = np.pad(array, [(int(b), int(a)) for b, a in zip(before, after, strict=True)])
    i, j, k = (int(n) for n in np.subtract(first, before))
    return (i, j, k), np.asfortranarray(padded)


def _probability(members: Sequence[Segment], start: Index, array: Mask) -> NDArray[np.float32]:
    field = np.zeros(array.shape, dtype=np.float32, order="F")
    for member in members:
        if member.probability is not None:
            crop_into(field, start, member.probability, member.start)
    return field
