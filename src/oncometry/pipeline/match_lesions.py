"""Which lesion of the ledger a reading is of: by tracking UID, by name where a person says so, by place."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from oncometry.core import Code, Compartment
from oncometry.core.geometry import Point
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.store import Store

__all__ = ["Ledger", "LesionMatch", "ledger_of", "match_lesion"]


@dataclass(frozen=True)
class Place:
    """Where a lesion is in one mask.

    Attributes:
        uid: of the lesion.
        frame_uid: frame of reference of the mask's image, None where it has none.
        low, high: corners of its box, LPS mm.
        center: LPS mm.
    """

    uid: str
    frame_uid: str | None
    low: Point
    high: Point
    center: Point

    def gap_mm(self, point: Point) -> float:
        """From a point to the box; 0 inside."""
        outside = np.maximum(np.subtract(self.low, point), np.subtract(point, self.high))
        return float(np.linalg.norm(np.maximum(outside, 0.0)))

    def far_mm(self, point: Point) -> float:
        """From a point to the center."""
        return float(np.linalg.norm(np.subtract(self.center, point)))


@dataclass(frozen=True, eq=False)
class Ledger:
    """The lesions of a cohort.

    Attributes:
        names: patient -> display id -> tracking UID.
        owners: tracking UID -> patient.
        places: patient and number of the visit -> where its lesions are.
    """

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[tuple[str, int], Sequence[Place]] = field(default_factory=dict)

    def name_of(self, patient: str, uid: str) -> str:
        """'L2' of a lesion of the ledger."""
        return next(name for name, known in self.names[patient].items() if known == uid)


@dataclass(frozen=True)
class LesionMatch:
    """The lesion, and by what it was told; None with the reason in words, and the code of a conflict."""

    uid: str | None = None
    by: str | None = None
    code: Code | None = None
    reason: str = ""


def ledger_of(store: Store) -> Ledger:
    """The ledger as the last run left it."""
    lesions = store.table("lesions")
    names: dict[str, dict[str, str]] = defaultdict(dict)
    owners: dict[str, str] = {}
    for row in lesions.to_dict("records"):
        names[row["patient_id"]][row["lesion"]] = row["tracking_uid"]
        owners[row["tracking_uid"]] = row["patient_id"]
    series = store.table("series")
    frames = dict(zip(series["series_key"], series["frame_of_reference_uid"], strict=True))
    places: dict[tuple[str, int], list[Place]] = defaultdict(list)
    measured = store.table("measurements").dropna(subset=["lesion", "timepoint", "box_lps_mm"])
    for row in measured[measured["compartment"] == Compartment.WHOLE.value].to_dict("records"):
        low, high = json.loads(row["box_lps_mm"])
        center = (row["centroid_x_mm"], row["centroid_y_mm"], row["centroid_z_mm"])
        uid = names[row["patient_id"]][row["lesion"]]
        place = Place(uid, frames.get(row["series_key"]), tuple(low), tuple(high), center)
        places[row["patient_id"], int(row["timepoint"])].append(place)
    return Ledger(names, owners, places)


def match_lesion(
    drawing: LesionDrawing, patient: str, visit: int | None, ledger: Ledger, *, reach_mm: float, named: bool
) -> LesionMatch:
    """Match a reading.

    Args:
        visit: number of the cohort's visit, None where it has none.
        reach_mm: how far from a lesion the middle of a line may lie.
        named: whether the names in the file are those of the ledger.
    """
    reading = drawing.reading
    owner = None if reading.tracking_uid is None else ledger.owners.get(reading.tracking_uid)
    if owner is not None and owner != patient:
        reason = f"its tracking UID is that of a lesion of patient {owner!r}"
        return LesionMatch(code=Code.PATIENT_CONFLICT, reason=reason)
    told = reading.tracking_uid if owner is not None else None
    by = "tracking uid"
    if told is None and named:
        told, by = ledger.names.get(patient, {}).get(reading.lesion), "name"
    places = ledger.places.get((patient, visit), ()) if visit is not None else ()
    near = _near(drawing, places, reach_mm)
    if told is not None:
        return _checked(told, by, near, patient, ledger)
    if near.uid is not None:
        return LesionMatch(near.uid, "place")
    unnamed = f"the ledger has no {reading.lesion!r}; " if named else ""
    return LesionMatch(code=Code.ROW_UNMATCHED, reason=unnamed + near.reason)


@dataclass(frozen=True)
class _Near:
    """The lesion at a place, None with the reason; and all that are within reach."""

    uid: str | None
    reason: str = ""
    reached: frozenset[str] = frozenset()


def _checked(uid: str, by: str, near: _Near, patient: str, ledger: Ledger) -> LesionMatch:
    """What a UID or a name says, unless its line lies in another lesion: a copied line keeps its UID."""
    if near.uid is None or uid in near.reached:
        return LesionMatch(uid, by)
    said, found = (ledger.name_of(patient, each) for each in (uid, near.uid))
    reason = f"its {by} is that of {said}, but its line lies in {found}"
    return LesionMatch(code=Code.ROW_CONFLICTING, reason=reason)


def _near(drawing: LesionDrawing, places: Sequence[Place], reach_mm: float) -> _Near:
    line = drawing.longest or drawing.diameter_3d or drawing.perpendicular
    if line is None:
        return _Near(None, "no tracking UID of the ledger, and no line that tells where it lies")
    if not places:
        return _Near(None, "no lesion is measured at that visit in the cohort")
    frame = drawing.frame_uid
    here = [place for place in places if frame is None or place.frame_uid == frame]
    if not here:
        return _Near(None, "no lesion of that visit is measured in its frame of reference")
    if len({place.frame_uid for place in here}) > 1:
        return _Near(
            None, "the masks of that visit have several frames of reference, and the file names none"
        )
    (x, y, z), (a, b, c) = line
    middle = ((x + a) / 2, (y + b) / 2, (z + c) / 2)
    gaps: dict[str, float] = {}
    for place in here:
        gaps[place.uid] = min(place.gap_mm(middle), gaps.get(place.uid, np.inf))
    reached = frozenset(uid for uid, gap in gaps.items() if gap <= reach_mm)
    if not reached:
        nearest = min(gaps.values())
        return _Near(None, f"the nearest lesion is {nearest:.1f} mm from the middle of its line")
    found = next(iter(reached)) if len(reached) == 1 else _inside(middle, here, gaps, reached)
    return _Near(found, "the middle of its line is near several lesions" if found is None else "", reached)


def _inside(
    point: Point, places: Sequence[Place], gaps: Mapping[str, float], reached: frozenset[str]
) -> str | None:
    """The one lesion of several whose box alone holds the point and whose center is the nearest.

    A box is more than its lesion: in its corner a small neighbor may lie, whose center is then nearer.
    """
    inside = [uid for uid in reached if gaps[uid] == 0]
    nearest = min((place for place in places if place.uid in reached), key=lambda place: place.far_mm(point))
    return inside[0] if inside == [nearest.uid] else None
