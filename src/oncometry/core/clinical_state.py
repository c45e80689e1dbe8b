"""What a criterion asks of a patient at a visit beside sizes. None means that nobody said: stated, never assumed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ClinicalState", "ClinicalStatus", "SurroundingChange", "VisitState", "weeks_since"]


class ClinicalStatus(StrEnum):
    """The patient beside the images, as far as the tumor is the cause; an infection is no deterioration."""

    IMPROVED = "improved"
    STABLE = "stable"
    DETERIORATED = "deteriorated"


class SurroundingChange(StrEnum):
    """Non-enhancing T2/FLAIR change judged by eye, as far as the tumor is the cause, against its best so far."""

    IMPROVED = "improved"
    STABLE = "stable"
    INCREASED = "increased"


@dataclass(frozen=True)
class ClinicalState:
    """The state at one visit.

    Attributes:
        status: of the patient.
        steroid_mg: dexamethasone or its equivalent, mg a day.
        steroid_replacement: whether that dose only replaces what the body lacks; the criteria count it as none.
        antiangiogenic: whether such a drug is being given.
        weeks_since_radiotherapy: since its end; negative before it, infinite where there was none.
        outside_radiation_field: whether what is new or grew lies outside the 80 % isodose.
        histology_tumor: whether tissue taken because of this scan shows unequivocal tumor.
        t2_flair: the change around the enhancing tumor.
        enhancement_increased: whether enhancement is new or increased, in a tumor that is followed on T2/FLAIR.
        new_symptoms: whether the scan was taken for them.
    """

    status: ClinicalStatus | None = None
    steroid_mg: float | None = None
    steroid_replacement: bool | None = None
    antiangiogenic: bool | None = None
    weeks_since_radiotherapy: float | None = None
    outside_radiation_field: bool | None = None
    histology_tumor: bool | None = None
    t2_flair: SurroundingChange | None = None
    enhancement_increased: bool | None = None
    new_symptoms: bool | None = None


@dataclass(frozen=True)
class VisitState:
    """A state as a table gives it, before it is known which visit of the scans it belongs to.

    Attributes:
        patient_id: as the table names the patient.
        timepoint: name of the visit; None where the table tells visits by day.
        day: since the patient's first visit; None where it tells them by name.
        state: what was said.
        radiotherapy_end_day: of a course that ended then; it holds for all visits of the patient.
        source: file and row.
    """

    patient_id: str
    timepoint: str | None
    day: int | None
    state: ClinicalState
    radiotherapy_end_day: int | None = None
    source: str = ""


def weeks_since(day: int | None, end_days: tuple[int, ...]) -> float | None:
    """Weeks from the last end of radiotherapy before a visit, or to the first after it (negative); None where unknown.

    Args:
        day: of the visit.
        end_days: of the courses of radiotherapy whose end is known, on the same count of days.
    """
    if day is None or not end_days:
        return None
    past = [end for end in end_days if end <= day]
    return (day - (max(past) if past else min(end_days))) / 7
