"""What reading a table of lesions gives: readings, what others called the visits, every row accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from oncometry.core import Code, LesionReading, Notice
from oncometry.io.clinical.result import RowStatus

__all__ = ["LesionTable", "ReadingRow", "ReportedResponse"]


@dataclass(frozen=True)
class ReadingRow:
    """One row, and what became of it. `UNMATCHED`: it belongs to no reading."""

    file: str
    row: int
    status: RowStatus
    patient_id: str | None
    code: Code | None = None
    detail: str = ""


@dataclass(frozen=True)
class ReportedResponse:
    """What somebody else called a visit (CDISC RS).

    Attributes:
        patient_id, timepoint, reader: as in readings.
        day: days since the patient's first date; None where not known.
        test: CDISC RSTESTCD: OVRLRESP, TRGRESP, NTRGRESP, NEWLIND, BESTRESP.
        category: as it stands, RSSTRESC.
        criteria: by which, RSCAT; '' where not said.
        accepted: as in readings.
        visit_number: CDISC VISITNUM.
        source: file and row.
    """

    patient_id: str
    timepoint: str
    day: int | None
    reader: str
    test: str
    category: str
    criteria: str = ""
    accepted: bool | None = None
    visit_number: float | None = None
    source: str = ""


@dataclass(frozen=True, eq=False)
class LesionTable:
    """A table of lesions, read.

    Attributes:
        readings: one a patient, visit, reader, lesion and compartment.
        rows: all that are not wholly blank, headers left out.
        new_lesions: patient and time point -> whether a new lesion is said to be there without a row of its own.
        responses: what others called the visits.
        notices: what was decided for a whole file.
        dates: of each reading the full date that its row has, None where it has none.
    """

    readings: tuple[LesionReading, ...]
    rows: tuple[ReadingRow, ...]
    new_lesions: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    responses: tuple[ReportedResponse, ...] = ()
    notices: tuple[Notice, ...] = ()
    dates: tuple[date | None, ...] = ()

    @property
    def left_out(self) -> tuple[ReadingRow, ...]:
        """Rows that are in no reading."""
        return tuple(row for row in self.rows if row.status is not RowStatus.MATCHED)
