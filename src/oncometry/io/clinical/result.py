"""What reading a clinical spreadsheet gives: every row accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oncometry.core import Code, Notice

__all__ = [
    "ClinicalRow",
    "ClinicalSheet",
    "ClinicalValue",
    "RowStatus",
    "Toxicity",
    "Treatment",
    "VitalEvent",
]


class RowStatus(StrEnum):
    """What became of a row of the sheet."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    CONFLICTING = "conflicting"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class ClinicalValue:
    """One cell that says something about a patient (at a day). Text, number or truth, never two."""

    patient_id: str
    name: str
    text: str | None
    number: float | None
    unit: str | None
    day: int | None
    row: int


@dataclass(frozen=True)
class Treatment:
    """A treatment course."""

    patient_id: str
    kind: str
    agent: str
    start_day: int | None
    end_day: int | None
    dose_gy: float | None
    fractions: int | None
    row: int


@dataclass(frozen=True)
class VitalEvent:
    """Death, progression or recurrence, or its censoring: `observed` False is not an event.

    `day` counts from the first scan where the sheet gives a date; a stated survival time keeps the
    sheet's own origin, and a notice says so.
    """

    patient_id: str
    endpoint: str
    observed: bool
    day: int
    row: int


@dataclass(frozen=True)
class Toxicity:
    """A CTCAE grade; grade 0 is our convention for looked for and absent."""

    patient_id: str
    term: str
    grade: int
    ctcae_version: str | None
    day: int | None
    row: int


@dataclass(frozen=True)
class ClinicalRow:
    """One row of the sheet, as it stood, and what became of it."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    status: RowStatus
    patient_id: str | None
    code: Code | None = None
    detail: str = ""


@dataclass(frozen=True, eq=False)
class ClinicalSheet:
    """A sheet, read and matched.

    Attributes:
        columns: header as it stands (prefixed by 'sheet: ' in a workbook of several) -> what it was read as.
        rows: all that are not wholly blank, the header left out.
        anchors: the first scan date per patient that days are counted from.
        notices: what was decided for a whole column or file: encoding, units, origins.
    """

    name: str
    sha256: str
    columns: Mapping[str, str]
    rows: tuple[ClinicalRow, ...]
    values: tuple[ClinicalValue, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    events: tuple[VitalEvent, ...] = ()
    toxicities: tuple[Toxicity, ...] = ()
    anchors: Mapping[str, date] | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def counts(self) -> dict[RowStatus, int]:
        """Rows by status; they sum to `len(rows)`."""
        return {s: sum(r.status is s for r in self.rows) for s in RowStatus}

    @property
    def remarks(self) -> dict[Code, int]:
        """Matched rows of which something is not used, by their code."""
        matched = (r.code for r in self.rows if r.status is RowStatus.MATCHED)
        return dict(sorted(Counter(code for code in matched if code is not None).items()))
