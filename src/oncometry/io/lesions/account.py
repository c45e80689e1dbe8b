"""Drafts by what they are of, and what became of each row that went into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from oncometry.core import LARGEST_SIZES, Code, LesionReading, Quantity
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions.contradiction import WrittenSize, contradiction
from oncometry.io.lesions.draft import Draft, DraftKey
from oncometry.io.lesions.named_rows import NamedRow
from oncometry.io.lesions.result import ReadingRow
from oncometry.io.lesions.words import in_unit

__all__ = ["Account"]


@dataclass(frozen=True)
class _Given:
    """A size, and the row that gave it."""

    row: NamedRow
    size: WrittenSize


class Account:
    """Puts rows into drafts, and answers for every row."""

    def __init__(self) -> None:
        self.drafts: dict[DraftKey, Draft] = {}
        self._rows: dict[tuple[str, int], ReadingRow] = {}
        self._dates: dict[str, list[date]] = defaultdict(list)
        self._given: dict[DraftKey, dict[Quantity, _Given]] = defaultdict(dict)

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

    def size(self, key: DraftKey, quantity: Quantity, row: NamedRow, column: str, unit: str) -> None:
        """Take the number of a column; one that is no size, or that nothing in a body has, is refused and told."""
        value = row.number_of(column)
        number = None if value is None or value < 0 else in_unit(value, quantity, unit)
        shown = f"{row.text(column)} {unit}".rstrip()
        if value is None or number is None:
            self._refuse(key, row, Code.ROW_CONFLICTING, f"{shown!r} is no {quantity.value}")
        elif number > LARGEST_SIZES[quantity]:
            detail = f"{shown!r}: {quantity.value} is at most {LARGEST_SIZES[quantity]:g}; is the unit right?"
            self._refuse(key, row, Code.SIZE_IMPLAUSIBLE, detail)
        else:
            rounding = row.rounding_of(column) * (number / value if value else 1.0)
            self._take(key, quantity, _Given(row, WrittenSize(number, rounding)))

    def settle(self) -> None:
        """Take back sizes of one lesion and visit that contradict each other, and say so of all their rows."""
        for key, given in self._given.items():
            draft = self.drafts[key]
            found = contradiction({q: one.size for q, one in given.items() if q in draft.values})
            if found is None:
                continue
            for quantity in found.quantities:
                draft.values.pop(quantity)
                self._refuse(key, given[quantity].row, Code.ROW_CONFLICTING, f"{found.what}; none is used")

    def _take(self, key: DraftKey, quantity: Quantity, now: _Given) -> None:
        """Where another row gave another number, take neither and say so of both."""
        draft = self.draft(key)
        before = self._given[key].setdefault(quantity, now)
        if before is now:
            draft.values[quantity] = now.size.value
            return
        if draft.values.get(quantity) == now.size.value:
            self.answer(
                now.row, RowStatus.EXCLUDED, key[0], Code.ROW_EXCLUDED, f"as row {before.row.number} says"
            )
            return
        draft.values.pop(quantity, None)
        for one, other in ((now.row, before.row), (before.row, now.row)):
            detail = f"row {other.number} has another {quantity} of {key[3]!r} at {key[1]!r}; neither is used"
            self._refuse(key, one, Code.ROW_CONFLICTING, detail)

    def _refuse(self, key: DraftKey, row: NamedRow, code: Code, detail: str) -> None:
        """A size of this row is not used: why is told of the row, and of the reading that lacks it."""
        self.draft(key).reason = f"{code}: {detail}"
        self.answer(row, RowStatus.CONFLICTING, key[0], code, detail)

    def readings(self) -> tuple[LesionReading, ...]:
        """All readings, by patient, reader, lesion and visit."""
        return tuple(reading for reading, _ in self._made())

    def dates(self) -> tuple[date | None, ...]:
        """The full date of each of the readings, None where no row has one."""
        return tuple(when for _, when in self._made())

    def rows(self) -> tuple[ReadingRow, ...]:
        """What became of every row, by file and number."""
        return tuple(self._rows[key] for key in sorted(self._rows))

    def _made(self) -> list[tuple[LesionReading, date | None]]:
        drafts = self.drafts.values()
        made = [(draft.reading(self.first_date(draft.patient_id)), draft.when) for draft in drafts]
        return sorted(made, key=lambda pair: _order(pair[0]))

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
