"""One lesion at one time point, in every mask that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.measurement.lesions import lesion_masks
from oncometry.measurement.overlap import Place, Shared, gap_mm, shared
from oncometry.measurement.result import Lesion
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.visit import Visit, VisitMask

__all__ = ["Member", "Observation", "best_shared", "least_gap_mm", "observe"]


@dataclass(frozen=True, eq=False)
class Member:
    """A lesion in one mask."""

    mask: VisitMask
    lesion: Lesion
    place: Place

    def order(self) -> tuple[float, str, int]:
        """The largest first."""
        return -self.place.volume_mm3, self.mask.key, self.lesion.number


@dataclass(frozen=True, eq=False)
class Observation:
    """A lesion at a time point; `members` the largest first, at most one of each mask."""

    timepoint: int
    members: tuple[Member, ...]

    @property
    def size_mm3(self) -> float:
        return self.members[0].place.volume_mm3

    @cached_property
    def center(self) -> FloatArray:
        """(3,) common LPS mm."""
        return np.asarray(np.mean([m.place.center for m in self.members], axis=0))

    @property
    def trusted(self) -> bool:
        return any(m.mask.trusted for m in self.members)

    @property
    def tracking_uids(self) -> set[str]:
        return {m.lesion.tracking_uid for m in self.members if m.lesion.tracking_uid}

    @property
    def tracking_ids(self) -> set[str]:
        return {m.lesion.tracking_id for m in self.members if m.lesion.tracking_id}


def observe(visit: Visit, settings: MeasurementSettings) -> list[Observation]:
    """The visit's lesions, the largest first: those of different masks that overlap are one lesion.

    Masks that show two lesions where another shows one are not forced: the best overlaps pair first,
    and an observation holds at most one lesion of each mask.
    """
    members = sorted((m for mask in visit.masks for m in _members(mask, settings)), key=Member.order)
    group = {id(m): [m] for m in members}
    for _, _, a, b in sorted(_pairs(members, settings), key=lambda p: (-p[0], p[1])):
        one, other = group[id(a)], group[id(b)]
        keys = [m.mask.key for m in (*one, *other)]
        if one is other or len(set(keys)) < len(keys):
            continue
        one.extend(other)
        for member in other:
            group[id(member)] = one
    groups = {id(g): g for g in group.values()}.values()
    observations = [Observation(visit.timepoint, tuple(sorted(g, key=Member.order))) for g in groups]
    return sorted(observations, key=lambda o: o.members[0].order())


def best_shared(one: Observation, other: Observation) -> tuple[Shared, Member, Member] | None:
    """The best overlap of any two members whose places may be believed."""
    found = [
        (shared(a.place, b.place), a, b)
        for a in one.members
        for b in other.members
        if a.mask.trusted and b.mask.trusted
    ]
    return max(found, key=lambda f: f[0].dice) if found else None


def least_gap_mm(one: Observation, other: Observation, limit_mm: float) -> float:
    """Of any two members whose places may be believed; infinite where none are, or above the limit."""
    return min(
        (
            gap_mm(a.place, b.place, limit_mm)
            for a in one.members
            for b in other.members
            if a.mask.trusted and b.mask.trusted
        ),
        default=np.inf,
    )


def _members(mask: VisitMask, settings: MeasurementSettings) -> list[Member]:
    regions = lesion_masks(mask.segmentation, settings)
    if len(regions) != len(mask.measured.lesions):
        raise SettingsError(
            Code.SETTINGS,
            f"mask {mask.key} was measured with {len(mask.measured.lesions)} lesions, these settings "
            f"find {len(regions)}.",
            advice="Follow with the settings that measured.",
        )
    return [
        Member(mask, lesion, Place(mask, next(iter(found.values()))))
        for lesion, found in zip(mask.measured.lesions, regions, strict=True)
    ]


def _pairs(
    members: list[Member], settings: MeasurementSettings
) -> Iterator[tuple[float, int, Member, Member]]:
    """Score, rank and lesions of different masks that may be one."""
    for rank, (a, b) in enumerate(combinations(members, 2)):
        if a.mask is b.mask:
            continue
        if a.lesion.tracking_uid and a.lesion.tracking_uid == b.lesion.tracking_uid:
            yield 2.0, rank, a, b
        elif _same_space(a.mask, b.mask):
            found = shared(a.place, b.place)
            if found.of_smaller >= settings.match_overlap:
                yield found.dice, rank, a, b


def _same_space(one: VisitMask, other: VisitMask) -> bool:
    frames = {m.segmentation.geometry.frame_of_reference_uid for m in (one, other)}
    return (one.trusted and other.trusted) or (len(frames) == 1 and None not in frames)
