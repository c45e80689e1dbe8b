"""Tumor burden of a patient at each date: the sum over lesions, and its change since the first.

Each lesion counts once a date, seen in one modality throughout: the one that covers most dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oncometry.core import Compartment, Contrast, LesionStatus, Modality
from oncometry.report.tables import Row

__all__ = ["CONTRAST_ORDER", "Burden", "best_change", "burdens", "chosen"]

CONTRAST_ORDER = [
    Contrast.T1C,
    Contrast.FLAIR,
    Contrast.T2,
    Contrast.T1,
    Contrast.CT_CONTRAST,
    Contrast.CT,
    Contrast.ADC,
    Contrast.DWI,
    Contrast.PET,
]
"""Which image is shown and counted first, all else being equal."""

MODALITY_ORDER = [Modality.MR, Modality.CT, Modality.PT]


@dataclass(frozen=True)
class Burden:
    """One date. A sum is None where a lesion is there without a size.

    Attributes:
        volume_ml, diameter_mm: sums over the lesions of the whole compartment.
        volume_change_percent, diameter_change_percent: since the first date that has a sum above zero.
        lesions: number measured.
    """

    timepoint: int
    day: int | None
    volume_ml: float | None
    diameter_mm: float | None
    lesions: int
    volume_change_percent: float | None = None
    diameter_change_percent: float | None = None


def _rank(value: str | None, order: Sequence[str]) -> int:
    return order.index(value) if value in order else len(order)


def chosen(measurements: Iterable[Row], compartment: str = Compartment.WHOLE) -> dict[tuple[str, int], Row]:
    """(lesion, time point) -> the one measurement that counts."""
    rows = [m for m in measurements if m["compartment"] == compartment]
    dates: dict[str | None, set[int]] = defaultdict(set)
    for row in rows:
        dates[row["modality"]].add(row["timepoint"])
    if not dates:
        return {}
    modality = min(dates, key=lambda m: (-len(dates[m]), _rank(m, MODALITY_ORDER), m or ""))
    rows = [m for m in rows if m["modality"] == modality]
    rows.sort(key=lambda m: (_rank(m["contrast"], CONTRAST_ORDER), m["mask_key"] or ""))
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        found.setdefault((row["lesion"], row["timepoint"]), row)
    return found


def burdens(
    timepoints: Sequence[Row], measurements: Sequence[Row], observations: Sequence[Row]
) -> list[Burden]:
    """The patient's dates in order."""
    counted = chosen(measurements)
    if not counted:
        return []
    gone = {(o["lesion"], o["timepoint"]) for o in observations if o["status"] == LesionStatus.ABSENT}
    first_seen: dict[str, int] = {}
    for lesion, timepoint in counted:
        first_seen[lesion] = min(first_seen.get(lesion, timepoint), timepoint)
    found = []
    for visit in sorted(timepoints, key=lambda t: t["timepoint"]):
        number = visit["timepoint"]
        there = [
            lesion for lesion, first in first_seen.items() if first <= number and (lesion, number) not in gone
        ]
        rows = [counted.get((lesion, number)) for lesion in there]
        day = None if visit["day"] is None else int(visit["day"])
        sums = [_sum(rows, column) for column in ("volume_ml", "longest_diameter_mm")]
        found.append(Burden(number, day, sums[0], sums[1], sum(r is not None for r in rows)))
    return _with_changes(found, counted, len(first_seen))


def _sum(rows: Sequence[Row | None], column: str) -> float | None:
    total = 0.0
    for row in rows:
        if row is None or row[column] is None:
            return None
        total += float(row[column])
    return total


def _with_changes(
    visits: Sequence[Burden], counted: dict[tuple[str, int], Row], lesions: int
) -> list[Burden]:
    """Changes of the sums; for a single lesion without absolute size, the lesion's own relative change."""
    alone = {number: row for (_, number), row in counted.items()} if lesions == 1 else {}
    bases = [_base([v.volume_ml for v in visits]), _base([v.diameter_mm for v in visits])]
    return [
        Burden(
            v.timepoint,
            v.day,
            v.volume_ml,
            v.diameter_mm,
            v.lesions,
            _change(v.volume_ml, bases[0], alone.get(v.timepoint), "volume_change_percent"),
            _change(v.diameter_mm, bases[1], alone.get(v.timepoint), "diameter_change_percent"),
        )
        for v in visits
    ]


def _base(values: Iterable[float | None]) -> float | None:
    return next((value for value in values if value), None)


def _change(value: float | None, base: float | None, alone: Row | None, column: str) -> float | None:
    if value is not None and base is not None:
        return 100.0 * (value / base - 1.0)
    if base is None and alone is not None and alone[column] is not None:
        return float(alone[column])
    return None


def best_change(changes: Sequence[float | None]) -> float | None:
    """The lowest change after the first date that has one; None with fewer than two."""
    known = [change for change in changes if change is not None]
    return min(known[1:]) if len(known) > 1 else None
