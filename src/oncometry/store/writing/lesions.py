"""Followed lesions: where each was seen, how it came from the date before, how it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select

from oncometry.core import Code, LesionStatus
from oncometry.measurement.result import Relation, Tracked
from oncometry.store.changes import Change, Seen, changes, image_group
from oncometry.store.hand import Hand
from oncometry.store.patient_result import PatientResult, SegmentationResult
from oncometry.store.tables import (
    LesionObservation,
    LesionRelation,
    LesionRow,
    MeasurementChange,
    MeasurementRow,
    Model,
)
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["keep_lesions"]

Place = tuple[int, int, str, str]
"""Segmentation id, lesion number in the mask, compartment, label."""


@dataclass(frozen=True, eq=False)
class Parts:
    """A lesion and what hangs on it; their `lesion_id` comes last."""

    row: Row
    parts: dict[type[Model], list[Row]]


def keep_lesions(writing: Writing, result: PatientResult, masks: Mapping[str, int], ids: PatientIds) -> None:
    """Make these the current lesions of the patient."""
    places = _places(writing, masks)
    lesions = [_parts(tracked, result, masks, places, ids) for tracked in result.tracked]
    kept = writing.keep(LesionRow, LesionRow.patient_id == ids.patient_id, [lesion.row for lesion in lesions])
    new = [
        (lesion, {"lesion_id": kept.ids[lesion.row["content_sha256"]]})
        for lesion in lesions
        if lesion.row["content_sha256"] in kept.added
    ]
    for model in (LesionObservation, LesionRelation, MeasurementChange):
        writing.insert(model, [row | key for lesion, key in new for row in lesion.parts[model]])


def _places(writing: Writing, masks: Mapping[str, int]) -> dict[Place, int]:
    """Ids of the measurements in these masks."""
    m = MeasurementRow
    query = select(m.segmentation_id, m.mask_lesion, m.compartment, m.label, m.id).where(
        m.segmentation_id.in_(set(masks.values()))
    )
    return {(s, n, c, label): i for s, n, c, label, i in writing.connection.execute(query)}


def _parts(
    tracked: Tracked,
    result: PatientResult,
    masks: Mapping[str, int],
    places: Mapping[Place, int],
    ids: PatientIds,
) -> Parts:
    first = min((number for number, _ in tracked.members), default=None)
    row: Row = {
        "run_step_id": ids.steps.of(result.follow_step_key, f"lesion {tracked.display_id}"),
        "patient_id": ids.patient_id,
        "first_timepoint_id": None if first is None else ids.timepoint(first),
        "display_id": tracked.display_id,
        "tracking_uid": tracked.tracking_uid,
        "excluded": tracked.excluded,
    }
    parts: dict[type[Model], list[Row]] = {
        LesionObservation: _observations(tracked, masks, ids),
        LesionRelation: _relations(tracked, result, masks, ids),
        MeasurementChange: [_change(c) for c in changes(_seen(tracked, result, masks, places))],
    }
    return Parts(sealed(LesionRow, row, parts), parts)


def _observations(tracked: Tracked, masks: Mapping[str, int], ids: PatientIds) -> list[Row]:
    """One row for each mask it is seen in; one without a mask where it is seen in none."""
    rows: list[Row] = []
    for number, (status, reason) in sorted(tracked.states.items()):
        said = None if status is LesionStatus.MEASURED and not reason else reason or status.value
        places: list[tuple[int | None, int | None]] = [
            (masks[mask], n)
            for (t, mask), n in sorted(tracked.members.items())
            if t == number and mask in masks
        ]
        for segmentation, lesion in places or [(None, None)]:
            rows.append(
                {
                    "timepoint_id": ids.timepoint(number),
                    "segmentation_id": segmentation,
                    "mask_lesion": lesion,
                    "status": status.value,
                    "reason": said,
                }
            )
    return rows


def _relations(
    tracked: Tracked, result: PatientResult, masks: Mapping[str, int], ids: PatientIds
) -> list[Row]:
    rows: list[Row] = []
    for earlier, later, match in tracked.matches:
        rows.append(
            {
                "earlier_timepoint_id": ids.timepoint(earlier),
                "later_timepoint_id": ids.timepoint(later),
                "earlier_segmentation_id": (
                    None
                    if match.earlier is None
                    else _mask_of(tracked, result, masks, earlier, match.earlier)
                ),
                "later_segmentation_id": _mask_of(tracked, result, masks, later, match.later),
                "earlier_lesion": match.earlier,
                "later_lesion": match.later,
                "relation": match.relation.value,
                "method": match.method,
                "score": match.score,
            }
        )
    return rows


def _mask_of(
    tracked: Tracked, result: PatientResult, masks: Mapping[str, int], timepoint: int, lesion: int
) -> int | None:
    """The mask of that visit in which this lesion, else any, has that number; None if more than one has."""
    for lesions in ((tracked,), result.tracked):
        found = {
            mask
            for one in lesions
            for (number, mask), member in one.members.items()
            if number == timepoint and member == lesion and mask in masks
        }
        if found:
            return masks[found.pop()] if len(found) == 1 else None
    return None


def _seen(
    tracked: Tracked, result: PatientResult, masks: Mapping[str, int], places: Mapping[Place, int]
) -> list[Seen]:
    by_mask = {s.mask.key: s for s in result.segmentations}
    kinds = {s.key: image_group(s.modality, s.contrast) for s in result.series}
    seen = []
    for (number, key), lesion in tracked.members.items():
        if key not in by_mask:
            continue
        mask = by_mask[key]
        for m in (m for one in mask.measured.lesions if one.number == lesion for m in one.measurements):
            identity = places[masks[key], lesion, m.compartment.value, m.label]
            group = kinds.get(mask.mask.series_key or "", "")
            grid = mask.geometry.spacing_mm, mask.geometry_trusted
            seen.append(Seen(identity, number, group, _hand(mask), m, *grid, _became(tracked, number)))
    return seen


def _became(tracked: Tracked, timepoint: int) -> Code | None:
    """What happened last, up to a visit, that makes the lesion more or less than it was."""
    codes = {Relation.SPLIT: Code.SPLIT, Relation.MERGE: Code.MERGED}
    events = [(later, codes[m.relation]) for _, later, m in tracked.matches if m.relation in codes]
    until = [event for event in events if event[0] <= timepoint]
    return max(until)[1] if until else None


def _hand(s: SegmentationResult) -> Hand:
    return Hand(s.mask.kind.value, s.scheme, s.mask.description)


def _change(change: Change) -> Row:
    row = asdict(change)
    return {
        "measurement_id": row["identity"],
        "baseline_id": row["baseline"],
        "volume_change_percent": row["volume_percent"],
        "diameter_change_percent": row["diameter_percent"],
        "product_change_percent": row["product_percent"],
        "reason": change.reason,
    }
