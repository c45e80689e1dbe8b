"""Columns `toxicity.*` of a cohort: what came under treatment, and what was there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Code
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, plain_word, some
from oncometry.pipeline.experiment.treatment_starts import TreatmentStarts, some_names, treatment_starts
from oncometry.pipeline.stored_rows import Row, plain_rows
from oncometry.prediction.declaration import TREATED
from oncometry.store import Store

__all__ = ["add_toxicities"]

ANY = "any"
HIGHEST = 5


@dataclass(frozen=True)
class _Course:
    """Grades of one term in one patient, before treatment and under it; no grade is None.

    Attributes:
        reached: grade under treatment -> the first day of it or of a higher one.
        known: the last day of a grade before treatment.
    """

    before: int | None
    under: int | None
    reached: Mapping[int, int]
    known: int | None

    @property
    def emergent(self) -> int | None:
        """The grade that treatment brought: 0 where it was as high before."""
        if self.under is None:
            return None
        return self.under if self.before is None or self.under > self.before else 0

    @property
    def day(self) -> int | None:
        """The first on which the highest grade under treatment was reached."""
        return None if self.under is None else self.reached.get(self.under)

    def emerged(self, grade: int) -> int | None:
        """The first day of this grade or a higher one that was not there before."""
        if not self.emergent or self.emergent < grade:
            return None
        return self.reached.get(max(grade, (self.before or 0) + 1))


def add_toxicities(columns: CohortColumns, store: Store) -> None:
    """`toxicity.TERM.grade`, the highest after the patient's first day of treatment, and `.day`, the first it was reached.

    `.grade_N.day` is the first day of grade N or higher. `.baseline` is the highest before treatment, its first day among it:
    grades are of a visit and have no time of day, and what is assessed on the first day of treatment is assessed before the
    first dose, as a baseline is the last value on or before it (CDISC ADaM); where `first_day` says `treatment` it is under
    treatment, as an adverse event that began on that day is. TERM `any` is the highest of all terms that
    were less or absent before: what emerges or worsens under treatment (ICH E9, glossary). Who is said to be untreated is
    observed from the first visit on. A grade without a day, or of a patient whose treatment has none, counts as under
    treatment; all of that is told. Where one kind of treatment is meant, `toxicity.treated` is 1 of who had it, 0 of who
    had others or is said to be untreated, missing of whom nobody knows, and only the first have grades.
    """
    treatments, values = (plain_rows(store.table(name)) for name in ("treatments", "clinical_values"))
    starts = treatment_starts(treatments, values, columns.treatment)
    terms: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    others = set() if starts.kind is None else set(columns.place) - starts.treated
    before = {
        p: day - (columns.first_day == "treatment" and p in starts.treated) for p, day in starts.days.items()
    }
    for row in plain_rows(store.table("toxicities")):
        if row["patient_id"] in columns.place and row["patient_id"] not in others:
            terms[plain_word(row["term"])][row["patient_id"]].append(row)
    courses = {
        term: {patient: _course(rows, before.get(patient)) for patient, rows in of_patient.items()}
        for term, of_patient in sorted(terms.items())
    }
    if starts.kind is not None:
        told = [p for p in columns.place if p in starts.treated | starts.spared]
        columns.add(TREATED, {p: float(p in starts.treated) for p in told})
        _tell_others(columns, treatments, starts)
    for term, of_patient in courses.items():
        _add_term(columns, term, of_patient)
    _add_any(columns, courses)
    _tell_started(columns, terms, starts)
    _tell_unplaced(columns, terms, starts)
    _tell_partly(columns, courses, others)


def _course(rows: Sequence[Row], last: int | None) -> _Course:
    """`last`: the day up to which grades are of before treatment; None: nobody knows it."""
    early = [r for r in rows if last is not None and r["day"] is not None and r["day"] <= last]
    late = [r for r in rows if r not in early]
    before = max((int(r["grade"]) for r in early), default=None)
    under = max((int(r["grade"]) for r in late), default=None)
    dated = [(int(r["grade"]), int(r["day"])) for r in late if r["day"] is not None]
    highest = max((grade for grade, _ in dated), default=-1)
    reached = {n: min(day for grade, day in dated if grade >= n) for n in range(highest + 1)}
    return _Course(before, under, reached, max((int(r["day"]) for r in early), default=None))


def _add_term(columns: CohortColumns, term: str, courses: Mapping[str, _Course]) -> None:
    columns.add(f"toxicity.{term}.grade", {p: _number(c.under) for p, c in courses.items()})
    columns.add(f"toxicity.{term}.day", {p: _number(c.day) for p, c in courses.items()})
    for grade in range(1, HIGHEST + 1):
        days = {p: _number(c.reached.get(grade)) for p, c in courses.items()}
        columns.add(f"toxicity.{term}.grade_{grade}.day", days)
    known = {p: float(c.known) for p, c in courses.items() if c.known is not None}
    columns.add(f"toxicity.{term}.baseline", {p: _number(c.before) for p, c in courses.items()}, days=known)


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
    for grade in range(1, HIGHEST + 1):
        days = {p: _number(_first(of[p].emerged(grade) for of in courses.values() if p in of)) for p in worst}
        columns.add(f"toxicity.{ANY}.grade_{grade}.day", days)


def _first(days: Iterable[int | None]) -> int | None:
    return min((day for day in days if day is not None), default=None)


def _rank(course: _Course) -> tuple[int, float]:
    """Higher is worse, of equals the earlier."""
    return course.emergent or 0, -float("inf" if course.day is None else course.day)


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _tell_started(
    columns: CohortColumns,
    terms: Mapping[str, Mapping[str, Sequence[Row]]],
    starts: TreatmentStarts,
) -> None:
    """Grades of the day on which treatment starts, and of those who have none."""
    graded = [(p, r) for of_patient in terms.values() for p, rows in of_patient.items() for r in rows]
    same = {
        p
        for p, r in graded
        if p in starts.treated and r["day"] is not None and r["day"] == starts.days.get(p)
    }
    observed = {p for p, _ in graded if p in starts.observed}
    taken = "before its first dose" if columns.first_day == "baseline" else "under treatment, as declared"
    if same:
        columns.tell(
            Code.COLUMN_GUESSED,
            f"toxicity: {len(same)} patients have grades of the day on which treatment starts ({some(same)}): taken as "
            f"{taken} (`endpoint.first_day`).",
        )
    if observed:
        columns.tell(
            Code.COLUMN_GUESSED,
            f"toxicity: {len(observed)} patients are said to be untreated ({some(observed)}): what came after their first "
            "visit counts.",
        )


def _tell_others(columns: CohortColumns, treatments: Sequence[Row], starts: TreatmentStarts) -> None:
    """Who did not have the kind of treatment that is meant, and of whom nobody knows."""
    spared = set(columns.place) & starts.spared
    unclear = set(columns.place) - starts.treated - starts.spared
    if spared:
        columns.tell(
            Code.ROW_EXCLUDED,
            f"toxicity: {len(spared)} patients did not have {starts.kind} ({some(spared)}): none of their grades is of it.",
        )
    if unclear:
        named = some_names(row for row in treatments if row["patient_id"] in unclear)
        why = f"; of no kind that is known are: {named}" if named else "; no treatment is named"
        columns.tell(
            Code.VALUE_MISSING,
            f"toxicity: of {len(unclear)} patients nobody knows whether they had {starts.kind} ({some(unclear)}){why}: left out.",
        )


def _tell_unplaced(
    columns: CohortColumns, terms: Mapping[str, Mapping[str, Sequence[Row]]], starts: TreatmentStarts
) -> None:
    """Grades that nothing places before or after the start of treatment."""
    graded = {(p, r["day"]) for of_patient in terms.values() for p, rows in of_patient.items() for r in rows}
    startless = {patient for patient, _ in graded if patient not in starts.days}
    dayless = {patient for patient, day in graded if day is None and patient in starts.days}
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


def _tell_partly(
    columns: CohortColumns, courses: Mapping[str, Mapping[str, _Course]], others: set[str]
) -> None:
    """Patients of whom nobody says that something was looked for."""
    graded = {p for of_patient in courses.values() for p, c in of_patient.items() if c.under is not None}
    if not courses:
        return
    if silent := set(columns.place) - graded - others:
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
