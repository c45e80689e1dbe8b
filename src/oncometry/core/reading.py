"""What a reader, a person or a program, says of one lesion at one visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from oncometry.core.terms import Compartment, LesionStatus

__all__ = ["PROGRAM", "LesionReading", "LesionRole", "NonTargetState", "Quantity"]

PROGRAM = "oncometry"
"""As people and tables name this program among readers; in readings it is ''."""


class Quantity(StrEnum):
    """What is measured of a lesion; the unit is in its name.

    `SHORT_AXIS_MM` is the longest line at a right angle to the longest diameter on its slice: the short axis of a
    node, the perpendicular of the bidimensional criteria. Only its product with the longest diameter is `PRODUCT_MM2`.
    """

    LONGEST_DIAMETER_MM = "longest_diameter_mm"
    SHORT_AXIS_MM = "short_axis_mm"
    PRODUCT_MM2 = "product_mm2"
    VOLUME_ML = "volume_ml"
    SUL_PEAK = "sul_peak"
    TOTAL_LESION_GLYCOLYSIS_ML = "total_lesion_glycolysis_ml"


class LesionRole(StrEnum):
    """What a lesion counts as (CDISC TUSTRESC)."""

    TARGET = "target"
    NON_TARGET = "non-target"
    NEW = "new"


class NonTargetState(StrEnum):
    """How a lesion that is followed without a number stands (CDISC TRSTRESC of TUMSTATE)."""

    ABSENT = "absent"
    PRESENT = "present"
    PROGRESSION = "unequivocal progression"


@dataclass(frozen=True, eq=False)
class LesionReading:
    """One lesion at one visit, by one reader.

    Attributes:
        patient_id, timepoint: as the source names patient and visit.
        day: days since the patient's first visit; None where no date is known.
        reader: who read; '' is this program.
        lesion: the name that reader gives it.
        role: None where the reader said none, and the criterion selects.
        status: `MEASURED` has values or, of a lesion followed by eye, a `state`; the others have a `reason`.
        values: quantity -> number in the unit of its name.
        standard_errors: quantity -> one standard deviation of this reader's repeated readings, same unit.
        state: of a lesion that is judged by eye.
        organ: as the source names it; counted by it where a criterion limits lesions an organ.
        is_node: a lymph node is measured by its short axis; None where nobody said.
        compartment: what part of the lesion the values are of.
        slice_thickness_mm: distance of the slices it was read on.
        tracking_uid: DICOM Tracking Unique Identifier.
        accepted: whether this reader's row is the one that counts (CDISC TRACPTFL); None where not said.
        sources: where the numbers come from: value ids of a cohort, or file and row.
        visit_number: the source's own number of the visit (CDISC VISITNUM); orders visits of which a day is not known.
        part_of: the lesion that this one has split from: the parts' sizes add up to its size.
        merged_into: the lesion that this one has become one with: it has no size of its own any more.
    """

    patient_id: str
    timepoint: str
    day: int | None
    reader: str
    lesion: str
    role: LesionRole | None
    status: LesionStatus
    values: Mapping[Quantity, float] = field(default_factory=dict)
    standard_errors: Mapping[Quantity, float] = field(default_factory=dict)
    state: NonTargetState | None = None
    organ: str | None = None
    is_node: bool | None = None
    compartment: Compartment = Compartment.WHOLE
    slice_thickness_mm: float | None = None
    tracking_uid: str | None = None
    accepted: bool | None = None
    reason: str = ""
    sources: tuple[str, ...] = ()
    visit_number: float | None = None
    part_of: str | None = None
    merged_into: str | None = None
