"""Drafts by what they are of, and what became of each row that went into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from oncometry.core import Code, LesionReading, Quantity
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions.draft import Draft, DraftKey
from oncometry.io.lesions.named_rows import NamedRow
from oncometry.io.lesions.result import ReadingRow

__all__ = ["Account"]


class Account:
    """Puts rows into drafts, and answers for every row."""

    def __init__(self) -> None:
        self.drafts: dict[DraftKey, Draft] = {}
        self._rows: dict[tuple[str, int], ReadingRow] = {}
        self._dates: dict[str, list[date]] = defaultdict(list)
        self._givers: dict[tuple[DraftKey, Quantity], NamedRow] = {}

    def draft(self, key: DraftKey) -> Draft:
        """The draft of that key, begun if there is none."""
        if key not in self.drafts:
            self.drafts[key] = Draft(*key)
        return self.drafts[key]

    def dated(self, patient: str, when: date | None) -> None:
        """A date of that patient: the earliest of them is day 0."""
        if when is not None:
            self._dates[patient].append(when)

    def first_date(self, patient: str) -> date | None:
        """The patient's day 0."""
        return min(self._dates[patient], default=None)

    def answer(
        self,
        row: NamedRow,
        status: RowStatus,
        patient: str | None,
        code: Code | None = None,
        detail: str = "",
    ) -> None:
        """Say what became of a row; a conflict is not unsaid by what else the row says."""
        known = self._rows.get((row.file, row.number))
        if known is None or known.status is not RowStatus.CONFLICTING:
            self._rows[row.file, row.number] = ReadingRow(row.file, row.number, status, patient, code, detail)

    def value(self, key: DraftKey, quantity: Quantity, value: float, row: NamedRow) -> None:
        """Take a number; where another row gave another one, take neither and say so of both."""
        draft = self.draft(key)
        before = self._givers.get((key, quantity))
        if before is None:
            draft.values[quantity] = value
            self._givers[key, quantity] = row
            return
        if draft.values.get(quantity) == value:
            self.answer(row, RowStatus.EXCLUDED, key[0], Code.ROW_EXCLUDED, f"as row {before.number} says")
            return
        draft.values.pop(quantity, None)
        draft.reason = f"{Code.ROW_CONFLICTING}: two rows differ in {quantity}"
        for one, other in ((row, before), (before, row)):
            self.answer(
                one,
                RowStatus.CONFLICTING,
                key[0],
                Code.ROW_CONFLICTING,
                f"row {other.number} has another {quantity} of {key[3]!r} at {key[1]!r}; neither is used",
            )

    def readings(self) -> tuple[LesionReading, ...]:
        """All readings, by patient, reader, lesion and visit."""
        made = (draft.reading(self.first_date(draft.patient_id)) for draft in self.drafts.values())
        return tuple(sorted(made, key=_order))

    def rows(self) -> tuple[ReadingRow, ...]:
        """What became of every row, by file and number."""
        return tuple(self._rows[key] for key in sorted(self._rows))

    def take_rows(self, rows: Iterable[ReadingRow]) -> None:
        """Rows that another file accounts for."""
        self._rows.update({(row.file, row.row): row for row in rows})


def _order(reading: LesionReading) -> tuple[str, str, str, float, float, str, str]:
    return (
        reading.patient_id,
        reading.reader,
        reading.lesion,
        float("inf") if reading.visit_number is None else reading.visit_number,
        float("inf") if reading.day is None else reading.day,
        reading.timepoint,
        reading.compartment,
    )
