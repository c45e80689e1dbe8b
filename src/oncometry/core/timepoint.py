"""A time point: one visit of a patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["UNORDERED", "Timepoint"]

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
