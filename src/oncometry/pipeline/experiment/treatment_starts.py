"""From which day on a cohort's patients are treated: what was there by then is none of treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Code, SettingsError
from oncometry.io.clinical import says_untreated
from oncometry.pipeline.experiment.cohort_columns import plain_word
from oncometry.pipeline.stored_rows import Row

__all__ = ["TreatmentStarts", "check_treatment", "treatment_starts"]

STEROID = "steroid"
FIRST_VISIT = 0


@dataclass(frozen=True)
class TreatmentStarts:
    """When treatment started, of those who had it.

    Attributes:
        days: patient -> first day. Who is said to be untreated is observed from the first visit on.
        observed: those who are said to be untreated.
        treated: who had the treatment, with a day or without.
        kind: which treatment is meant; None: the earliest of any but steroids, which accompany one.
    """

    days: Mapping[str, int]
    observed: frozenset[str]
    treated: frozenset[str]
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
    meant = [row for row in treatments if _is_meant(row["kind"], kind)]
    days: dict[str, int] = {}
    for row in meant:
        if row["start_day"] is not None:
            day = int(row["start_day"])
            days[row["patient_id"]] = min(days.get(row["patient_id"], day), day)
    treated = frozenset(str(row["patient_id"]) for row in meant)
    if kind is not None:
        return TreatmentStarts(days, frozenset(), treated, kind)
    said = {str(row["patient_id"]) for row in values if says_untreated(row["name"], _text(row))}
    observed = frozenset(said - treated)
    return TreatmentStarts({**dict.fromkeys(observed, FIRST_VISIT), **days}, observed, treated)


def check_treatment(treatments: Sequence[Row], kind: str | None) -> None:
    """Refuse a kind of treatment that nobody has.

    Raises:
        SettingsError: `SETTINGS`, with the kinds that there are.
    """
    if kind is None or any(_is_meant(row["kind"], kind) for row in treatments):
        return
    there = ", ".join(sorted({str(row["kind"]) for row in treatments}))
    raise SettingsError(
        Code.SETTINGS,
        f"endpoint.treatment: no patient of the cohort has {kind!r}.",
        advice=f"There are: {there}." if there else "The cohort has no treatments.",
    )


def _is_meant(there: str, kind: str | None) -> bool:
    if kind is None:
        return there != STEROID
    word = plain_word(there)
    return plain_word(kind) in {word, *word.split("+")}


def _text(row: Row) -> str:
    return f"{row['number']:g}" if row["text"] is None else str(row["text"])
