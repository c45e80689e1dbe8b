"""The graph between the lesions known so far and those of the next time point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from oncometry.measurement.observation import Member, Observation, best_shared, least_gap_mm
from oncometry.measurement.result import Match, Relation
from oncometry.measurement.settings import MeasurementSettings

__all__ = ["Edge", "link"]

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
    """Edges by tracking UID, else tracking ID, else overlap, else (of what has none) the smallest gap."""
    edges = _by_uid(known, found)
    edges += _by_id(known, found, edges)
    edges += _by_overlap(known, found, edges, settings.match_overlap)
    return edges + _by_distance(known, found, edges, settings.match_distance_mm)


def _by_overlap(
    known: Sequence[Observation], found: Sequence[Observation], edges: Sequence[Edge], least: float
) -> list[Edge]:
    """Of lesions not named, every pair of which the smaller lies in the other to that part: splits, merges too."""
    named = {e.earlier for e in edges}, {e.later for e in edges}
    linked = []
    for a, one in enumerate(known):
        for b, other in enumerate(found):
            if a in named[0] or b in named[1]:
                continue
            best = best_shared(one, other)
            if best is not None and best[0].of_smaller >= least:
                measure, *ends = best
                linked.append(Edge(a, b, "overlap", measure.dice, measure.volume_mm3, (ends[0], ends[1])))
    return linked


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
    """Of lesions without an edge: one to one, the sum of scores greatest; what is left over, to the nearest.

    A lesion that is left over beside one that goes on became part of it, or came from it.
    """
    alone = [a for a in range(len(known)) if all(e.earlier != a for e in edges)]
    unborn = [b for b in range(len(found)) if all(e.later != b for e in edges)]
    if not (known and found and (alone or unborn)):
        return []
    scores = np.array([[_nearness(one, other, limit_mm) for other in found] for one in known])
    rows, columns = linear_sum_assignment(scores[np.ix_(alone, unborn)], maximize=True)
    pairs = {(alone[i], unborn[j]) for i, j in zip(rows, columns, strict=True)}
    pairs = {pair for pair in pairs if scores[pair] > 0}
    left = set(alone) - {a for a, _ in pairs}, set(unborn) - {b for _, b in pairs}
    pairs |= {(a, int(scores[a].argmax())) for a in left[0]}
    pairs |= {(int(scores[:, b].argmax()), b) for b in left[1]}
    return [
        Edge(a, b, "distance", float(scores[a, b]), 0.0, (known[a].members[0], found[b].members[0]))
        for a, b in sorted(pairs)
        if scores[a, b] > 0
    ]


def _nearness(one: Observation, other: Observation, limit_mm: float) -> float:
    """1 where they touch, 0 from the limit on."""
    return max(0.0, 1 - least_gap_mm(one, other, limit_mm) / limit_mm)
