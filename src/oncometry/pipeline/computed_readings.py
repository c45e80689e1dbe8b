"""What this program measured of a patient's lesions, as readings that criteria judge."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oncometry.core import Code, Compartment, LesionReading, LesionStatus, Quantity, Timepoint
from oncometry.pipeline.source_differs import with_source_told
from oncometry.store.hand import Hand, drawn_by, rivals_of

__all__ = ["Tables", "computed_readings"]

Row = Mapping[str, Any]
Place = tuple[str, int]
"""Lesion and time point."""

SIZES = (
    Quantity.LONGEST_DIAMETER_MM,
    Quantity.SHORT_AXIS_MM,
    Quantity.PRODUCT_MM2,
    Quantity.VOLUME_ML,
)
PREFERRED = ("T1c", "CT+C", "CT", "FLAIR", "T2")
"""Of kinds of image in which equally many lesions were measured."""

ANOTHER_HAND = "measured only in another kind of image, or by another hand, than the other visits"
SEVERAL_HANDS = f"{Code.READER_AMBIGUOUS}: several masks, and nothing tells which is by the same hand"
DOUBTED = f"{Code.SPACING_IMPLAUSIBLE}: lengths are in doubt"


@dataclass(frozen=True, eq=False)
class Tables:
    """Visits of one patient, and the rows in the tables of those names; lesions that are excluded are in none."""

    timepoints: Sequence[Timepoint]
    observations: Sequence[Row]
    measurements: Sequence[Row]
    segmentations: Sequence[Row]


def computed_readings(tables: Tables, *, relative: bool) -> list[LesionReading]:
    """A reading of each part of each lesion at each visit.

    All are of one kind of image by one hand, the one that shows most: what another shows is not evaluable. Parts
    that a lesion split into name it; one that merged names what it is part of now. One that was measured from contours
    where the lesion's first was from voxels, or the reverse, says so in its reason.

    Args:
        tables: of a patient whose visits are in a known order.
        relative: whether only ratios are judged. Where the spacing is implausible, and all masks share a grid, volumes
            then stand in a unit of their own; else such lesions are not evaluable.
    """
    chosen = _measured(tables.measurements, {row["mask_key"]: row for row in tables.segmentations})
    parts = _parts_of(tables.measurements)
    visits = {visit.number: visit for visit in tables.timepoints}
    scale = _scale(tables) if relative else None
    found = [
        _reading(visits[number], lesion, compartment, status, chosen.get((lesion, number)), scale)
        for (lesion, number), status in _states(tables.observations).items()
        if number in visits
        for compartment in parts.get(lesion, [Compartment.WHOLE])
    ]
    measured_from = {row["value_id"]: str(row["source"]) for row in tables.measurements}
    return with_source_told(_split_and_merged(found), measured_from)


def _states(observations: Iterable[Row]) -> dict[Place, Row]:
    """One observation a lesion and visit: that in any mask, its state is the same in all."""
    return {(row["lesion"], row["timepoint"]): row for row in observations}


def _parts_of(measurements: Iterable[Row]) -> dict[str, list[Compartment]]:
    parts: dict[str, set[str]] = defaultdict(set)
    for row in measurements:
        if row["lesion"] is not None:
            parts[row["lesion"]].add(row["compartment"])
    return {lesion: sorted(Compartment(name) for name in names) for lesion, names in parts.items()}


def _measured(
    measurements: Iterable[Row], masks: Mapping[str, Row]
) -> dict[Place, dict[Compartment, Row] | str]:
    """The parts of each lesion and visit in the image and by the hand that show most, or why there is none."""
    by_place: dict[Place, dict[str, dict[Compartment, Row]]] = defaultdict(lambda: defaultdict(dict))
    contrasts: dict[str, str] = {}
    for row in measurements:
        if row["lesion"] is not None and row["timepoint"] is not None:
            parts = by_place[row["lesion"], row["timepoint"]][row["mask_key"]]
            parts[Compartment(row["compartment"])] = row
            contrasts[row["mask_key"]] = str(row["contrast"] or "")
    if not by_place:
        return {}

    def hand(mask_key: str) -> Hand:
        mask = masks[mask_key]
        return Hand(mask["kind"], mask["scheme"], mask["description"] or "")

    shown = Counter(c for keys in by_place.values() for c in {contrasts[key] for key in keys})
    contrast = max(shown, key=lambda each: (shown[each], -_preference(each), each))
    drawn = [(place, key) for place, keys in by_place.items() for key in keys if contrasts[key] == contrast]
    rivals = rivals_of((place, hand(key)) for place, key in drawn)
    hands = Counter(hand(key) for _, key in drawn)
    most = max(hands, key=lambda each: (hands[each], not each.is_network, each))
    chosen: dict[Place, dict[Compartment, Row] | str] = {}
    for place, keys in by_place.items():
        found = drawn_by(most, rivals, [key for key in keys if contrasts[key] == contrast], hand)
        if found.mask is None:
            chosen[place] = ANOTHER_HAND
        else:
            chosen[place] = SEVERAL_HANDS if found.ambiguous else keys[found.mask]
    return chosen


def _preference(contrast: str) -> int:
    return PREFERRED.index(contrast) if contrast in PREFERRED else len(PREFERRED)


def _scale(tables: Tables) -> Mapping[str, float] | None:
    """Volume of a voxel by mask, ml, where all masks of the patient share a spacing; wrong by one factor at most."""
    spacings = {
        row["mask_key"]: tuple(row[f"spacing_{axis}_mm"] for axis in "ijk") for row in tables.segmentations
    }
    first = next(iter(spacings.values()), None)
    if first is None or any(
        not math.isclose(a, b, rel_tol=1e-3)
        for each in spacings.values()
        for a, b in zip(each, first, strict=True)
    ):
        return None
    return {key: math.prod(each) / 1000 for key, each in spacings.items()}


def _reading(
    visit: Timepoint,
    lesion: str,
    compartment: Compartment,
    observed: Row,
    chosen: dict[Compartment, Row] | str | None,
    scale: Mapping[str, float] | None,
) -> LesionReading:
    bare = LesionReading(
        patient_id=visit.patient_id,
        timepoint=visit.label,
        day=visit.day,
        reader="",
        lesion=lesion,
        role=None,
        status=LesionStatus(observed["status"]),
        compartment=compartment,
        reason=observed["reason"] or "",
        visit_number=float(visit.number),
    )
    if bare.status is not LesionStatus.MEASURED:
        return bare
    if chosen is None or isinstance(chosen, str):
        return replace(bare, status=LesionStatus.NOT_EVALUABLE, reason=chosen or ANOTHER_HAND)
    if compartment not in chosen:
        return replace(bare, status=LesionStatus.NOT_EVALUABLE, reason="the mask does not show this part")
    return _sized(bare, chosen[compartment], scale)


def _sized(bare: LesionReading, row: Row, scale: Mapping[str, float] | None) -> LesionReading:
    """The reading with its sizes; without, where lengths are in doubt or the part is not there."""
    sources = (row["value_id"],)
    flags = json.loads(row["flags"])
    if Code.ABSENT.value in flags:
        return replace(
            bare, status=LesionStatus.ABSENT, reason="this part is no longer there", sources=sources
        )
    if row["reason"] == Code.SPACING_IMPLAUSIBLE.value:
        if scale is None:
            return replace(bare, status=LesionStatus.NOT_EVALUABLE, reason=DOUBTED, sources=sources)
        volume = row["voxels"] * scale[row["mask_key"]]
        return replace(bare, values={Quantity.VOLUME_ML: volume}, reason=DOUBTED, sources=sources)
    errors = json.loads(row["standard_errors"])
    return replace(
        bare,
        values={q: row[q.value] for q in SIZES if row[q.value] is not None},
        standard_errors={Quantity(name): error["repeated"] for name, error in errors.items()},
        sources=sources,
    )


def _split_and_merged(readings: Sequence[LesionReading]) -> list[LesionReading]:
    """With the lesions that they split from or merged into, as the states of following say."""
    parents = {r.lesion: r.reason.removeprefix("part of ") for r in readings if _was_part(r)}
    split = {
        (_root(r.lesion, parents), r.timepoint)
        for r in readings
        if r.lesion in parents and not _was_part(r) and not r.reason.startswith("merged with ")
    }
    found = []
    for r in readings:
        if _was_part(r):
            continue  # the lesion that it was part of has its size
        root = _root(r.lesion, parents)
        merged = r.reason.removeprefix("merged with ") if r.reason.startswith("merged with ") else None
        part_of = root if merged is None and (root != r.lesion or (root, r.timepoint) in split) else None
        found.append(replace(r, part_of=part_of, merged_into=merged))
    return found


def _was_part(reading: LesionReading) -> bool:
    return reading.status is LesionStatus.NOT_EVALUABLE and reading.reason.startswith("part of ")


def _root(lesion: str, parents: Mapping[str, str]) -> str:
    """The lesion it all came from; no lesion is part of a later one, so that this ends."""
    while lesion in parents:
        lesion = parents[lesion]
    return lesion
