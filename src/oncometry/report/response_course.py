"""A patient's course as one criterion and one reader judged it: the rows of an assessment, put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from oncometry.report.criteria_names import criterion_title
from oncometry.report.formatting import code_list, listed
from oncometry.report.tables import Row
from oncometry.response.category import Category, Scope

__all__ = ["BASELINE", "Disagreement", "Judged", "ResponseCourse", "disagreements", "response_courses"]

BASELINE = str(Category.NONE)
"""What a visit that others are compared with is called."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A visit as it was judged, or the best response of all.

    Attributes:
        overall: row of `responses` of the overall category.
        parts: its other scopes -> their rows.
        probabilities: category -> share of draws that gave it overall; empty where nothing was drawn.
        imaging_probabilities: the same of what the scans alone say.
    """

    overall: Row
    parts: Mapping[str, Row]
    probabilities: Mapping[str, float]
    imaging_probabilities: Mapping[str, float]

    @property
    def category(self) -> str:
        """Overall."""
        return str(self.overall["category"])

    @property
    def imaging_only(self) -> str:
        """What the scans alone say, where that is not the overall category; else ''."""
        row = self.parts.get(Scope.IMAGING)
        said = "" if row is None else str(row["category"])
        return "" if said == self.category else said

    @property
    def place(self) -> tuple[int, str]:
        """Which visit it is of, for any reader: its time point in the cohort, or the day and name in a reader's file."""
        number, day = self.overall["timepoint"], self.overall["day"]
        if number is not None:
            return int(number), ""
        return (-1 if day is None else int(day)), str(self.overall["label"])


@dataclass(frozen=True, eq=False)
class ResponseCourse:
    """One assessment.

    Attributes:
        criteria, version, verified: whose rules, and whether all were read in a published text.
        quantity: what is summed; the unit is in its name.
        visits: in order, the baseline first.
        best: row of the best overall response; None where there is none.
        inputs: rows of `response_inputs`: what was said of each lesion at each visit, 1 the baseline.
        roles: (lesion, compartment) -> what it counts as.
        uids: lesion -> tracking UID: a reader's names are not those of the ledger.
        best_shares: category -> share of draws in which it was the best response.
        notices: what is to be said beside it.
    """

    patient_id: str
    criteria: str
    version: str
    verified: bool
    reader: str
    quantity: str
    visits: tuple[Judged, ...]
    best: Row | None
    inputs: tuple[Row, ...]
    roles: Mapping[tuple[str, str], str]
    uids: Mapping[str, str]
    best_shares: Mapping[str, float]
    notices: tuple[str, ...]

    @property
    def title(self) -> str:
        """The criterion as the field names it."""
        return criterion_title(self.criteria)

    @property
    def best_category(self) -> str:
        """'' where there is none."""
        return "" if self.best is None else str(self.best["category"])

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The visits that were compared with a baseline."""
        return tuple(visit for visit in self.visits if visit.category != BASELINE)


@dataclass(frozen=True)
class Disagreement:
    """Readers who call a visit differently by one criterion: (reader, category), and whose an adjudicator took."""

    title: str
    place: tuple[int, str]
    visit: str
    calls: tuple[tuple[str, str], ...]
    accepted: str

    @property
    def text(self) -> str:
        """One sentence."""
        said = listed([f"{reader} {category}" for reader, category in self.calls])
        taken = f"adjudicated: {self.accepted}" if self.accepted else "not adjudicated"
        return f"{self.title}, {self.visit}: {said}; {taken}."


def response_courses(rows_of: Callable[[str], Sequence[Row]]) -> list[ResponseCourse]:
    """Courses of every patient in the tables, by patient, criterion and reader.

    Args:
        rows_of: table name -> rows, of a cohort or of one patient.
    """
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows_of("response_probabilities"):
        shares[row["response"]][str(row["category"])] = float(row["probability"])
    inputs, roles = _by_assessment(rows_of("response_inputs")), _by_assessment(rows_of("roles"))
    found = [
        _course(rows, shares, inputs.get(key, []), roles.get(key, []))
        for key, rows in _by_assessment(rows_of("responses")).items()
    ]
    return sorted(found, key=lambda c: (c.patient_id, c.criteria, c.reader))


def _by_assessment(rows: Sequence[Row]) -> dict[tuple[str, str, str], list[Row]]:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["patient_id"], row["criteria"], row["reader"]].append(row)
    return groups


def _course(
    rows: Sequence[Row],
    shares: Mapping[str, Mapping[str, float]],
    inputs: Sequence[Row],
    roles: Sequence[Row],
) -> ResponseCourse:
    scopes: dict[tuple[object, ...], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row["scope"] != Scope.BEST_OVERALL:
            scopes[row["timepoint"], row["day"], row["label"]][str(row["scope"])] = row
    visits = []
    for there in scopes.values():
        overall = there.pop(Scope.OVERALL)
        imaging = shares.get(there[Scope.IMAGING]["value_id"], {}) if Scope.IMAGING in there else {}
        visits.append(Judged(overall, there, shares.get(overall["value_id"], {}), imaging))
    one, best = rows[0], next((r for r in rows if r["scope"] == Scope.BEST_OVERALL), None)
    return ResponseCourse(
        one["patient_id"],
        one["criteria"],
        str(one["version"]),
        bool(one["verified"]),
        one["reader"],
        one["quantity"],
        tuple(visits),
        best,
        tuple(inputs),
        {(row["lesion"], row["compartment"]): str(row["role"]) for row in roles},
        {row["lesion"]: row["tracking_uid"] for row in roles if row["tracking_uid"] is not None},
        {} if best is None else shares.get(best["value_id"], {}),
        tuple(dict.fromkeys(code_list(one["notices"]))),
    )


def disagreements(courses: Sequence[ResponseCourse]) -> list[Disagreement]:
    """Visits after the baseline that readers of one patient call differently, by criterion."""
    found = []
    for title in dict.fromkeys(c.title for c in courses):
        calls: dict[tuple[int, str], list[tuple[str, Judged]]] = defaultdict(list)
        for course in courses:
            if course.title == title:
                for visit in course.judged:
                    calls[visit.place].append((course.reader, visit))
        for place, said in calls.items():
            if len({visit.category for _, visit in said}) > 1:
                accepted = next((reader for reader, visit in said if visit.overall["accepted"]), "")
                shown = tuple((reader, visit.category) for reader, visit in said)
                found.append(Disagreement(title, place, str(said[0][1].overall["label"]), shown, accepted))
    return found
