"""How a cell says the state of the patient at a visit: one way for tables of visits and for clinical sheets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from oncometry.core import ClinicalStatus, SurroundingChange
from oncometry.io.clinical.cells import FALSE_WORDS, TRUE_WORDS

__all__ = ["STATE_COLUMNS", "StateColumn", "state_column"]

NEVER = frozenset({"none", "never", "no radiotherapy"})
Reader = Callable[[str, float | None], Any]
"""The cell in lower case, and the number that it holds -> what it says; None where that is nothing."""


@dataclass(frozen=True)
class StateColumn:
    """A column that says something of the patient at a visit.

    Attributes:
        field: of `ClinicalState`.
        wanted: what its cells must say, for whoever reads that one does not.
    """

    field: str
    wanted: str
    reader: Reader

    def read(self, text: str | None, number: float | None) -> Any:
        """What a cell says; None where it says nothing that the column knows.

        Args:
            text: as it stands; None where only its number was kept.
            number: that the cell holds, None if it holds none.
        """
        return self.reader(str(number) if text is None else text.strip().casefold(), number)


def state_column(name: str) -> StateColumn | None:
    """What a clinical value of that name says; None where it is no state."""
    folded = name.casefold()
    return STATE_COLUMNS.get(STEROIDS.get(folded, folded))


def _one_of(words: type[StrEnum]) -> tuple[str, Reader]:
    known = {str(word): word for word in words}
    return f"one of {', '.join(known)}", lambda text, _: known.get(text)


def _truth(text: str, _: float | None) -> bool | None:
    return True if text in TRUE_WORDS else False if text in FALSE_WORDS else None


def _dose(_: str, number: float | None) -> float | None:
    return number if number is not None and 0 <= number < math.inf else None


def _weeks(text: str, number: float | None) -> float | None:
    return math.inf if text in NEVER else number


YES_OR_NO = ("yes or no", _truth)
STATE_COLUMNS: Mapping[str, StateColumn] = MappingProxyType(
    {
        "clinical_status": StateColumn("status", *_one_of(ClinicalStatus)),
        "steroid_mg": StateColumn("steroid_mg", "a dose in mg", _dose),
        "steroid_replacement": StateColumn("steroid_replacement", *YES_OR_NO),
        "antiangiogenic": StateColumn("antiangiogenic", *YES_OR_NO),
        "weeks_since_radiotherapy": StateColumn(
            "weeks_since_radiotherapy", "a number of weeks or never", _weeks
        ),
        "outside_radiation_field": StateColumn("outside_radiation_field", *YES_OR_NO),
        "histology_tumor": StateColumn("histology_tumor", *YES_OR_NO),
        "t2_flair": StateColumn("t2_flair", *_one_of(SurroundingChange)),
        "enhancement_increased": StateColumn("enhancement_increased", *YES_OR_NO),
        "new_symptoms": StateColumn("new_symptoms", *YES_OR_NO),
    }
)
"""Name of a column -> what it says."""
STEROIDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("steroid_mg_per_day", "dexamethasone_mg", "dexamethasone_mg_per_day"), "steroid_mg")
)
"""Names under which clinical sheets keep a daily dose."""
