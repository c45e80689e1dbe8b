"""The graph between the lesions known so far and those of the next time point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.measurement.observation import Member, Observation, best_shared
from oncometry.measurement.result import Match, Relation
from oncometry.measurement.settings import MeasurementSettings

__all__ = ["Edge", "link"]

OF_SMALLER = 0.5
"""A lesion with this part inside another is at its place, however different their sizes."""

BY_IDENTITY = ("tracking uid", "tracking id")


@dataclass(frozen=True, eq=False)
class Edge:
    """From a known lesion (its last observation) to one of the next time point, by their indices."""

    earlier: int
    later: int
    method: str
    score: float
    shared_mm3: float
    ends: tuple[Member, Member]

    def to_match(self, relation: Relation) -> Match:
        """The edge as it is kept."""
        one, other = self.ends
        return Match(
            one.lesion.number,
            other.lesion.number,
            relation,
            self.method,
            min(max(self.score, 0.0), 1.0),
            one.mask.key,
            other.mask.key,
        )

    def strength(self) -> tuple[bool, float, float, int, int]:
        """Identity first, then the larger shared volume."""
        by_id = self.method in BY_IDENTITY
        return by_id, self.shared_mm3, self.score, -self.earlier, -self.later


def link(
    known: Sequence[Observation], found: Sequence[Observation], settings: MeasurementSettings
) -> list[Edge]:
    """Edges by tracking UID, else tracking ID, else overlap, else (of what has none) the nearest centroids."""
    edges = _by_uid(known, found)
    edges += _by_id(known, found, edges)
    named = {e.earlier for e in edges}, {e.later for e in edges}
    for a, one in enumerate(known):
        for b, other in enumerate(found):
            if a in named[0] or b in named[1]:
                continue
            best = best_shared(one, other)
            if best is None:
                continue
            measure, *ends = best
            if measure.dice >= settings.match_overlap or measure.of_smaller >= OF_SMALLER:
                edges.append(Edge(a, b, "overlap", measure.dice, measure.volume_mm3, (ends[0], ends[1])))
    return edges + _by_distance(known, found, edges, settings.match_distance_mm)


def _by_uid(known: Sequence[Observation], found: Sequence[Observation]) -> list[Edge]:
    """Of lesions that share a tracking UID with one lesion only; place decides where UIDs contradict."""
    pairs = [
        (a, b)
        for a, one in enumerate(known)
        for b, other in enumerate(found)
        if one.tracking_uids & other.tracking_uids
    ]
    return [
        _named(known, found, a, b, "tracking uid")
        for a, b in pairs
        if sum(p[0] == a for p in pairs) == 1 and sum(p[1] == b for p in pairs) == 1
    ]


def _by_id(known: Sequence[Observation], found: Sequence[Observation], edges: Sequence[Edge]) -> list[Edge]:
    """By tracking ID, which is free text: only where no UID linked, and one lesion a date has it."""
    taken = {e.earlier for e in edges}, {e.later for e in edges}
    linked = []
    for text in sorted({text for one in known for text in one.tracking_ids}):
        before = [n for n, one in enumerate(known) if text in one.tracking_ids]
        after = [n for n, other in enumerate(found) if text in other.tracking_ids]
        if len(before) == len(after) == 1 and before[0] not in taken[0] and after[0] not in taken[1]:
            linked.append(_named(known, found, before[0], after[0], "tracking id"))
            taken[0].add(before[0])
            taken[1].add(after[0])
    return linked


def _named(known: Sequence[Observation], found: Sequence[Observation], a: int, b: int, method: str) -> Edge:
    ends = (known[a].members[0], found[b].members[0])
    return Edge(a, b, method, 1.0, found[b].size_mm3, ends)


def _by_distance(
    known: Sequence[Observation], found: Sequence[Observation], edges: Sequence[Edge], limit_mm: float
) -> list[Edge]:
    """One to one, the nearest first."""
    used = {e.earlier for e in edges}, {e.later for e in edges}
    near = [
        (float(np.linalg.norm(one.center - other.center)), a, b)
        for a, one in enumerate(known)
        for b, other in enumerate(found)
        if a not in used[0] and b not in used[1] and one.trusted and other.trusted
    ]
    chosen: list[Edge] = []
    for distance, a, b in sorted(near):
        if distance >= limit_mm or a in used[0] or b in used[1]:
            continue
        used[0].add(a)
        used[1].add(b)
        ends = (known[a].members[0], found[b].members[0])
        chosen.append(Edge(a, b, "distance", 1 - distance / limit_mm, 0.0, ends))
    return chosen
