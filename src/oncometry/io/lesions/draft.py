"""One reading put together from the rows that say something of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from oncometry.core import (
    Code,
    Compartment,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
)

__all__ = ["Draft", "DraftKey"]

DraftKey = tuple[str, str, str, str, Compartment]
"""Patient, visit, reader, lesion, compartment."""


@dataclass
class Draft:
    """What rows say so far; `reading` makes it final."""

    patient_id: str
    timepoint: str
    reader: str
    lesion: str
    compartment: Compartment = Compartment.WHOLE
    role: LesionRole | None = None
    organ: str | None = None
    is_node: bool | None = None
    when: date | None = None
    day: int | None = None
    visit_number: float | None = None
    accepted: bool | None = None
    values: dict[Quantity, float] = field(default_factory=dict)
    errors: dict[Quantity, float] = field(default_factory=dict)
    state: NonTargetState | None = None
    said: LesionStatus | None = None
    reason: str = ""
    slice_thickness_mm: float | None = None
    tracking_uid: str | None = None
    part_of: str | None = None
    merged_into: str | None = None
    sources: list[str] = field(default_factory=list)

    def reading(self, first: date | None) -> LesionReading:
        """The reading; `first` is the patient's first date, from which days count."""
        day = self.day
        if day is None and self.when is not None and first is not None:
            day = (self.when - first).days
        status, reason = self._status()
        sized = status in (LesionStatus.MEASURED, LesionStatus.TOO_SMALL)
        return LesionReading(
            self.patient_id,
            self.timepoint,
            day,
            self.reader,
            self.lesion,
            self.role,
            status,
            values=dict(self.values) if sized else {},
            standard_errors=dict(self.errors) if sized else {},
            state=self.state,
            organ=self.organ,
            is_node=self.is_node,
            compartment=self.compartment,
            slice_thickness_mm=self.slice_thickness_mm,
            tracking_uid=self.tracking_uid,
            accepted=self.accepted,
            reason=reason,
            sources=tuple(dict.fromkeys(self.sources)),
            visit_number=self.visit_number,
            part_of=self.part_of,
            merged_into=self.merged_into,
        )

    def _status(self) -> tuple[LesionStatus, str]:
        if self.said is not None:
            return self.said, self.reason
        if self.state is NonTargetState.ABSENT or (self.values and not any(self.values.values())):
            return LesionStatus.ABSENT, self.reason
        if not self.values and self.state is None and self.role is not LesionRole.NEW:
            return LesionStatus.NOT_EVALUABLE, self.reason or f"{Code.VALUE_MISSING}: no value"
        return LesionStatus.MEASURED, self.reason
