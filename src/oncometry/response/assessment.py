"""What assessing a timeline gives: a row for each scope of each visit, one for the best response, and the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from oncometry.core import Notice, Quantity
from oncometry.response.category import Category, Scope
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.flip import Flip
from oncometry.response.outcome import Outcome
from oncometry.response.timeline import Timeline
from oncometry.response.units import column_unit

__all__ = ["Assessment", "Proof", "ResponseRow", "response_columns"]


class Proof(Protocol):
    """Why a category is what it is."""

    @property
    def clause(self) -> Clause:
        """The rule."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the numbers come from."""
        ...

    @property
    def grounds(self) -> str:
        """Rule and numbers in sentences, without the sources."""
        ...

    @property
    def text(self) -> str:
        """Rule, numbers and sources in sentences, made when it is asked for."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class ResponseRow:
    """A category with its proof.

    Attributes:
        patient_id, reader: of the timeline.
        timepoint, day: the visit; of the best response '' and the day it was first seen.
        scope: what the category is of.
        quantity: what `total` and `nadir` are sums of, in its unit.
        total, nadir: None where there is none, and in rows of other scopes than target and overall.
        change_from_baseline, change_from_nadir: fractions; None where there is nothing to compare with. Neither sum nor
            change where a target is missing: what the others sum to, the explanation says.
        flip: the smallest change of one measurement at the visit that changes the overall category.
        probabilities: category -> share of draws that gave it; empty where nothing was drawn.
        explanation: the proof; of the best response it is the outcome.
        ruleset, version, verified: whose rules these are, and whether all were read in a published text.
        accepted: whether this reader's word is the one that counts at this visit; None where nobody said.
    """

    patient_id: str
    timepoint: str
    day: int | None
    reader: str
    scope: Scope
    category: Category
    quantity: Quantity
    total: float | None
    nadir: float | None
    change_from_baseline: float | None
    change_from_nadir: float | None
    flip: Flip | None
    probabilities: Mapping[Category, float]
    explanation: Proof
    ruleset: str
    version: str
    verified: bool
    accepted: bool | None = None

    def cells(self) -> dict[str, object]:
        """Name of the column -> value, changes in percent; the columns are `response_columns(quantity)`."""
        unit = column_unit(self.quantity)
        return {
            "patient": self.patient_id,
            "timepoint": self.timepoint,
            "day": self.day,
            "reader": self.reader,
            "scope": str(self.scope),
            "category": str(self.category),
            f"sum_{unit}": self.total,
            f"nadir_{unit}": self.nadir,
            "change_from_baseline_percent": _percent(self.change_from_baseline),
            "change_from_nadir_percent": _percent(self.change_from_nadir),
            f"flip_{unit}": None if self.flip is None else self.flip.amount,
            "flip_lesion": None if self.flip is None else self.flip.lesion,
            "flip_category": None if self.flip is None else str(self.flip.category),
            "probabilities": {str(name): share for name, share in self.probabilities.items()},
            "explanation": self.explanation.text,
            "ruleset": self.ruleset,
            "version": self.version,
            "verified": self.verified,
            "accepted": self.accepted,
        }


def response_columns(quantity: Quantity) -> tuple[str, ...]:
    """Columns of `ResponseRow.cells` for a criterion that sums this quantity."""
    unit = column_unit(quantity)
    return (
        "patient", "timepoint", "day", "reader", "scope", "category", f"sum_{unit}", f"nadir_{unit}",
        "change_from_baseline_percent", "change_from_nadir_percent", f"flip_{unit}", "flip_lesion", "flip_category",
        "probabilities", "explanation", "ruleset", "version", "verified", "accepted",
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Assessment:
    """A patient's timeline judged by one criterion.

    Attributes:
        timeline: what was judged.
        ruleset: by which rules.
        rows: in order of visits, within a visit of scopes; the best response last.
        outcome: best response, progression, durations.
        beside: per visit, what was and was not said beside sizes, as far as the criterion asks; () where it does not.
        notices: what was judged as the reader said and is worth saying: roles beyond the criterion's limits, and what
            was not read at the baseline.
    """

    timeline: Timeline
    ruleset: Ruleset
    rows: tuple[ResponseRow, ...]
    outcome: Outcome
    beside: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def overall(self) -> tuple[ResponseRow, ...]:
        """The overall row of each visit."""
        return tuple(row for row in self.rows if row.scope is Scope.OVERALL)


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else 100 * fraction
