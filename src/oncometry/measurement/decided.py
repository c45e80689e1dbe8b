"""What people decided about followed lesions: two are one, one is two, one is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from oncometry.core import DecidedLesion, Decision, DecisionKind
from oncometry.measurement.observation import Member, Observation
from oncometry.measurement.result import Match, Relation, Unplaced
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.track import Track, tracking_uid
from oncometry.measurement.visit import Visit

__all__ = ["FOLLOWED", "decide"]

FOLLOWED = (DecisionKind.LINK, DecisionKind.SPLIT, DecisionKind.EXCLUDE)
"""Kinds that change which lesions there are."""
SAME_CENTER_MM = 1.0
"""A lesion of a mask is the one that was decided about if its center moved by less."""


class _UnplacedError(Exception):
    """A decision that these lesions do not bear."""


def decide(
    tracks: list[Track],
    decisions: Sequence[Decision],
    visits: Sequence[Visit],
    settings: MeasurementSettings,
    *,
    ordered: bool,
) -> tuple[Unplaced, ...]:
    """Apply decisions to the lesions as they were followed, in order: a later one is of what those before left.

    Args:
        tracks: with names and UIDs; changed in place.
        decisions: those in force, of any kind; others than `FOLLOWED` are passed over.
        visits: with their anchors, in order of time.
        settings: how near to its old place a lesion that was drawn anew is the same.
        ordered: whether it is known which visit came first.

    Returns:
        Decisions that could not be applied, and why; nothing of them is.
    """
    unplaced = []
    for decision in decisions:
        if decision.kind not in FOLLOWED:
            continue
        try:
            _apply(decision, tracks, visits, settings, ordered=ordered)
        except _UnplacedError as refusal:
            unplaced.append(Unplaced(decision.number, f"{decision.kind} by {decision.reader}: {refusal}"))
    return tuple(unplaced)


def _apply(
    decision: Decision,
    tracks: list[Track],
    visits: Sequence[Visit],
    settings: MeasurementSettings,
    *,
    ordered: bool,
) -> None:
    if not (ordered or decision.kind is DecisionKind.EXCLUDE):
        raise _UnplacedError("nothing tells which visit came first")
    found = [_find(lesion, tracks, visits, settings.match_distance_mm) for lesion in decision.lesions]
    if decision.kind is DecisionKind.LINK:
        _link(tracks, found)
    elif decision.kind is DecisionKind.SPLIT:
        _split(tracks, found[0], _visit(decision.anchor, visits).timepoint)
    else:
        found[0].excluded = f"{decision.reader}: {decision.why}"


def _find(lesion: DecidedLesion, tracks: Sequence[Track], visits: Sequence[Visit], reach_mm: float) -> Track:
    """By tracking UID, else by the place it had at the visit where it was seen."""
    named = next((track for track in tracks if track.uid == lesion.tracking_uid), None)
    if named is not None:
        return named
    if lesion.centroid_lps_mm is None:
        raise _UnplacedError(f"lesion {lesion.name} is not there any more, and its place is not known")
    timepoint = _visit(lesion.anchor, visits).timepoint
    seen = [(track, o) for track in tracks if (o := track.at(timepoint)) is not None]
    near = [(gap, track) for track, o in seen if (gap := _gap_mm(lesion, o, reach_mm)) <= reach_mm]
    least = min((gap for gap, _ in near), default=None)
    nearest = [track for gap, track in near if gap == least]
    if len(nearest) != 1:
        count = "no lesion is" if not nearest else "more than one lesion is"
        raise _UnplacedError(f"{count} where {lesion.name} was ({lesion.anchor})")
    return nearest[0]


def _visit(anchor: str | None, visits: Sequence[Visit]) -> Visit:
    found = next((v for v in visits if anchor and v.anchor == anchor), None)
    if found is None:
        raise _UnplacedError(f"there is no visit {anchor!r} any more")
    return found


def _gap_mm(lesion: DecidedLesion, observation: Observation, reach_mm: float) -> float:
    """From the center it had to the voxels it has; 0 where its center in that mask is the same, to a millimeter."""
    return min(_member_gap_mm(lesion, member, reach_mm) for member in observation.members)


def _member_gap_mm(lesion: DecidedLesion, member: Member, reach_mm: float) -> float:
    center = np.asarray([lesion.centroid_lps_mm])
    own = member.lesion.whole.centroid_lps_mm if member.mask.key == lesion.mask_key else None
    if own is not None and np.linalg.norm(center - np.asarray(own)) < SAME_CENTER_MM:
        return 0.0
    distances, _ = member.place.tree.query(member.mask.to_common(center), distance_upper_bound=reach_mm)
    return max(float(distances[0]), float(np.finfo(float).tiny))


def _link(tracks: list[Track], found: Sequence[Track]) -> None:
    """Make the one that began later part of the other, for all visits."""
    kept, gone = sorted(found, key=lambda t: (t.first.timepoint, tracks.index(t)))
    if kept is gone:
        return  # matching says so by now
    both = {o.timepoint: (o, there) for o in gone.observations if (there := kept.at(o.timepoint)) is not None}
    for timepoint, (one, other) in both.items():
        if {m.mask.key for m in one.members} & {m.mask.key for m in other.members}:
            raise _UnplacedError(f"one mask shows both {kept.name} and {gone.name} at visit {timepoint}")
    joined = [_joined(o, both[o.timepoint][0] if o.timepoint in both else None) for o in kept.observations]
    alone = [o for o in gone.observations if o.timepoint not in both]
    observations = sorted([*joined, *alone], key=lambda o: o.timepoint)
    known = {(earlier, later) for earlier, later, _ in (*kept.matches, *gone.matches)}
    edges = [
        (one.timepoint, other.timepoint, _decided(one, other))
        for one, other in pairwise(observations)
        if (one.timepoint, other.timepoint) not in known
    ]
    kept.observations = observations
    kept.matches = sorted([*kept.matches, *gone.matches, *edges], key=lambda edge: edge[:2])
    kept.merged_at = gone.merged_at | kept.merged_at
    kept.excluded = kept.excluded and gone.excluded
    tracks.remove(gone)
    _point_anew(tracks, gone, kept)
    kept.merged_at = {t: other for t, other in kept.merged_at.items() if other is not kept and not kept.at(t)}
    if kept.split_from is kept:
        kept.split_from = None


def _joined(one: Observation, other: Observation | None) -> Observation:
    """A lesion that masks of one visit show apart."""
    if other is None:
        return one
    return Observation(one.timepoint, tuple(sorted((*one.members, *other.members), key=Member.order)))


def _decided(one: Observation, other: Observation) -> Match:
    earlier, later = one.members[0], other.members[0]
    return Match(
        earlier.lesion.number,
        later.lesion.number,
        Relation.SAME,
        "decision",
        1.0,
        earlier.mask.key,
        later.mask.key,
    )


def _point_anew(tracks: Sequence[Track], gone: Track, kept: Track, since: int = 0) -> None:
    """What came from a lesion, or went into it, from a visit on."""
    for track in tracks:
        track.merged_at = {
            t: kept if other is gone and t >= since else other for t, other in track.merged_at.items()
        }
        if track.split_from is gone and track.first.timepoint >= since:
            track.split_from = kept


def _split(tracks: list[Track], track: Track, since: int) -> None:
    """Make what was seen of a lesion from a visit on another lesion."""
    before, after = _parted(track.observations, since)
    if not before or not after:
        raise _UnplacedError(f"{track.name} is seen on one side of visit {since} only")
    begun = Track(after, name=_next_name(tracks, track), excluded=track.excluded)
    begun.uid = tracking_uid(begun, {t.uid for t in tracks})
    track.observations = before
    begun.matches = [edge for edge in track.matches if edge[0] >= since]
    track.matches = [edge for edge in track.matches if edge[1] < since]
    begun.merged_at = {t: other for t, other in track.merged_at.items() if t >= since}
    track.merged_at = {t: other for t, other in track.merged_at.items() if t < since}
    _point_anew([t for t in tracks if t is not track], track, begun, since)
    tracks.insert(tracks.index(track) + 1, begun)


def _parted(observations: Sequence[Observation], since: int) -> tuple[list[Observation], list[Observation]]:
    before = [o for o in observations if o.timepoint < since]
    return before, list(observations[len(before) :])


def _next_name(tracks: Sequence[Track], track: Track) -> str:
    """'L1.2', then 'L1.3': what is split off by hand moves no other lesion's name."""
    root = track.name.partition(".")[0]
    used = {t.name for t in tracks}
    return next(name for n in range(2, len(tracks) + 3) if (name := f"{root}.{n}") not in used)
