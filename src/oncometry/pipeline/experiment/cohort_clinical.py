"""Columns `clinical.*`, `treatment.*`, `event.*` and `response.*` of a cohort."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oncometry.core import PROGRAM, Code
from oncometry.io.clinical import says_course_day, says_outcome
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, plain_word, some
from oncometry.pipeline.experiment.treatment_starts import kinds_of, treatment_starts
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.store import Store

__all__ = ["add_clinical", "add_events", "add_responses", "add_treatments"]

Row = Mapping[str, Any]
Said = tuple[str | float | None, int | None]
"""A value and its day."""

NOTHING: Said = (None, None)
OUTCOME = "outcome."
CENSORED = "censored"
TERMINAL, RADIOTHERAPY = "death", "radiotherapy"
OVERALL, BEST = "overall", "best overall"


def add_clinical(columns: CohortColumns, store: Store) -> None:
    """`clinical.NAME` at the first visit, and `clinical.NAME@K` at visit K of what changes; `outcome.` of what is one.

    A value holds from its day on. Of what is said only later, or without a day, a patient has a value at the first visit if it
    never changes, and the column's day tells; an outcome has one without a visit only if it never changes. A date on which
    treatment starts or ends is a day of `treatment.KIND`, and none here.
    """
    of_name: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    values = plain_rows(store.table("clinical_values"))
    dates = {name for name in {row["name"] for row in values} if says_course_day(name)}
    for row in values:
        is_date = row["number"] is None and row["name"] in dates
        if row["patient_id"] in columns.place and not is_date:
            of_name[row["name"]][row["patient_id"]].append(row)
    for name, of_patient in sorted(of_name.items()):
        column = f"{OUTCOME if says_outcome(name) else 'clinical.'}{name}"
        if columns.asks(column):
            _add_value(columns, column, of_patient)


def _add_value(columns: CohortColumns, column: str, of_patient: Mapping[str, Sequence[Row]]) -> None:
    is_outcome = column.startswith(OUTCOME)
    baseline = {
        patient: (None if is_outcome else _by_day(rows, 0)) or _unchanged(rows)
        for patient, rows in of_patient.items()
    }
    days = {p: float(day) for p, (_, day) in baseline.items() if day is not None}
    columns.add(column, {p: value for p, (value, _) in baseline.items()}, days=days)
    unclear = [patient for patient, (value, _) in baseline.items() if value is None]
    if unclear and not is_outcome:
        columns.tell(
            Code.VALUE_MISSING,
            f"{column}: {len(unclear)} patients have several values and none on or before day 0 "
            f"({some(unclear)}): missing.",
        )
    if any(len({_value(row) for row in rows}) > 1 for rows in of_patient.values()):
        _add_later(columns, column, of_patient)


def _add_later(columns: CohortColumns, name: str, of_patient: Mapping[str, Sequence[Row]]) -> None:
    for number in columns.numbers:
        found = {
            patient: (_by_day(rows, columns.visit_days[patient, number]) or NOTHING)[0]
            for patient, rows in of_patient.items()
            if (patient, number) in columns.visit_days
        }
        columns.add(f"{name}@{number}", found, columns.day_of_visit(number))


def _by_day(rows: Sequence[Row], day: int) -> Said | None:
    """The last value on or before a day, with its day; None where there is none, or two."""
    before = [row for row in rows if row["day"] is not None and row["day"] <= day]
    if before:
        last = max(row["day"] for row in before)
        values = {_value(row) for row in before if row["day"] == last}
        return (next(iter(values)), last) if len(values) == 1 else None
    return None


def _unchanged(rows: Sequence[Row]) -> Said:
    """The value that never changes, with the first day it was said on."""
    if len({_value(row) for row in rows}) > 1:
        return NOTHING
    days = [row["day"] for row in rows if row["day"] is not None]
    return _value(rows[0]), min(days, default=None)


def _value(row: Row) -> str | float:
    return str(row["text"]) if row["number"] is None else float(row["number"])


def add_treatments(columns: CohortColumns, store: Store) -> None:
    """`treatment.KIND` 1 or 0, its first and last day, dose and fractions.

    0 is of who had others, all of a kind that is known, or is said to be untreated; of the rest nobody knows. A course of
    several kinds (`radiotherapy+chemotherapy`) is of each; its dose is that of the radiotherapy.
    """
    treatments, values = (plain_rows(store.table(name)) for name in ("treatments", "clinical_values"))
    for kind in sorted({kind for row in treatments for kind in kinds_of(row)}):
        rows = [row for row in treatments if kind in kinds_of(row)]
        starts = treatment_starts(treatments, values, kind)
        days = _each(rows, "start_day", max)
        told = [p for p in columns.place if p in starts.treated | starts.spared]
        had = {patient: float(patient in starts.treated) for patient in told}
        irradiated = [
            row for row in rows if RADIOTHERAPY in kind.split("+") or RADIOTHERAPY not in kinds_of(row)
        ]
        columns.add(f"treatment.{kind}", had, days=days)
        columns.add(f"treatment.{kind}.start_day", _each(rows, "start_day", min), days=days)
        ends = _each(rows, "end_day", max)
        columns.add(f"treatment.{kind}.end_day", ends, days=ends)
        columns.add(f"treatment.{kind}.dose_gy", _each(irradiated, "dose_gy", sum), days=days)
        columns.add(f"treatment.{kind}.fractions", _each(irradiated, "fractions", sum), days=days)


def _each(rows: Iterable[Row], name: str, join: Any) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row[name] is not None:
            found[row["patient_id"]].append(float(row[name]))
    return {patient: float(join(values)) for patient, values in found.items()}


def add_events(columns: CohortColumns, store: Store) -> None:
    """`event.ENDPOINT.day` and `.observed` (1 or 0); of several endpoints `event.first.day` and `.kind`, what came first.

    The earliest day on which something was seen counts: a death after the last scan too. Who had nothing is followed to the
    earliest day that an endpoint is known to; of a tie with death the other.
    """
    endpoints: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in plain_rows(store.table("events")):
        endpoints[plain_word(row["endpoint"])][row["patient_id"]] = row
    for name, rows in sorted(endpoints.items()):
        columns.add(f"event.{name}.day", {p: float(row["day"]) for p, row in rows.items()})
        columns.add(f"event.{name}.observed", {p: float(row["observed"]) for p, row in rows.items()})
    if len(endpoints) < 2:
        return
    days: dict[str, float | str | None] = {}
    first: dict[str, float | str | None] = {}
    for patient in columns.place:
        own = {name: rows[patient] for name, rows in endpoints.items() if patient in rows}
        if own:
            observed = [row["day"] for row in own.values() if row["observed"]]
            day = min(observed or [row["day"] for row in own.values()])
            seen = sorted(n for n, row in own.items() if row["day"] == day and row["observed"])
            days[patient] = float(day)
            first[patient] = next((n for n in seen if n != TERMINAL), seen[0] if seen else CENSORED)
    columns.add("event.first.day", days)
    columns.add("event.first.kind", first)


def add_responses(columns: CohortColumns, store: Store) -> None:
    """`response.CRITERIA.best`, and `response.CRITERIA@K` at visit K; by the accepted reader, else as measured."""
    rows = [r for r in plain_rows(store.table("responses")) if r["scope"] in (OVERALL, BEST)]
    for criteria in sorted({row["criteria"] for row in rows}):
        chosen, ambiguous = _of_one_reader([row for row in rows if row["criteria"] == criteria])
        if ambiguous:
            columns.tell(
                Code.READER_AMBIGUOUS,
                f"response.{criteria}: of {len(ambiguous)} patients several readers have one, none is accepted "
                f"({some(ambiguous)}): taken is who read most.",
            )
        best = {p: _category(r) for p, own in chosen.items() for r in own if r["scope"] == BEST}
        last = [columns.visit_days.get((p, v.number)) for p in best for v in columns.visits.get(p, ())]
        columns.add(f"response.{criteria}.best", best, max((d for d in last if d is not None), default=None))
        for number in columns.numbers[1:]:
            at = {p: [r for r in own if r["timepoint"] == number] for p, own in chosen.items()}
            seen = {p: _category(r) for p, own in at.items() for r in own if r["scope"] == OVERALL}
            columns.add(f"response.{criteria}@{number}", seen, columns.day_of_visit(number))


def _of_one_reader(rows: Sequence[Row]) -> tuple[dict[str, list[Row]], list[str]]:
    """Rows of each patient by one reader, and the patients of whom nothing tells by which."""
    counts = Counter(row["reader"] for row in rows)
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["patient_id"]][row["reader"]].append(row)
    chosen, ambiguous = {}, []
    for patient, readers in found.items():
        accepted = [name for name, own in readers.items() if any(row["accepted"] for row in own)]
        by = accepted or [name for name in readers if name == PROGRAM] or sorted(readers)
        ambiguous += [patient] if len(by) > 1 else []
        chosen[patient] = readers[max(by, key=lambda name: (counts[name], name))]
    return chosen, ambiguous


def _category(row: Row) -> str | None:
    return None if row["category"] in (None, "NONE") else str(row["category"])
