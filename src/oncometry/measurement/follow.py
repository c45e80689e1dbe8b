"""The same lesion in every series of a date, and at every date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oncometry.core import Decision, LesionStatus
from oncometry.measurement.decided import decide
from oncometry.measurement.link import Edge, link
from oncometry.measurement.observation import Observation, observe
from oncometry.measurement.result import Followed, Match, Relation, Tracked
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.states import State, state_without
from oncometry.measurement.track import Edges, Track, tracking_uid
from oncometry.measurement.visit import Visit, VisitMask

__all__ = ["Visit", "VisitMask", "follow"]

MEASURED = (LesionStatus.MEASURED, "")
WITHOUT_ORDER = (LesionStatus.NOT_EVALUABLE, "nothing tells which visit came first: lesions are not compared")


def follow(
    visits: Sequence[Visit],
    settings: MeasurementSettings | None = None,
    decisions: Sequence[Decision] = (),
    *,
    ordered: bool = True,
) -> Followed:
    """Follow lesions through a patient's visits.

    At one date, lesions of different masks that overlap in the common space are one lesion. From date to
    date they are linked by tracking UID or ID, overlap or gap to where each was last seen. Of a lesion
    that splits, the largest shared part goes on and the others begin, related to it; of lesions that merge,
    the one that shares most goes on, and the others are not evaluable from then on, unless they part again.
    A lesion that begins where an earlier visit showed nothing is new.
    Adding later dates changes neither ids nor earlier states, but for what was 'not yet' there.
    What a person decided outranks all of it.

    Args:
        visits: any order; each time point once.
        settings: as measured with.
        decisions: those in force, in order of number.
        ordered: whether it is known which visit came first. Where not, each visit's lesions stand alone: a split
            would be a merger the other way round, and growth be shrinkage.
    """
    chosen = settings or MeasurementSettings()
    in_turn = sorted(visits, key=lambda v: v.timepoint)
    tracks: list[Track] = []
    for visit in in_turn:
        found = observe(visit, chosen)
        edges = link([t.last for t in tracks], found, chosen) if ordered else []
        _go_on(tracks, found, edges)
        for track in tracks:
            if track.merged_into is not None and track.merged_into.last.timepoint == visit.timepoint:
                track.merged_at[visit.timepoint] = track.merged_into
    for number, track in enumerate(tracks, start=1):
        track.name, track.uid = f"L{number}", tracking_uid(track, {t.uid for t in tracks})
    unplaced = decide(tracks, decisions, in_turn, chosen, ordered=ordered)
    lesions = []
    for track in tracks:
        states = {v.timepoint: _state(track, v, chosen) for v in in_turn}
        if not ordered:
            states = {t: MEASURED if track.at(t) else WITHOUT_ORDER for t in states}
        lesions.append(_tracked(track, states))
    return Followed(tuple(lesions), unplaced)


def _tracked(track: Track, states: dict[int, State]) -> Tracked:
    return Tracked(
        display_id=track.name,
        tracking_uid=track.uid,
        states=states,
        members={(o.timepoint, m.mask.key): m.lesion.number for o in track.observations for m in o.members},
        matches=(*_newness(track, states), *track.matches),
        excluded=track.excluded,
    )


def _newness(track: Track, states: Mapping[int, State]) -> Edges:
    """The edge of a lesion whose place showed nothing at the visit before its first."""
    first = track.first
    before = [t for t in states if t < first.timepoint]
    if not before or states[before[-1]][0] is not LesionStatus.ABSENT:
        return []
    member = first.members[0]
    match = Match(None, member.lesion.number, Relation.NEW, "absence", 1.0, "", member.mask.key)
    return [(before[-1], first.timepoint, match)]


def _go_on(tracks: list[Track], found: Sequence[Observation], edges: Sequence[Edge]) -> None:
    """Hand each observation to the track that goes on in it; the rest begin new ones."""
    heirs: dict[int, int] = {}
    holders: dict[int, int] = {}
    for edge in sorted(edges, key=Edge.strength, reverse=True):
        if edge.earlier not in heirs and edge.later not in holders:
            heirs[edge.earlier] = edge.later
            holders[edge.later] = edge.earlier
    old = list(tracks)
    last = [t.last.timepoint for t in old]
    begun = {b: Track([o]) for b, o in enumerate(found) if b not in holders}
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


def _known(track: Track, owner: Track) -> bool:
    """Whether one is merged into the other: that they share an observation is nothing that happens now."""
    return track is not owner and (track.merged_into is owner or owner.merged_into is track)


def _relation(edge: Edge, edges: Sequence[Edge]) -> Relation:
    if sum(e.later == edge.later for e in edges) > 1:
        return Relation.MERGE
    if sum(e.earlier == edge.earlier for e in edges) > 1:
        return Relation.SPLIT
    return Relation.SAME


def _state(track: Track, visit: Visit, settings: MeasurementSettings) -> State:
    if track.at(visit.timepoint):
        return MEASURED
    earlier = [o for o in track.observations if o.timepoint < visit.timepoint]
    if visit.timepoint in track.merged_at:
        return LesionStatus.NOT_EVALUABLE, f"merged with {track.merged_at[visit.timepoint].name}"
    parent = track.split_from
    if not earlier and parent is not None:
        status, reason = _state(parent, visit, settings)
        if status is LesionStatus.MEASURED:
            return LesionStatus.NOT_EVALUABLE, f"part of {parent.name}"
        return status, reason
    reference = earlier[-1] if earlier else track.first
    return state_without(reference, visit, settings, before=not earlier)
