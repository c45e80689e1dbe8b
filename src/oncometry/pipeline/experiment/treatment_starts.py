"""From which day on a cohort's patients are treated: what was there by then is none of treatment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Code, SettingsError
from oncometry.io.clinical import OTHER, says_untreated, treatment_kind
from oncometry.pipeline.experiment.cohort_columns import plain_word, some
from oncometry.pipeline.stored_rows import Row

__all__ = [
    "TreatmentStarts",
    "check_treatment",
    "kinds_of",
    "some_names",
    "treatment_starts",
]

STEROID = "steroid"
FIRST_VISIT = 0


@dataclass(frozen=True)
class TreatmentStarts:
    """When treatment started, of those who had it.

    Attributes:
        days: patient -> first day. Who is said to be untreated is observed from the first visit on.
        observed: those who are said to be untreated.
        treated: who had the treatment, with a day or without.
        spared: who did not have it: had others, all of a kind that is known, or is said to be untreated. Of whoever is
            neither treated nor spared nobody knows.
        kind: which treatment is meant; None: the earliest of any but steroids, which accompany one.
    """

    days: Mapping[str, int]
    observed: frozenset[str]
    treated: frozenset[str]
    spared: frozenset[str] = frozenset()
    kind: str | None = None


def treatment_starts(
    treatments: Sequence[Row], values: Sequence[Row], kind: str | None = None
) -> TreatmentStarts:
    """The starts of one kind of treatment, or of any.

    Args:
        treatments, values: rows of the tables `treatments` and `clinical_values`.
        kind: as in `treatments`, or one of those that are joined there: `radiotherapy` is part of
            `radiotherapy+chemotherapy`.
    """
    meant = [row for row in treatments if _is_meant(row, kind)]
    days: dict[str, int] = {}
    for row in meant:
        if row["start_day"] is not None:
            day = int(row["start_day"])
            days[row["patient_id"]] = min(days.get(row["patient_id"], day), day)
    treated = frozenset(str(row["patient_id"]) for row in meant)
    said = _untreated(values)
    if kind is not None:
        known = {str(row["patient_id"]) for row in treatments} | said
        unclear = {str(row["patient_id"]) for row in _not_recognized(treatments)}
        return TreatmentStarts(days, frozenset(), treated, frozenset(known - unclear - treated), kind)
    observed = frozenset(said - treated)
    return TreatmentStarts({**dict.fromkeys(observed, FIRST_VISIT), **days}, observed, treated)


def _untreated(values: Sequence[Row]) -> set[str]:
    """Patients who are said to have no treatment.

    Args:
        values: rows of the table `clinical_values`.
    """
    said = {(row["name"], _text(row)) for row in values}
    none = {(name, text) for name, text in said if says_untreated(name, text)}
    return {str(row["patient_id"]) for row in values if (row["name"], _text(row)) in none}


def _not_recognized(treatments: Iterable[Row]) -> list[Row]:
    """Courses of which nothing tells the kind: they may be of any."""
    return [row for row in treatments if kinds_of(row) <= {"", OTHER}]


def kinds_of(row: Row) -> set[str]:
    """The kinds that a course of the table `treatments` is of.

    What it says, the parts of what is joined (`radiotherapy+chemotherapy`), and what its words mean ('EBRT').
    """
    word, known = plain_word(row["kind"]), treatment_kind(_words(row))
    meant = set() if known == OTHER else {plain_word(part) for part in known.split("+")}
    return ({word, *word.split("+")} - {OTHER}) | meant or {OTHER}


def some_names(treatments: Iterable[Row]) -> str:
    """The names of courses of which nothing tells the kind; the first few, '' where there is none."""
    return some(str(row["agent"]) or "without a name" for row in _not_recognized(treatments))


def _is_meant(row: Row, kind: str | None) -> bool:
    """Whether a course is of this kind; None: of any but steroids alone."""
    return treatment_kind(_words(row)) != STEROID if kind is None else plain_word(kind) in kinds_of(row)


def check_treatment(treatments: Sequence[Row], kind: str | None) -> None:
    """Refuse a kind of treatment that nobody has.

    Raises:
        SettingsError: `SETTINGS`, with the kinds that there are.
    """
    if kind is None or any(_is_meant(row, kind) for row in treatments):
        return
    there = ", ".join(sorted({str(row["kind"]) for row in treatments}))
    unclear = some_names(treatments)
    also = f" Of no kind that is known: {unclear}." if unclear else ""
    raise SettingsError(
        Code.SETTINGS,
        f"endpoint.treatment: no patient of the cohort has {kind!r}.",
        advice=f"There are: {there}.{also}" if there else "The cohort has no treatments.",
    )


def _words(row: Row) -> str:
    return f"{row['kind']} {row['agent']}"


def _text(row: Row) -> str:
    return f"{row['number']:g}" if row["text"] is None else str(row["text"])
