"""A time point: one visit of a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

__all__ = ["UNORDERED", "Timepoint", "visit_anchors"]

UNORDERED = "unordered"


@dataclass(frozen=True, order=True)
class Timepoint:
    """One visit.

    Attributes:
        patient_id: as the source names the patient.
        number: 1 for the first, in order of date (or of stated order, where there is no date).
        label: BIDS session label, '01' say, unique in the patient.
        day: days since the patient's first time point; None where no date is known.
        acquired: date of acquisition, None where unknown or implausible.
        source: where the order comes from: 'study date', 'session label', 'file name', 'single'; `UNORDERED`, and
            the number says nothing, where there are several visits and nothing tells which came first.
    """

    patient_id: str
    number: int
    label: str
    day: int | None = None
    acquired: date | None = None
    source: str = "single"

    @property
    def is_ordered(self) -> bool:
        """Whether its number says what came before it."""
        return self.source != UNORDERED


def visit_anchors(timepoints: Collection[Timepoint]) -> dict[Timepoint, str]:
    """What identifies each visit whichever others arrive: its date, or its label where that is not known or shared."""
    dates = Counter((t.patient_id, t.acquired) for t in timepoints)
    return {
        t: t.acquired.isoformat()
        if t.acquired is not None and dates[t.patient_id, t.acquired] == 1
        else f"label {t.label}"
        for t in timepoints
    }
