"""Where lesions come from: the source's own identities first, connected parts for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Compartment, Segment
from oncometry.core.geometry import Geometry, Index
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.measurement.components import joined_components
from oncometry.measurement.union import common_box, crop_into

__all__ = ["Seed", "grown", "lesion_seeds"]


@dataclass(frozen=True, eq=False)
class Seed:
    """The voxels of one lesion, all compartments, in their box, with the identity the source gave it."""

    start: Index
    array: Mask
    tracking_uid: str | None = None
    tracking_id: str | None = None


def lesion_seeds(tumor: Sequence[Segment], geometry: Geometry, join_mm: float) -> list[Seed]:
    """Part the tumor's segments into lesions.

    Segments with tracking UIDs are lesions if the UIDs tell lesions apart rather than tissues (`_tracked`).
    What is left is parted into connected components, whatever segments it has; one that adjoins a lesion
    with an identity (edema around a tracked core) goes to it, to the largest if it adjoins several.
    """
    named, rest = _named(tumor)
    seeds = [_seed_of(group) for group in named]
    parts = _parts(rest, seeds, geometry, join_mm)
    if not seeds:
        return parts
    seeds.sort(key=lambda s: (-int(s.array.sum()), s.start[::-1], s.tracking_uid or ""))
    alone: list[Seed] = []
    for part in parts:
        near = next((n for n, s in enumerate(seeds) if _adjoin(s, part, geometry, join_mm)), None)
        if near is None:
            alone.append(part)
        else:
            seeds[near] = grown(seeds[near], part)
    return [*seeds, *alone]


def _named(tumor: Sequence[Segment]) -> tuple[list[list[Segment]], list[Segment]]:
    """Segments that are a lesion together, and those without an identity."""
    by_uid: dict[str, list[Segment]] = {}
    for segment in tumor:
        if segment.tracking_uid:
            by_uid.setdefault(segment.tracking_uid, []).append(segment)
    groups = list(by_uid.values()) if _tracked(by_uid) else []
    taken = {s.number for group in groups for s in group}
    return groups, [s for s in tumor if s.number not in taken]


def _tracked(by_uid: dict[str, list[Segment]]) -> bool:
    """Whether tracking UIDs name lesions.

    They name tissues if every segment has its own UID and its own compartment, none of them the whole.
    """
    compartments = [s.compartment for group in by_uid.values() for s in group]
    if not compartments:
        return False
    shared = any(len(group) > 1 for group in by_uid.values())
    repeated = max(Counter(compartments).values()) > 1
    return shared or repeated or len(compartments) == 1 or Compartment.WHOLE in compartments


def _union(segments: Sequence[Segment]) -> tuple[Index, Mask]:
    start, end = common_box(segments)
    array: Mask = np.zeros(np.subtract(end, start), dtype=bool, order="F")
    for segment in segments:
        crop_into(array, start, segment.array, segment.start)
    return start, array


def _seed_of(group: Sequence[Segment]) -> Seed:
    start, array = _union(group)
    return Seed(start, array, group[0].tracking_uid, group[0].tracking_id)


def _parts(rest: Sequence[Segment], seeds: Sequence[Seed], geometry: Geometry, join_mm: float) -> list[Seed]:
    """Joined components of what no seed holds."""
    if not rest:
        return []
    start, array = _union(rest)
    for seed in seeds:
        taken = np.zeros(array.shape, dtype=bool, order="F")
        crop_into(taken, start, seed.array, seed.start)
        array &= ~taken
    labels, count = joined_components(array, geometry, join_mm)
    parts = []
    for number in range(1, count + 1):
        own = labels == number
        low, box = bounding_box(own)
        first = (start[0] + low[0], start[1] + low[1], start[2] + low[2])
        parts.append(Seed(first, np.asfortranarray(own[box])))
    return parts


def _adjoin(seed: Seed, part: Seed, geometry: Geometry, join_mm: float) -> bool:
    """Whether the part touches the seed or is less than `join_mm` from it."""
    start, array = _both(seed, part)
    labels, _ = joined_components(array, geometry, join_mm)
    marks = []
    for one in (seed, part):
        own = np.zeros(array.shape, dtype=bool, order="F")
        crop_into(own, start, one.array, one.start)
        marks.append(set(np.unique(labels[own]).tolist()))
    return bool(marks[0] & marks[1])


def _both(one: Seed, other: Seed) -> tuple[Index, Mask]:
    low = np.minimum(one.start, other.start)
    high = np.maximum(np.add(one.start, one.array.shape), np.add(other.start, other.array.shape))
    start = (int(low[0]), int(low[1]), int(low[2]))
    array: Mask = np.zeros(high - low, dtype=bool, order="F")
    crop_into(array, start, one.array, one.start)
    crop_into(array, start, other.array, other.start)
    return start, array


def grown(seed: Seed, part: Seed) -> Seed:
    """A lesion with what belongs to it."""
    start, array = _both(seed, part)
    return replace(seed, start=start, array=array)
