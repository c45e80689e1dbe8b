"""What a person decided about lesions: who, when, why, and of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from oncometry.core.geometry import Point
from oncometry.core.reading import LesionRole, NonTargetState, Quantity
from oncometry.core.terms import Compartment, LesionStatus

__all__ = ["DecidedLesion", "Decision", "DecisionKind", "in_force", "undone"]


class DecisionKind(StrEnum):
    """What is decided."""

    LINK = "link"
    """Two lesions are one."""
    SPLIT = "split"
    """From a visit on it is another lesion."""
    EXCLUDE = "exclude"
    """It is no lesion."""
    ROLE = "role"
    """What it counts as, for one criterion or for all."""
    MEASURE = "measure"
    """Its size at a visit, by hand."""
    STATUS = "status"
    """Whether it can be measured at a visit."""
    STATE = "state"
    """How it stands at a visit, by eye."""
    ACCEPT = "accept"
    """Whose response counts."""
    UNDO = "undo"
    """An earlier decision does not hold any more."""


@dataclass(frozen=True)
class DecidedLesion:
    """A lesion as the person saw it.

    Attributes:
        name: how it was called then, 'L2'.
        tracking_uid: DICOM Tracking Unique Identifier it had then.
        anchor: of the visit it was seen at: its date, or 'label ...'; None of one seen in no mask.
        mask_key, mask_lesion: mask, and its number there.
        centroid_lps_mm: its center there, LPS mm of that mask's image.
    """

    name: str
    tracking_uid: str
    anchor: str | None = None
    mask_key: str | None = None
    mask_lesion: int | None = None
    centroid_lps_mm: Point | None = None


@dataclass(frozen=True)
class Decision:
    """A decision; which attributes it has its kind says.

    Attributes:
        number: of its row; 0 before it is kept.
        reader: who decided.
        made, why: when (aware) and why.
        lesions: one; two that are linked; none of what is accepted or undone.
        anchor: of the visit it is about, or from which on it holds; None for all visits.
        criteria: name of the criterion it is for; None for all.
        accepted_reader: whose response counts.
        undoes: number of the decision that does not hold any more.
    """

    patient_id: str
    reader: str
    made: datetime
    why: str
    kind: DecisionKind
    lesions: tuple[DecidedLesion, ...] = ()
    anchor: str | None = None
    criteria: str | None = None
    role: LesionRole | None = None
    compartment: Compartment | None = None
    quantity: Quantity | None = None
    value: float | None = None
    status: LesionStatus | None = None
    state: NonTargetState | None = None
    accepted_reader: str | None = None
    undoes: int | None = None
    number: int = 0

    @property
    def value_id(self) -> str:
        """As `oncometry why` takes it."""
        return f"decision:{self.number}"


def undone(decisions: Sequence[Decision]) -> frozenset[int]:
    """Numbers of those that do not hold: undone by a later one that holds itself."""
    gone: set[int] = set()
    for decision in sorted(decisions, key=lambda d: d.number, reverse=True):
        if decision.undoes is not None and decision.number not in gone:
            gone.add(decision.undoes)
    return frozenset(gone)


def in_force(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those that hold, in order of number, without those that only undo."""
    gone = undone(decisions)
    held = (d for d in decisions if d.number not in gone and d.kind is not DecisionKind.UNDO)
    return tuple(sorted(held, key=lambda d: d.number))
