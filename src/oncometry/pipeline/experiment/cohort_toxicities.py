"""Columns `toxicity.*` of a cohort: what came under treatment, and what was there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Code
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, plain_word, some
from oncometry.pipeline.stored_rows import Row, plain_rows
from oncometry.store import Store

__all__ = ["add_toxicities"]

ANY = "any"
STEROID = "steroid"


@dataclass(frozen=True)
class _Course:
    """Grades of one term in one patient, before treatment and from its first day on; no grade is None.

    Attributes:
        day: the first on which the highest grade under treatment was reached.
        known: the last day of a grade before treatment.
    """

    before: int | None
    under: int | None
    day: int | None
    known: int | None

    @property
    def emergent(self) -> int | None:
        """The grade that treatment brought: 0 where it was as high before."""
        if self.under is None:
            return None
        return self.under if self.before is None or self.under > self.before else 0


def add_toxicities(columns: CohortColumns, store: Store) -> None:
    """`toxicity.TERM.grade`, the highest from the patient's first day of treatment on, and `.day`, the first it was reached.

    `.baseline` is the highest before. TERM `any` is the highest of all terms that were less or absent before: what emerges or
    worsens under treatment (ICH E9, glossary). A grade without a day, or of a patient whose treatment has none, counts as
    under treatment, and is told.
    """
    starts = _starts(plain_rows(store.table("treatments")))
    terms: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in plain_rows(store.table("toxicities")):
        if row["patient_id"] in columns.place:
            terms[plain_word(row["term"])][row["patient_id"]].append(row)
    courses = {
        term: {patient: _course(rows, starts.get(patient)) for patient, rows in of_patient.items()}
        for term, of_patient in sorted(terms.items())
    }
    for term, of_patient in courses.items():
        _add_term(columns, term, of_patient)
    _add_any(columns, courses)
    _tell_unplaced(columns, terms, starts)
    _tell_partly(columns, courses)


def _starts(rows: Sequence[Row]) -> dict[str, int]:
    """Patient -> the first day of any treatment; steroids accompany one."""
    found: dict[str, int] = {}
    for row in rows:
        if row["start_day"] is not None and row["kind"] != STEROID:
            day = int(row["start_day"])
            found[row["patient_id"]] = min(found.get(row["patient_id"], day), day)
    return found


def _course(rows: Sequence[Row], start: int | None) -> _Course:
    early = [r for r in rows if start is not None and r["day"] is not None and r["day"] < start]
    late = [r for r in rows if r not in early]
    before = max((int(r["grade"]) for r in early), default=None)
    under = max((int(r["grade"]) for r in late), default=None)
    days = [int(r["day"]) for r in late if r["grade"] == under and r["day"] is not None]
    return _Course(before, under, min(days, default=None), max((int(r["day"]) for r in early), default=None))


def _add_term(columns: CohortColumns, term: str, courses: Mapping[str, _Course]) -> None:
    known = max((c.known for c in courses.values() if c.known is not None), default=None)
    columns.add(f"toxicity.{term}.grade", {p: _number(c.under) for p, c in courses.items()})
    columns.add(f"toxicity.{term}.day", {p: _number(c.day) for p, c in courses.items()})
    columns.add(
        f"toxicity.{term}.baseline", {p: _number(c.before) for p, c in courses.items()}, _number(known)
    )


def _add_any(columns: CohortColumns, courses: Mapping[str, Mapping[str, _Course]]) -> None:
    worst: dict[str, _Course] = {}
    for of_patient in courses.values():
        for patient, course in of_patient.items():
            if course.emergent is None:
                continue
            so_far = worst.get(patient)
            if so_far is None or _rank(course) > _rank(so_far):
                worst[patient] = course
    columns.add(f"toxicity.{ANY}.grade", {p: _number(c.emergent) for p, c in worst.items()})
    columns.add(f"toxicity.{ANY}.day", {p: _number(c.day) for p, c in worst.items() if c.emergent})


def _rank(course: _Course) -> tuple[int, float]:
    """Higher is worse, of equals the earlier."""
    return course.emergent or 0, -float("inf" if course.day is None else course.day)


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _tell_unplaced(
    columns: CohortColumns, terms: Mapping[str, Mapping[str, Sequence[Row]]], starts: Mapping[str, int]
) -> None:
    """Grades that nothing places before or after the start of treatment."""
    graded = {(p, r["day"]) for of_patient in terms.values() for p, rows in of_patient.items() for r in rows}
    startless = {patient for patient, _ in graded if patient not in starts}
    dayless = {patient for patient, day in graded if day is None and patient in starts}
    if startless:
        columns.tell(
            Code.DATE_MISSING,
            f"toxicity: of {len(startless)} patients no day of treatment is known ({some(startless)}): all their grades "
            "count as under treatment.",
        )
    if dayless:
        columns.tell(
            Code.DATE_MISSING,
            f"toxicity: {len(dayless)} patients have grades without a day ({some(dayless)}): they count as under treatment.",
        )


def _tell_partly(columns: CohortColumns, courses: Mapping[str, Mapping[str, _Course]]) -> None:
    """Patients of whom nobody says that something was looked for."""
    graded = {p for of_patient in courses.values() for p, c in of_patient.items() if c.under is not None}
    if not courses:
        return
    if silent := set(columns.place) - graded:
        columns.tell(
            Code.VALUE_MISSING,
            f"toxicity: {len(silent)} patients have no grade under treatment ({some(silent)}): unknown, not free of toxicity.",
        )
    partly = [t for t, own in courses.items() if {p for p, c in own.items() if c.under is not None} < graded]
    if partly:
        columns.tell(
            Code.VALUE_MISSING,
            f"toxicity: {', '.join(partly)} have no grade of some patients with other toxicities: missing, since nobody "
            "says that it was looked for.",
        )
