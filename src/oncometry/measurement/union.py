"""Segments united within a region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Compartment, Segment
from oncometry.core.geometry import Index
from oncometry.core.segmentation import Contour, Mask, bounding_box

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

    Its name joins the numbers of the members that are there. Contours, probability and meaning come
    along where the union is all of one member: then the source's own outline is what is measured.
    A union of probabilities is their maximum.
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
    first = (start[0] + low[0], start[1] + low[1], start[2] + low[2])
    array = np.asfortranarray(found[box])
    one = there[0] if len(there) == 1 else None
    return Segment(
        number=there[0].number,
        name="+".join(str(s.number) for s in sorted(there, key=lambda s: s.number)),
        compartment=compartment,
        start=first,
        array=array,
        probability=_probability(there, first, array),
        contours=() if one is None else _contours(one, array),
        meaning=None if one is None else one.meaning,
    )


def _probability(members: Sequence[Segment], start: Index, array: Mask) -> NDArray[np.float32] | None:
    if any(s.probability is None for s in members):
        return None
    field = np.zeros(array.shape, dtype=np.float32, order="F")
    for member in members:
        if member.probability is not None:
            crop_into(field, start, member.probability, member.start)
    return field


def _contours(member: Segment, array: Mask) -> tuple[Contour, ...]:
    return member.contours if member.voxels == np.count_nonzero(array) else ()
