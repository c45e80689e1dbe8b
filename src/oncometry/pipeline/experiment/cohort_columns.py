"""Columns of patients as they are gathered from a cohort, a section at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, Timepoint
from oncometry.prediction.declaration import FirstDay
from oncometry.prediction.sheet import Cells

__all__ = ["CohortColumns", "plain_word", "some"]


@dataclass(eq=False)
class CohortColumns:
    """What is known so far.

    Attributes:
        patients: (n,) ids, in order.
        visits: patient -> visits in order.
        wanted: names, or patterns with `*`, that are asked for; None asks for all.
        columns, days, notices: as of a `PatientSheet`.
        own_days: column -> the day on which each patient's value was known, NaN where nobody says; where they differ.
        treatment: the kind whose toxicity is meant; None: of any.
        first_day: what grades of the first day of treatment are.
    """

    patients: NDArray[np.str_]
    visits: Mapping[str, list[Timepoint]]
    wanted: Collection[str] | None = None
    columns: dict[str, Cells] = field(default_factory=dict)
    days: dict[str, float] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    own_days: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    treatment: str | None = None
    first_day: FirstDay = "baseline"

    @cached_property
    def place(self) -> dict[str, int]:
        """Patient -> row."""
        return {str(patient): row for row, patient in enumerate(self.patients)}

    @cached_property
    def numbers(self) -> list[int]:
        """Numbers of the visits that any patient has, in order; of those whose order is known."""
        found = {v.number for visits in self.visits.values() for v in visits if v.is_ordered}
        return sorted(found)

    @cached_property
    def visit_days(self) -> dict[tuple[str, int], int]:
        """(patient, number of the visit) -> day."""
        return {
            (patient, v.number): v.day
            for patient, visits in self.visits.items()
            for v in visits
            if v.day is not None and v.is_ordered
        }

    def asks(self, prefix: str) -> bool:
        """Whether any name that begins so may be asked for."""
        if self.wanted is None:
            return True
        heads = (pattern.partition("*")[0] for pattern in self.wanted)
        return any(head.startswith(prefix) or prefix.startswith(head) for head in heads)

    def add(
        self,
        name: str,
        values: Mapping[str, float | str | None],
        day: float | None = None,
        days: Mapping[str, float] | None = None,
    ) -> None:
        """A column of what patients have; those who have nothing are missing.

        Args:
            values: patient -> number, or text; if any is text all are.
            day: on which the last of them was known.
            days: patient -> day on which the value was known, where patients differ in it.
        """
        there = {patient: value for patient, value in values.items() if value is not None}
        if not there:
            return
        if days:
            self.own_days[name] = self.in_rows(days)
            day = max(days.values()) if day is None else day
        if all(isinstance(value, (int, float)) for value in there.values()):
            self.put(name, self.in_rows({p: float(value) for p, value in there.items()}), day)
            return
        words = np.full(len(self.patients), None, dtype=object)
        for patient, value in there.items():
            words[self.place[patient]] = f"{value:g}" if isinstance(value, float) else str(value)
        self.put(name, words, day)

    def put(self, name: str, cells: Cells, day: float | None) -> None:
        """A column as it is."""
        self.columns[name] = cells
        if day is not None:
            self.days[name] = float(day)

    def in_rows(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        """(n,) the numbers of patients, NaN of the others."""
        numbers = np.full(len(self.patients), np.nan)
        numbers[[self.place[patient] for patient in values]] = list(values.values())
        return numbers

    def row_days(self, name: str) -> NDArray[np.float64] | None:
        """(n,) the day on which each patient's value of a column was known; None where only the column's is.

        What is of visit K (`@K`) was known on that day.
        """
        if name in self.own_days:
            return self.own_days[name]
        number = name.rpartition("@")[2] if "@" in name else ""
        return self.days_of_visits.get(int(number)) if number.isdigit() else None

    @cached_property
    def days_of_visits(self) -> dict[int, NDArray[np.float64]]:
        """Number of a visit -> (n,) the day that each patient has it on, NaN of who has none."""
        found: dict[int, dict[str, float]] = defaultdict(dict)
        for (patient, number), day in self.visit_days.items():
            if patient in self.place:
                found[number][patient] = float(day)
        return {number: self.in_rows(days) for number, days in found.items()}

    def day_of_visit(self, number: int) -> float | None:
        """The latest day that any patient has this visit on; None where no day is known."""
        found = [day for (_, visit), day in self.visit_days.items() if visit == number]
        return float(max(found)) if found else None

    def tell(self, code: Code, what: str) -> None:
        """Something is worth saying."""
        self.notices.append(Notice(code, what))


def plain_word(text: str) -> str:
    """A word of a name: small letters, an underscore for what is none."""
    return re.sub(r"[^a-z0-9+]+", "_", text.casefold()).strip("_")


def some(names: Iterable[str]) -> str:
    """The first few of names."""
    every = sorted(set(names))
    return ", ".join(every[:3]) + (" ..." if len(every) > 3 else "")
