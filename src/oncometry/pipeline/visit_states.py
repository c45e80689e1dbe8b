"""The patient beside the images at each visit, as the cohort's clinical sheets say it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from oncometry.core import (
    ClinicalState,
    ClinicalStatus,
    Code,
    Notice,
    SurroundingChange,
    Timepoint,
    weeks_since,
)
from oncometry.io.clinical import FALSE_WORDS, TRUE_WORDS

__all__ = ["States", "visit_states"]

Row = Mapping[str, Any]
NEVER = frozenset({"none", "never", "no radiotherapy"})
RADIOTHERAPY_END = frozenset({"radiotherapy_end_day", "radiotherapy_end_days"})


@dataclass(frozen=True)
class States:
    """Patient and label of the visit -> state; what nobody said of any, and what was said and is not used."""

    by_visit: Mapping[tuple[str, str], ClinicalState]
    missing: tuple[Notice, ...]
    unused: tuple[Notice, ...]


def visit_states(timepoints: Sequence[Timepoint], values: Iterable[Row], treatments: Iterable[Row]) -> States:
    """The states of one patient's visits.

    A value holds at the visit of its day, exactly. The end of radiotherapy holds for all visits; where a sheet says
    the weeks since then, they are as it says.

    Args:
        timepoints: the patient's visits.
        values, treatments: rows of the tables `clinical_values` and `treatments`.
    """
    said = [row for row in values if row["name"] in _READ or row["name"] in RADIOTHERAPY_END]
    labels = {t.day: t.label for t in timepoints if t.day is not None}
    found = {t.label: ClinicalState() for t in timepoints}
    notices = []
    for row in said:
        if row["name"] in RADIOTHERAPY_END:
            continue
        name, read = _READ[row["name"]]
        value = read(_text(row))
        if row["day"] not in labels:
            notices.append(_unused(row, "there are no images of that day"))
        elif value is None:
            notices.append(_unused(row, "it says nothing that is known"))
        else:
            label = labels[row["day"]]
            found[label] = replace(found[label], **{name: value})
    ends = tuple(_ends(said, treatments))
    for t in timepoints:
        weeks = weeks_since(t.day, ends)
        if found[t.label].weeks_since_radiotherapy is None and weeks is not None:
            found[t.label] = replace(found[t.label], weeks_since_radiotherapy=weeks)
    states = {(t.patient_id, t.label): found[t.label] for t in timepoints}
    return States(states, _missing(found.values()), tuple(notices))


def _ends(said: Iterable[Row], treatments: Iterable[Row]) -> Iterator[int]:
    """Days on which courses of radiotherapy ended."""
    for row in treatments:
        if "radiotherapy" in row["kind"] and row["end_day"] is not None:
            yield int(row["end_day"])
    for row in said:
        number = row["number"]
        if row["name"] in RADIOTHERAPY_END and number is not None and float(number).is_integer():
            yield int(number)


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


def _unused(row: Row, why: str) -> Notice:
    return Notice(Code.VALUE_MISSING, f"{row['name']} {_text(row)!r} of day {row['day']} is not used: {why}")


def _text(row: Row) -> str:
    return f"{row['number']:g}" if row["number"] is not None else str(row["text"]).strip().casefold()


def _word(words: type[StrEnum]) -> Callable[[str], StrEnum | None]:
    return {str(word): word for word in words}.get


def _truth(text: str) -> bool | None:
    return True if text in TRUE_WORDS else False if text in FALSE_WORDS else None


def _dose(text: str) -> float | None:
    number = _number(text)
    return number if number is not None and number >= 0 else None


def _weeks(text: str) -> float | None:
    return math.inf if text in NEVER else _number(text)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


_READ: Mapping[str, tuple[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "clinical_status": ("status", _word(ClinicalStatus)),
        "steroid_mg": ("steroid_mg", _dose),
        "steroid_mg_per_day": ("steroid_mg", _dose),
        "dexamethasone_mg": ("steroid_mg", _dose),
        "dexamethasone_mg_per_day": ("steroid_mg", _dose),
        "steroid_replacement": ("steroid_replacement", _truth),
        "antiangiogenic": ("antiangiogenic", _truth),
        "weeks_since_radiotherapy": ("weeks_since_radiotherapy", _weeks),
        "outside_radiation_field": ("outside_radiation_field", _truth),
        "histology_tumor": ("histology_tumor", _truth),
        "t2_flair": ("t2_flair", _word(SurroundingChange)),
        "enhancement_increased": ("enhancement_increased", _truth),
        "new_symptoms": ("new_symptoms", _truth),
    }
)
"""Name of a clinical value -> which attribute of the state it is, and how its text is read (`io.visit_states`)."""
