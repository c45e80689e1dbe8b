"""A patient judged by one criterion as one reader saw them, as the store takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oncometry.core import Compartment, LesionReading, LesionRole, Notice, Quantity
from oncometry.response.clause import Ruleset
from oncometry.store.provenance import StepRecord

__all__ = ["Assessed", "AssessedInput", "AssessedResponse", "AssessedRole"]


@dataclass(frozen=True)
class AssessedRole:
    """What a lesion counts as. `decided_by`: 'selection', 'reader' or 'decision', then with its number."""

    lesion: str
    compartment: Compartment
    tracking_uid: str | None
    role: LesionRole
    decided_by: str
    decision: int | None = None


@dataclass(frozen=True, eq=False)
class AssessedInput:
    """A reading that was judged.

    Attributes:
        visit: 1 is the baseline.
        quantity: what was summed; None of a lesion that is judged by eye.
        sources: value ids of what that is from: a measurement, a read, a decision.
    """

    visit: int
    reading: LesionReading
    quantity: Quantity | None
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class AssessedResponse:
    """A category with its proof; the columns of table `response`.

    Attributes:
        timepoint: number of the cohort's visit; None where it has none, and of the best response.
        probabilities: category -> share of draws.
    """

    visit: int
    timepoint: int | None
    label: str
    day: int | None
    scope: str
    category: str
    quantity: str
    total: float | None
    nadir: float | None
    change_from_baseline_percent: float | None
    change_from_nadir_percent: float | None
    clause: str
    explanation: str
    flip_lesion: str | None = None
    flip_quantity: str | None = None
    flip_amount: float | None = None
    flip_category: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    accepted: bool | None = None
    accept_decision: int | None = None


@dataclass(frozen=True, eq=False)
class Assessed:
    """One assessment.

    Attributes:
        reader: '' is this program.
        step: that made it.
        notices: what is to be said beside it.
    """

    patient_id: str
    reader: str
    ruleset: Ruleset
    roles: tuple[AssessedRole, ...]
    responses: tuple[AssessedResponse, ...]
    inputs: tuple[AssessedInput, ...]
    step: StepRecord
    notices: tuple[Notice, ...] = ()
