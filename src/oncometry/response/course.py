"""The numbers of a timeline as arrays, once as they were read or many times as they might have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oncometry.core import LesionRole, LesionStatus, NonTargetState, Quantity
from oncometry.response.timeline import Timeline

__all__ = ["BoolArray", "Course", "FloatArray"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Course:
    """A timeline in numbers, with a leading axis of draws: rules are written once, for one reading and for many.

    Attributes:
        timeline: what it is of; statuses, roles, days and clinical state are the same in every draw.
        values: quantity -> (draws, visits, lesions); NaN where there is no number.
    """

    timeline: Timeline
    values: Mapping[Quantity, FloatArray]

    @classmethod
    def of(cls, timeline: Timeline) -> Course:
        """As it was read: one draw."""
        shape = (1, len(timeline.visits), len(timeline.lesions))
        values = {quantity: np.full(shape, np.nan) for quantity in Quantity}
        for at, lesion in enumerate(timeline.lesions):
            for visit, reading in enumerate(lesion.readings):
                for quantity, value in (reading.values if reading is not None else {}).items():
                    values[quantity][0, visit, at] = value
        return cls(timeline, values)

    def drawn(self, values: Mapping[Quantity, FloatArray]) -> Course:
        """The same course with other numbers: (draws, visits, lesions) of some quantities, the others alike in all."""
        known = {**self.values, **values}
        shape = np.broadcast_shapes(*(array.shape for array in known.values()))
        return replace(self, values={name: np.broadcast_to(array, shape) for name, array in known.items()})

    def sizes(self, quantity: Quantity) -> FloatArray:
        """(draws, visits, lesions): 0 of a lesion called absent, unless a draw says that it was missed."""
        values = self.values[quantity]
        return np.where(np.isnan(values) & self.status(LesionStatus.ABSENT), 0.0, values)

    @property
    def draws(self) -> int:
        return max(len(array) for array in self.values.values())

    def role(self, role: LesionRole) -> NDArray[np.intp]:
        """Indices of the lesions of that role."""
        return np.flatnonzero([lesion.role is role for lesion in self.timeline.lesions])

    def status(self, *statuses: LesionStatus) -> BoolArray:
        """(visits, lesions): where the reading says so; of no reading, nowhere."""
        return np.array([*(status in statuses for status in LesionStatus), False])[self.timeline.statuses]

    def state(self, *states: NonTargetState) -> BoolArray:
        """(visits, lesions): where a lesion followed by eye is said to be so."""
        return np.array([*(state in states for state in NonTargetState), False])[self.timeline.states]

    @cached_property
    def nodes(self) -> BoolArray:
        """(lesions,): lymph nodes."""
        return np.array([lesion.is_node for lesion in self.timeline.lesions], dtype=bool)

    @cached_property
    def days(self) -> FloatArray:
        """(visits,); NaN where no date is known."""
        return np.array([np.nan if v.day is None else v.day for v in self.timeline.visits], dtype=float)

    @cached_property
    def new_lesions(self) -> BoolArray:
        """(visits,): whether a new lesion is there, by rows of its own or by the visit's word.

        One that was seen stays until a reading calls it absent: a visit that does not speak of it has not seen it go.
        """
        which = self.role(LesionRole.NEW)
        seen = self.status(LesionStatus.MEASURED, LesionStatus.TOO_SMALL)[:, which]
        gone = self.status(LesionStatus.ABSENT)[:, which] | self.state(NonTargetState.ABSENT)[:, which]
        there = np.zeros(len(which), dtype=bool)
        found = []
        for word, now, not_now in zip(
            self.timeline.new_lesions or (None,) * len(seen), seen & ~gone, gone, strict=True
        ):
            there = (there | now) & ~not_now
            found.append(bool(word) or bool(there.any()))
        return np.array(found, dtype=bool)
