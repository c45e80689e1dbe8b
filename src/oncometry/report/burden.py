"""Tumor burden of a patient at each date: the sum over lesions, and its change since the first.

Each lesion counts once a date, seen in one kind of image and drawn by one hand throughout. Where absolute sizes
are withheld, change is taken from voxel counts and lengths in stated units, if all masks state one voxel spacing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import LesionStatus, equal_spacing
from oncometry.core.geometry import Point
from oncometry.report.counted import Counted, chosen, hands_of, is_absent
from oncometry.report.tables import Row

__all__ = ["QUANTITIES", "Burden", "best_change", "burdens", "is_relative", "omission"]

QUANTITIES = ("volume", "diameter", "product")
COLUMNS = {"volume": "volume_ml", "diameter": "longest_diameter_mm", "product": "product_mm2"}
SPACINGS_DIFFER = "absolute sizes are withheld and the dates state different voxel spacings"
ONE_DATE = "measured on one date only"
NOT_MEASURED = "not measured"
AMBIGUOUS = "has several masks, and nothing tells which is by the same reader"

Sizes = Mapping[str, float | None]


@dataclass(frozen=True)
class Burden:
    """One date of a compartment. A sum is None where a lesion is there without a size.

    Attributes:
        volume_ml, diameter_mm, product_mm2: sums over the lesions.
        voxels: their number, which stands for the volume where that is withheld.
        lesions: number measured.
        changes: quantity -> percent since the first date that has a sum above zero.
        members: ids of the measurements that were summed.
        reason: why there is no sum or no change.
        hand: whose masks were summed, where others drew the same lesions; else ''.
    """

    compartment: str
    timepoint: int
    day: int | None
    volume_ml: float | None
    voxels: int | None
    diameter_mm: float | None
    product_mm2: float | None
    lesions: int
    changes: Mapping[str, float | None]
    members: tuple[str, ...]
    reason: str = ""
    hand: str = ""


@dataclass(frozen=True)
class _Visit:
    """A date with what is summed; `missing` says which lesion has no measurement, and why."""

    row: Row
    measured: tuple[Row, ...]
    missing: str


def burdens(
    timepoints: Sequence[Row],
    measurements: Sequence[Row],
    observations: Sequence[Row],
    masks: Sequence[Row],
    compartment: str,
) -> list[Burden]:
    """The patient's dates in order; none where the compartment was never measured."""
    counted = chosen(measurements, hands_of(masks), compartment)
    if not counted.rows and not counted.ambiguous:
        return []
    visits = _visits(timepoints, counted, observations)
    rows = [row for visit in visits for row in visit.measured]
    withheld = any(_missing_size(row) for row in rows)
    comparable = not withheld or _one_spacing(rows, masks)
    sizes = [_relative_sizes(v) if withheld else _absolute_sizes(v) for v in visits]
    found = [replace(_burden(compartment, visit), hand=counted.hand) for visit in visits]
    if not comparable:
        return [replace(b, reason=b.reason or SPACINGS_DIFFER) for b in found]
    bases = {q: next((s[q] for s in sizes if s[q]), None) for q in QUANTITIES}
    return [
        replace(b, changes={q: _percent(s[q], bases[q]) for q in QUANTITIES})
        for b, s in zip(found, sizes, strict=True)
    ]


def _visits(timepoints: Sequence[Row], counted: Counted, observations: Sequence[Row]) -> list[_Visit]:
    states = {(o["lesion"], o["timepoint"]): o for o in observations}
    first_seen: dict[str, int] = {}
    for lesion, timepoint in (*counted.rows, *counted.ambiguous):
        first_seen[lesion] = min(first_seen.get(lesion, timepoint), timepoint)
    found = []
    for visit in sorted(timepoints, key=lambda t: t["timepoint"]):
        number = visit["timepoint"]
        there = [lesion for lesion, first in first_seen.items() if first <= number]
        measured = tuple(counted.rows[lesion, number] for lesion in there if (lesion, number) in counted.rows)
        missing = [
            f"{lesion} {AMBIGUOUS if (lesion, number) in counted.ambiguous else _why(state)}"
            for lesion in there
            if (lesion, number) not in counted.rows
            and not _counts_nothing(state := states.get((lesion, number)))
        ]
        found.append(_Visit(visit, measured, "; ".join(missing)))
    return found


def _counts_nothing(state: Row | None) -> bool:
    """Absent, or merged into a lesion that is counted itself."""
    if state is None:
        return False
    return state["status"] == LesionStatus.ABSENT or str(state["reason"] or "").startswith("merged with")


def _why(state: Row | None) -> str:
    if state is None or state["status"] == LesionStatus.MEASURED:
        return "has no measurement in the kind of image, or by the reader, that is compared"
    return f"is {state['status']}" + (f" ({state['reason']})" if state["reason"] else "")


def _missing_size(row: Row) -> bool:
    return row["volume_ml"] is None and not is_absent(row)


def _one_spacing(rows: Sequence[Row], masks: Sequence[Row]) -> bool:
    stated: dict[str, Point] = {
        m["mask_key"]: (m["spacing_i_mm"], m["spacing_j_mm"], m["spacing_k_mm"]) for m in masks
    }
    found = [stated[row["mask_key"]] for row in rows if not is_absent(row)]
    return all(equal_spacing(spacing, found[0]) for spacing in found)


def _absolute_sizes(visit: _Visit) -> Sizes:
    return {q: _sum(visit, [_size(row, COLUMNS[q]) for row in visit.measured]) for q in QUANTITIES}


def _relative_sizes(visit: _Visit) -> Sizes:
    """Voxels, and lengths between the end points as the file's spacing has them."""
    sizes = [
        (0.0, 0.0, 0.0) if is_absent(row) else (row["voxels"], _length(row["longest_lps_mm"]), _product(row))
        for row in visit.measured
    ]
    return {q: _sum(visit, [size[n] for size in sizes]) for n, q in enumerate(QUANTITIES)}


def _size(row: Row, column: str) -> float | None:
    return 0.0 if is_absent(row) else row[column]


def _length(ends: object) -> float | None:
    if ends is None:
        return None
    start, end = np.asarray(ends, float).reshape(2, 3)
    return float(np.linalg.norm(end - start))


def _product(row: Row) -> float | None:
    longest, perpendicular = _length(row["longest_lps_mm"]), _length(row["perpendicular_lps_mm"])
    return None if longest is None or perpendicular is None else longest * perpendicular


def _sum(visit: _Visit, values: Sequence[float | None]) -> float | None:
    known = [float(v) for v in values if v is not None]
    return sum(known) if len(known) == len(values) and not visit.missing else None


def _burden(compartment: str, visit: _Visit) -> Burden:
    sums = _absolute_sizes(visit)
    voxels = _sum(visit, [_size(row, "voxels") for row in visit.measured])
    there = [row for row in visit.measured if not is_absent(row)]
    return Burden(
        compartment=compartment,
        timepoint=visit.row["timepoint"],
        day=None if visit.row["day"] is None else int(visit.row["day"]),
        volume_ml=sums["volume"],
        voxels=None if voxels is None else int(voxels),
        diameter_mm=sums["diameter"],
        product_mm2=sums["product"],
        lesions=len(there),
        changes=dict.fromkeys(QUANTITIES),
        members=tuple(str(row["value_id"]) for row in there),
        reason=visit.missing,
    )


def _percent(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else 100.0 * (value / base - 1.0)


def is_relative(visits: Sequence[Burden]) -> bool:
    """Whether change rests on voxels and stated units, since absolute sizes are withheld."""
    return any(v.volume_ml is None and v.voxels is not None for v in visits)


def best_change(changes: Iterable[float | None]) -> float | None:
    """The lowest change after the first date that has one; None with fewer than two."""
    known = [change for change in changes if change is not None]
    return min(known[1:]) if len(known) > 1 else None


def omission(visits: Sequence[Burden], quantity: str) -> str:
    """Why a patient has no change between two dates; '' where there is one."""
    known = [v for v in visits if v.changes[quantity] is not None]
    if len(known) > 1:
        return ""
    reasons = [v.reason for v in visits if v.reason]
    if reasons:
        return reasons[-1]
    return ONE_DATE if any(v.lesions for v in visits) else NOT_MEASURED
