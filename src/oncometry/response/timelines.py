"""Readings become timelines: one a patient and reader, visits in order, every lesion with a role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from oncometry.core import (
    ClinicalState,
    Code,
    Compartment,
    LesionReading,
    LesionRole,
    LesionStatus,
    Quantity,
    SettingsError,
)
from oncometry.response.selection import LesionPart, Limits, baseline_roles
from oncometry.response.split_and_merged import joined
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit

__all__ = ["VisitKey", "timelines"]

Number = TypeVar("Number", int, float)
SEEN = (LesionStatus.MEASURED, LesionStatus.TOO_SMALL)
VisitKey = tuple[str, str]
"""Patient and time point."""


def timelines(
    readings: Iterable[LesionReading],
    limits: Limits,
    clinical: Mapping[VisitKey, ClinicalState] | None = None,
    new_lesions: Mapping[VisitKey, bool] | None = None,
) -> tuple[Timeline, ...]:
    """Group, order and complete what readers said; the order of the readings says nothing.

    Where both diameters and no product were read, their product is filled in, for it is what draws and flips are of.

    Args:
        readings: of any patients and readers.
        limits: of the criterion: its targets are chosen among lesions that have no role.
        clinical: the patient beside the images; what is not there was not said.
        new_lesions: whether a visit shows a new lesion, where a reader said so without a row for it.

    Raises:
        SettingsError: `DATE_MISSING`, visits that nothing orders; `ROW_CONFLICTING`, a lesion with two roles, or read
            twice at a visit by one reader.
    """
    grouped: dict[tuple[str, str], list[LesionReading]] = defaultdict(list)
    for reading in readings:
        grouped[reading.patient_id, reading.reader].append(_with_product(reading))
    return tuple(
        _timeline(grouped[patient, reader], limits, clinical or {}, new_lesions or {})
        for patient, reader in sorted(grouped)
    )


def _with_product(reading: LesionReading) -> LesionReading:
    """A product nobody gave is that of the longest diameter and its perpendicular."""
    long, short = (reading.values.get(q) for q in (Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM))
    if long is None or short is None or Quantity.PRODUCT_MM2 in reading.values:
        return reading
    return replace(reading, values={**reading.values, Quantity.PRODUCT_MM2: long * short})


def _timeline(
    readings: Sequence[LesionReading],
    limits: Limits,
    clinical: Mapping[VisitKey, ClinicalState],
    new_lesions: Mapping[VisitKey, bool],
) -> Timeline:
    patient = readings[0].patient_id
    labels = _ordered(readings)
    visits = tuple(
        TimelineVisit(label, day, clinical.get((patient, label), ClinicalState()))
        for label, day in labels.items()
    )
    first = limits.baseline_visit([visit.clinical.weeks_since_radiotherapy for visit in visits])
    baseline = visits[first if first < len(visits) else 0].label
    lesions = _by_lesion(joined(readings), tuple(labels), baseline, limits)
    return Timeline(
        patient,
        readings[0].reader,
        visits,
        lesions,
        tuple(new_lesions.get((patient, label)) for label in labels),
    )


def _ordered(readings: Sequence[LesionReading]) -> dict[str, int | None]:
    """Label -> earliest day of each visit, in order of time."""
    days: dict[str, int | None] = {}
    numbers: dict[str, float | None] = {}
    for reading in readings:
        label = reading.timepoint
        days[label] = _earlier(days.get(label), reading.day)
        numbers[label] = _earlier(numbers.get(label), reading.visit_number)
    order = {label: (day, numbers[label]) for label, day in days.items() if day is not None}
    if len(order) == len(days):
        _check_ties(readings[0].patient_id, order)
        return {
            label: days[label] for label in sorted(order, key=lambda x: (order[x][0], order[x][1] or 0.0))
        }
    known = {label: number for label, number in numbers.items() if number is not None}
    if len(known) == len(days):
        return {label: days[label] for label in sorted(days, key=lambda x: (known[x], x))}
    without = [label for label, day in days.items() if day is None]
    raise SettingsError(
        Code.DATE_MISSING,
        f"patient {readings[0].patient_id!r}: visit {without[0]!r} has no date, and no numbers order the visits.",
        advice="Give each visit a date, a day, or a number.",
    )


def _check_ties(patient_id: str, order: Mapping[str, tuple[int, float | None]]) -> None:
    """Refuse visits of one day that no numbers order."""
    taken: dict[int, tuple[str, float | None]] = {}
    for label, (day, number) in order.items():
        other = taken.setdefault(day, (label, number))
        if other[0] != label and (number is None or other[1] is None or number == other[1]):
            raise SettingsError(
                Code.ROW_CONFLICTING,
                f"patient {patient_id!r}: visits {other[0]!r} and {label!r} are both of day {day}, and nothing says "
                "which came first.",
                advice="Give them one label, if they are one visit, or numbers.",
            )


def _earlier(one: Number | None, other: Number | None) -> Number | None:
    return min((value for value in (one, other) if value is not None), default=None)


def _by_lesion(
    readings: Sequence[LesionReading], labels: Sequence[str], baseline: str, limits: Limits
) -> tuple[TimelineLesion, ...]:
    rows: dict[LesionPart, dict[str, LesionReading]] = defaultdict(dict)
    for reading in _judged_parts(readings, limits):
        row = rows[reading.lesion, reading.compartment]
        if reading.timepoint in row:
            raise SettingsError(
                Code.ROW_CONFLICTING,
                f"patient {reading.patient_id!r}, visit {reading.timepoint!r}: reader {reading.reader!r} has lesion "
                f"{reading.lesion!r} twice.",
                advice="Keep one row for a lesion, or name the readers apart.",
            )
        row[reading.timepoint] = reading
    selected = baseline_roles([row[baseline] for row in rows.values() if baseline in row], limits)
    return tuple(
        _lesion(key, row, labels, selected.get(key, LesionRole.NEW), limits)
        for key, row in sorted(rows.items())
    )


def _lesion(
    key: LesionPart,
    row: Mapping[str, LesionReading],
    labels: Sequence[str],
    selected: LesionRole,
    limits: Limits,
) -> TimelineLesion:
    said = {reading.role for reading in row.values() if reading.role is not None}
    if len(said) > 1:
        reading = next(iter(row.values()))
        raise SettingsError(
            Code.ROW_CONFLICTING,
            f"patient {reading.patient_id!r}: reader {reading.reader!r} calls lesion {key[0]!r} both "
            f"{' and '.join(sorted(said))}.",
            advice="Give a lesion one role.",
        )
    stated = next(iter(said), None)
    role = selected if stated is None else stated
    first = row.get(labels[0])
    if stated is LesionRole.NEW and first is not None and first.status in SEEN:
        raise SettingsError(
            Code.ROW_CONFLICTING,
            f"patient {first.patient_id!r}: lesion {key[0]!r} is called new at {labels[0]!r}, the first visit.",
            advice="At the visit that others are compared with a lesion is a target or a non-target.",
        )
    readings = tuple(row.get(label) for label in labels)
    return TimelineLesion(
        key[0],
        role,
        tuple(r and _as_node(r, limits) for r in readings) if role is LesionRole.NEW else readings,
        next((r.organ for r in row.values() if r.organ is not None), None),
        any(r.is_node for r in row.values()),
    )


def _as_node(reading: LesionReading, limits: Limits) -> LesionReading:
    """A node of normal size is no lesion, so no new one."""
    short = reading.values.get(Quantity.SHORT_AXIS_MM)
    if not reading.is_node or short is None or short >= limits.node_normal_mm:
        return reading
    return replace(reading, status=LesionStatus.ABSENT, reason=f"a node of normal size, {short:g} mm")


def _judged_parts(readings: Sequence[LesionReading], limits: Limits) -> list[LesionReading]:
    """Readings of the compartments that the criterion judges; of a lesion that was read without parts, of the whole.

    A lesion that was read in parts and has none of those is none of this criterion: its whole may be edema.
    """
    parts: dict[str, set[Compartment]] = defaultdict(set)
    for reading in readings:
        parts[reading.lesion].add(reading.compartment)
    wanted = {
        lesion: {Compartment.WHOLE} if found == {Compartment.WHOLE} else found & set(limits.compartments)
        for lesion, found in parts.items()
    }
    return [reading for reading in readings if reading.compartment in wanted[reading.lesion]]
