"""The same lesion in every series of a date, and at every date."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oncometry.core import LesionStatus
from oncometry.measurement.link import Edge, link
from oncometry.measurement.observation import Observation, observe
from oncometry.measurement.result import Match, Relation, Tracked
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.states import State, state_without
from oncometry.measurement.visit import Visit, VisitMask

__all__ = ["Visit", "VisitMask", "follow"]

MEASURED = (LesionStatus.MEASURED, "")
WITHOUT_ORDER = (LesionStatus.NOT_EVALUABLE, "nothing tells which visit came first: lesions are not compared")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:oncometry:tracking-uid")


@dataclass(eq=False)
class _Track:
    """A lesion while it is followed."""

    observations: list[Observation]
    matches: list[tuple[int, int, Match]] = field(default_factory=list)
    merged_into: _Track | None = None
    merged_at: dict[int, _Track] = field(default_factory=dict)
    split_from: _Track | None = None

    @property
    def last(self) -> Observation:
        return self.observations[-1]


def follow(
    visits: Sequence[Visit], settings: MeasurementSettings | None = None, *, ordered: bool = True
) -> tuple[Tracked, ...]:
    """Follow lesions through a patient's visits.

    At one date, lesions of different masks that overlap in the common space are one lesion. From date to
    date they are linked by tracking UID or ID, overlap or gap to where each was last seen. Of a lesion
    that splits, the largest shared part goes on and the others begin, related to it; of lesions that merge,
    the one that shares most goes on, and the others are not evaluable from then on, unless they part again.
    A lesion that begins where an earlier visit showed nothing is new.
    Adding later dates changes neither ids nor earlier states, but for what was 'not yet' there.

    Args:
        visits: any order; each time point once.
        settings: as measured with.
        ordered: whether it is known which visit came first. Where not, each visit's lesions stand alone: a split
            would be a merger the other way round, and growth be shrinkage.
    """
    chosen = settings or MeasurementSettings()
    in_turn = sorted(visits, key=lambda v: v.timepoint)
    tracks: list[_Track] = []
    for visit in in_turn:
        found = observe(visit, chosen)
        edges = link([t.last for t in tracks], found, chosen) if ordered else []
        _go_on(tracks, found, edges)
        for track in tracks:
            if track.merged_into is not None and track.merged_into.last.timepoint == visit.timepoint:
                track.merged_at[visit.timepoint] = track.merged_into
    uids: set[str] = set()
    tracked = []
    for number, track in enumerate(tracks, start=1):
        states = {v.timepoint: _state(tracks, track, v, chosen) for v in in_turn}
        if not ordered:
            states = {t: (MEASURED if t == track.last.timepoint else WITHOUT_ORDER) for t in states}
        tracked.append(_tracked(track, number, states, uids))
    return tuple(tracked)


def _tracked(track: _Track, number: int, states: dict[int, State], uids: set[str]) -> Tracked:
    return Tracked(
        display_id=f"L{number}",
        tracking_uid=_tracking_uid(track, uids),
        states=states,
        members={(o.timepoint, m.mask.key): m.lesion.number for o in track.observations for m in o.members},
        matches=(*_newness(track, states), *track.matches),
    )


def _newness(track: _Track, states: Mapping[int, State]) -> list[tuple[int, int, Match]]:
    """The edge of a lesion whose place showed nothing at the visit before its first."""
    first = track.observations[0]
    before = [t for t in states if t < first.timepoint]
    if not before or states[before[-1]][0] is not LesionStatus.ABSENT:
        return []
    member = first.members[0]
    match = Match(None, member.lesion.number, Relation.NEW, "absence", 1.0, "", member.mask.key)
    return [(before[-1], first.timepoint, match)]


def _go_on(tracks: list[_Track], found: Sequence[Observation], edges: Sequence[Edge]) -> None:
    """Hand each observation to the track that goes on in it; the rest begin new ones."""
    heirs: dict[int, int] = {}
    holders: dict[int, int] = {}
    for edge in sorted(edges, key=Edge.strength, reverse=True):
        if edge.earlier not in heirs and edge.later not in holders:
            heirs[edge.earlier] = edge.later
            holders[edge.later] = edge.earlier
    old = list(tracks)
    last = [t.last.timepoint for t in old]
    begun = {b: _Track([o]) for b, o in enumerate(found) if b not in holders}
    owners = {b: old[holders[b]] if b in holders else begun[b] for b in range(len(found))}
    edges = [e for e in edges if not _known(old[e.earlier], owners[e.later])]
    for edge in sorted(edges, key=Edge.strength, reverse=True):
        track, owner = old[edge.earlier], owners[edge.later]
        relation = Relation.SPLIT if owner.merged_into is not None else _relation(edge, edges)
        entry = (last[edge.earlier], found[edge.later].timepoint, edge.to_match(relation))
        if edge.later in begun:
            owner.matches.append(entry)
            owner.split_from = owner.split_from or track
        else:
            track.matches.append(entry)
        if edge.earlier not in heirs and owner is not track:
            track.merged_into = owner
    for a, b in heirs.items():
        old[a].observations.append(found[b])
        old[a].merged_into = None
    tracks.extend(begun[b] for b in sorted(begun))


def _known(track: _Track, owner: _Track) -> bool:
    """Whether one is merged into the other: that they share an observation is nothing that happens now."""
    return track is not owner and (track.merged_into is owner or owner.merged_into is track)


def _relation(edge: Edge, edges: Sequence[Edge]) -> Relation:
    if sum(e.later == edge.later for e in edges) > 1:
        return Relation.MERGE
    if sum(e.earlier == edge.earlier for e in edges) > 1:
        return Relation.SPLIT
    return Relation.SAME


def _state(tracks: Sequence[_Track], track: _Track, visit: Visit, settings: MeasurementSettings) -> State:
    if any(o.timepoint == visit.timepoint for o in track.observations):
        return MEASURED
    earlier = [o for o in track.observations if o.timepoint < visit.timepoint]
    if visit.timepoint in track.merged_at:
        return LesionStatus.NOT_EVALUABLE, f"merged with {_name(tracks, track.merged_at[visit.timepoint])}"
    parent = track.split_from
    if not earlier and parent is not None:
        status, reason = _state(tracks, parent, visit, settings)
        if status is LesionStatus.MEASURED:
            return LesionStatus.NOT_EVALUABLE, f"part of {_name(tracks, parent)}"
        return status, reason
    reference = earlier[-1] if earlier else track.observations[0]
    return state_without(reference, visit, settings, before=not earlier)


def _name(tracks: Sequence[_Track], track: _Track) -> str:
    return f"L{next(n for n, t in enumerate(tracks, 1) if t is track)}"


def _tracking_uid(track: _Track, taken: set[str]) -> str:
    """The first observation's own, if no other lesion took it; else derived from its content."""
    given = [m.lesion.tracking_uid for m in track.observations[0].members]
    first = track.observations[0].members[0]
    content = f"{first.mask.key}/{first.lesion.number}/{first.place.segment.voxels}"
    derived = f"2.25.{uuid.uuid5(NAMESPACE, content).int}"
    uid = next((u for u in given if u and u not in taken), derived)
    taken.add(uid)
    return uid
