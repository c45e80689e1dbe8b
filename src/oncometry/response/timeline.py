"""What a criterion judges: one reader's view of one patient's lesions over the visits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oncometry.core import ClinicalState, LesionReading, LesionRole, LesionStatus, NonTargetState

__all__ = ["Timeline", "TimelineLesion", "TimelineVisit"]


@dataclass(frozen=True)
class TimelineVisit:
    """One visit; `day` None where no date is known (then nothing that counts weeks can be told)."""

    label: str
    day: int | None = None
    clinical: ClinicalState = field(default_factory=ClinicalState)


@dataclass(frozen=True, eq=False)
class TimelineLesion:
    """One lesion over all visits.

    Attributes:
        name: as the reader or the ledger names it.
        role: what it counts as; a `NEW` lesion is one from its first reading that is not absent.
        readings: one a visit of the timeline, None where the reader said nothing of it.
    """

    name: str
    role: LesionRole
    readings: tuple[LesionReading | None, ...]
    organ: str | None = None
    is_node: bool = False


@dataclass(frozen=True, eq=False)
class Timeline:
    """A patient as one reader saw them.

    Attributes:
        visits: in order of time; the first is the baseline.
        lesions: those with a role; the order says nothing.
        new_lesions: per visit, whether a new lesion is there that has no rows of its own; None where not said.
    """

    patient_id: str
    reader: str
    visits: tuple[TimelineVisit, ...]
    lesions: tuple[TimelineLesion, ...]
    new_lesions: tuple[bool | None, ...] = ()

    @cached_property
    def accepted(self) -> tuple[bool | None, ...]:
        """Per visit, whether this reader's rows are the ones that count; None where no row says."""
        return tuple(
            next((r.accepted for r in read if r is not None and r.accepted is not None), None)
            for read in zip(*(lesion.readings for lesion in self.lesions), strict=True)
        ) or (None,) * len(self.visits)

    @cached_property
    def statuses(self) -> NDArray[np.int8]:
        """(visits, lesions): place of the status in `LesionStatus`; -1 where there is no reading."""
        codes = {status: code for code, status in enumerate(LesionStatus)}
        return self._codes([[-1 if r is None else codes[r.status] for r in x.readings] for x in self.lesions])

    @cached_property
    def states(self) -> NDArray[np.int8]:
        """(visits, lesions): place of the state in `NonTargetState`; -1 where none is said."""
        codes = {state: code for code, state in enumerate(NonTargetState)}
        said = [
            [-1 if r is None or r.state is None else codes[r.state] for r in x.readings] for x in self.lesions
        ]
        return self._codes(said)

    def _codes(self, rows: list[list[int]]) -> NDArray[np.int8]:
        return np.array(rows, dtype=np.int8).reshape(len(self.lesions), len(self.visits)).T

    def __post_init__(self) -> None:
        for lesion in self.lesions:
            if len(lesion.readings) != len(self.visits):
                raise ValueError(
                    f"lesion {lesion.name!r} has {len(lesion.readings)} readings for {len(self.visits)} visits"
                )
