"""A lesion while it is followed."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from oncometry.measurement.observation import Observation
from oncometry.measurement.result import Match

__all__ = ["Edges", "Track", "tracking_uid"]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:oncometry:tracking-uid")
Edges = list[tuple[int, int, Match]]
"""Earlier time point, later time point, edge."""


@dataclass(eq=False)
class Track:
    """A lesion with what is known of it so far.

    Attributes:
        observations: in order of time, one a visit.
        matches: how each came from the one before; the first, of a lesion that came from another, too.
        merged_into: the lesion that it is part of at the visit reached.
        merged_at: time point -> the lesion that it is part of there.
        split_from: the lesion that it came from.
        name, uid: its display and tracking identity, once all visits are followed.
        excluded: why it is no lesion, where a person decided so.
    """

    observations: list[Observation]
    matches: Edges = field(default_factory=list)
    merged_into: Track | None = None
    merged_at: dict[int, Track] = field(default_factory=dict)
    split_from: Track | None = None
    name: str = ""
    uid: str = ""
    excluded: str | None = None

    @property
    def first(self) -> Observation:
        return self.observations[0]

    @property
    def last(self) -> Observation:
        return self.observations[-1]

    def at(self, timepoint: int) -> Observation | None:
        """What was seen of it at a visit."""
        return next((o for o in self.observations if o.timepoint == timepoint), None)


def tracking_uid(track: Track, taken: Collection[str]) -> str:
    """The first observation's own, if no other lesion took it; else derived from its content."""
    given = [m.lesion.tracking_uid for m in track.first.members]
    first = track.first.members[0]
    content = f"{first.mask.key}/{first.lesion.number}/{first.place.segment.voxels}"
    derived = f"2.25.{uuid.uuid5(NAMESPACE, content).int}"
    return next((u for u in given if u and u not in taken), derived)
