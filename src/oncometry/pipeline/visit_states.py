"""The patient beside the images at each visit, as the cohort's clinical sheets say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oncometry.core import ClinicalState, Code, Notice, Timepoint, weeks_since
from oncometry.io.clinical import StateColumn, state_column

__all__ = ["States", "visit_states"]

Row = Mapping[str, Any]
_Unused = defaultdict[str, list[str]]
"""Why values are not used -> which."""
RADIOTHERAPY_END = frozenset({"radiotherapy_end_day", "radiotherapy_end_days"})
VISIT_NAMES = frozenset({"timepoint", "visit"})
SHOWN = 5
"""Values that are not used are named up to so many of one kind; then how many there are."""


@dataclass(frozen=True)
class States:
    """Patient and label of the visit -> state; what nobody said of any, and what was said and is not used."""

    by_visit: Mapping[tuple[str, str], ClinicalState]
    missing: tuple[Notice, ...]
    unused: tuple[Notice, ...]


@dataclass(frozen=True)
class _Said:
    """A value that is about the patient at a visit."""

    row: Row
    column: StateColumn
    visit: str | None

    @property
    def told(self) -> str:
        row = self.row
        value = repr(row["text"]) if row["number"] is None else f"{row['number']:g}"
        when = f" of visit {self.visit}" if self.visit else ""
        return f"{row['name']} {value}{when}" + ("" if row["day"] is None else f" of day {row['day']}")


def visit_states(timepoints: Sequence[Timepoint], values: Iterable[Row], treatments: Iterable[Row]) -> States:
    """The states of one patient's visits.

    A value belongs to the visit that its row names by the cohort's label, else to that of its day, exactly; where
    the two differ, or two values of one visit do, none is used. The end of radiotherapy holds for all visits; where
    a sheet says the weeks since then, they are as it says.

    Args:
        timepoints: the patient's visits.
        values, treatments: rows of the tables `clinical_values` and `treatments`.
    """
    rows, unused = list(values), _Unused(list)
    found = {t.label: ClinicalState() for t in timepoints}
    for (label, field), several in _placed(rows, timepoints, unused).items():
        if len({value for _, value in several}) > 1:
            unused["they differ at one visit"] += [said.told for said, _ in several]
        else:
            found[label] = replace(found[label], **{field: several[0][1]})
    ends = _ends(rows, treatments, unused)
    for t in timepoints:
        weeks = weeks_since(t.day, ends)
        if found[t.label].weeks_since_radiotherapy is None and weeks is not None:
            found[t.label] = replace(found[t.label], weeks_since_radiotherapy=weeks)
    states = {(t.patient_id, t.label): found[t.label] for t in timepoints}
    return States(states, _missing(found.values()), tuple(_unused(unused)))


def _placed(
    rows: Sequence[Row], timepoints: Sequence[Timepoint], unused: _Unused
) -> Mapping[tuple[str, str], list[tuple[_Said, Any]]]:
    """Label of the visit and field of the state -> what is said of it."""
    placed: dict[tuple[str, str], list[tuple[_Said, Any]]] = defaultdict(list)
    for said in _said(rows):
        value = said.column.read(said.row["text"], said.row["number"])
        label, why = _place(said, timepoints)
        if value is None:
            unused[f"it is not {said.column.wanted}"].append(said.told)
        elif label is None:
            unused[why].append(said.told)
        else:
            placed[label, said.column.field].append((said, value))
    return placed


def _said(rows: Sequence[Row]) -> Iterator[_Said]:
    """Values that say a state, and the name of the visit in the same row of the sheet."""
    visits = {
        (row["sheet"], row["row"]): row["text"] for row in rows if row["name"].casefold() in VISIT_NAMES
    }
    for row in rows:
        column = state_column(row["name"])
        if column is not None:
            yield _Said(row, column, visits.get((row["sheet"], row["row"])))


def _place(said: _Said, timepoints: Sequence[Timepoint]) -> tuple[str | None, str]:
    """The label of the visit that a value belongs to, and why there is none."""
    named = next((t.label for t in timepoints if t.label == said.visit), None)
    day = said.row["day"]
    of_day = [t.label for t in timepoints if day is not None and t.day == day]
    if named is not None and of_day and named not in of_day:
        return None, "its row names one visit and the day of another"
    if named is None and len(of_day) > 1:
        return None, "there are several visits of that day, and its row names none"
    label = named or next(iter(of_day), None)
    if label is None and day is None:
        return None, "its row tells no visit of the cohort"
    return label, "" if label else "there are no images of that day"


def _ends(rows: Iterable[Row], treatments: Iterable[Row], unused: dict[str, list[str]]) -> tuple[int, ...]:
    """Days on which courses of radiotherapy ended."""
    courses = (row for row in treatments if "radiotherapy" in row["kind"].casefold())
    ends = {int(row["end_day"]) for row in courses if row["end_day"] is not None}
    for row in rows:
        if row["name"].casefold() not in RADIOTHERAPY_END:
            continue
        if row["number"] is not None and float(row["number"]).is_integer():
            ends.add(int(row["number"]))
        else:
            said = row["text"] if row["number"] is None else f"{row['number']:g}"
            unused["it is not a whole number of days"].append(f"{row['name']} {said}")
    return tuple(sorted(ends))


def _missing(states: Iterable[ClinicalState]) -> tuple[Notice, ...]:
    """What was said of no visit."""
    there = list(states)
    asked = {
        "steroids": "steroid_mg",
        "clinical state": "status",
        "end of radiotherapy": "weeks_since_radiotherapy",
    }
    missing = [words for words, name in asked.items() if all(getattr(s, name) is None for s in there)]
    return (Notice(Code.VALUE_MISSING, f"not said: {', '.join(missing)}"),) if missing else ()


def _unused(told: Mapping[str, Sequence[str]]) -> Iterator[Notice]:
    for why, values in told.items():
        more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
        yield Notice(Code.VALUE_MISSING, f"not used: {', '.join(values[:SHOWN])}{more}: {why}")
