"""Columns `size.*`, `visits.*` and `delta.size.*` of a cohort."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import PROGRAM, Code, Compartment, LesionReading, LesionStatus, Quantity
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, some

__all__ = ["PatientReadings", "add_deltas", "add_sizes", "add_visits", "chosen_readings", "relative_change"]

PatientReadings = Mapping[str, Mapping[str, Sequence[LesionReading]]]
"""Patient -> reader, '' is this program -> readings."""

SUMS = (Quantity.VOLUME_ML, Quantity.LONGEST_DIAMETER_MM)
UNKNOWN = frozenset({LesionStatus.NOT_EVALUABLE, LesionStatus.NOT_IMAGED, LesionStatus.TOO_SMALL})
"""There is, or may be, something whose size nobody knows: nor then the sum's."""


@dataclass(frozen=True, eq=False)
class _Total:
    """All lesions of a compartment at a visit."""

    lesions: int
    sums: Mapping[Quantity, float]


def chosen_readings(columns: CohortColumns, readings: PatientReadings) -> dict[str, list[LesionReading]]:
    """What one hand says of each patient: this program; else the accepted reader; else who read most patients."""
    counts = Counter(reader for of_reader in readings.values() for reader in of_reader)
    chosen: dict[str, list[LesionReading]] = {}
    by: dict[str, list[str]] = defaultdict(list)
    ambiguous = []
    for patient, of_reader in readings.items():
        accepted = [name for name, own in of_reader.items() if any(r.accepted for r in own)]
        there = [""] if "" in of_reader else accepted or sorted(of_reader)
        if not there or patient not in columns.place:
            continue
        ambiguous += [patient] if len(there) > 1 else []
        reader = max(there, key=lambda name: (counts[name], name))
        by[reader or PROGRAM].append(patient)
        chosen[patient] = list(of_reader[reader])
    if set(by) - {PROGRAM}:
        told = ", ".join(f"{len(patients)} by {reader}" for reader, patients in sorted(by.items()))
        columns.tell(
            Code.SOURCE_DIFFERS, f"sizes: patients {told}. Manual reads stand where nothing was measured."
        )
    if ambiguous:
        columns.tell(
            Code.READER_AMBIGUOUS,
            f"sizes: several readers read {len(ambiguous)} patients and none is accepted ({some(ambiguous)}): "
            "taken is who read most.",
        )
    return chosen


def add_visits(columns: CohortColumns, chosen: Mapping[str, Sequence[LesionReading]]) -> None:
    """`visits.count`, `visits.sized`: with a size; `visits.day@K`."""
    columns.add("visits.count", {p: float(len(columns.visits.get(p, ()))) for p in columns.place})
    sized = {
        p: {r.timepoint for r in own if r.values or r.status is LesionStatus.ABSENT}
        for p, own in chosen.items()
    }
    columns.add("visits.sized", {p: float(len(sized.get(p, ()))) for p in columns.place})
    for number in columns.numbers:
        days = {p: float(day) for (p, visit), day in columns.visit_days.items() if visit == number}
        columns.add(f"visits.day@{number}", days, columns.day_of_visit(number))


def add_sizes(columns: CohortColumns, chosen: Mapping[str, Sequence[LesionReading]]) -> None:
    """`size.COMPARTMENT.volume_ml@K` and `.longest_diameter_mm@K`, summed over lesions, and how many `.lesions@K`."""
    found: dict[str, dict[str, float | str | None]] = defaultdict(dict)
    day_of: dict[str, float | None] = {}
    for patient, compartment, number, total in _totals(columns, chosen):
        named = {quantity.value: value for quantity, value in total.sums.items()}
        for name, value in {**named, "lesions": float(total.lesions)}.items():
            column = f"size.{compartment.value}.{name}@{number}"
            found[column][patient] = value
            day_of[column] = columns.day_of_visit(number)
    for column in sorted(found, key=_in_order):
        columns.add(column, found[column], day_of[column])


def _in_order(column: str) -> tuple[str, int]:
    name, _, number = column.rpartition("@")
    return name, int(number)


def _totals(
    columns: CohortColumns, chosen: Mapping[str, Sequence[LesionReading]]
) -> Iterator[tuple[str, Compartment, int, _Total]]:
    strange: set[str] = set()
    for patient, readings in chosen.items():
        numbers = {v.label: v.number for v in columns.visits.get(patient, ()) if v.is_ordered}
        places: dict[tuple[Compartment, int], list[LesionReading]] = defaultdict(list)
        for reading in readings:
            if reading.timepoint not in numbers:
                strange.add(patient)
            elif reading.merged_into is None:
                places[reading.compartment, numbers[reading.timepoint]].append(reading)
        for (compartment, number), own in sorted(places.items()):
            yield patient, compartment, number, _total(own)
    if strange:
        columns.tell(
            Code.DATE_MISSING,
            f"sizes: {len(strange)} patients have sizes at visits that are none of the cohort's, or in no known "
            f"order ({some(strange)}): left out.",
        )


def _total(readings: Sequence[LesionReading]) -> _Total:
    measured = [r for r in readings if r.status is LesionStatus.MEASURED]
    unknown = any(r.status in UNKNOWN for r in readings)
    sums: dict[Quantity, float] = {}
    for quantity in SUMS:
        values = [r.values[quantity] for r in measured if quantity in r.values]
        if not unknown and len(values) == len(measured):
            sums[quantity] = float(sum(values))
    return _Total(len(measured), sums)


def add_deltas(columns: CohortColumns, prefix: str) -> None:
    """`delta.NAME@K` of each number NAME that begins so: its change from visit 1 to visit K, a fraction of visit 1."""
    for name in [n for n in columns.columns if n.startswith(prefix) and "@" in n]:
        stem, _, number = name.rpartition("@")
        first, later = columns.columns.get(f"{stem}@1"), columns.columns[name]
        if number == "1" or first is None or first.dtype.kind != "f" or later.dtype.kind != "f":
            continue
        change = relative_change(np.asarray(first, dtype=np.float64), np.asarray(later, dtype=np.float64))
        if np.isfinite(change).any():
            columns.put(f"delta.{name}", change, columns.days.get(name))


def relative_change(first: NDArray[np.float64], later: NDArray[np.float64]) -> NDArray[np.float64]:
    """(later - first) / |first|; NaN where either is unknown, or the first is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (later - first) / np.abs(first)
    return np.where(np.isfinite(found), found, np.nan)
