"""The clinical spreadsheet: every row accounted for."""

from oncometry.io.clinical.elsewhere import SaidElsewhere, beside
from oncometry.io.clinical.kinds import OTHER, treatment_kind
from oncometry.io.clinical.outcomes import says_course_day, says_outcome, says_untreated
from oncometry.io.clinical.read import check_clinical, read_clinical
from oncometry.io.clinical.result import (
    ClinicalRow,
    ClinicalSheet,
    ClinicalValue,
    RowStatus,
    Toxicity,
    Treatment,
    VitalEvent,
)
from oncometry.io.clinical.states import StateColumn, state_column

__all__ = [
    "OTHER",
    "ClinicalRow",
    "ClinicalSheet",
    "ClinicalValue",
    "RowStatus",
    "SaidElsewhere",
    "StateColumn",
    "Toxicity",
    "Treatment",
    "VitalEvent",
    "beside",
    "check_clinical",
    "read_clinical",
    "says_course_day",
    "says_outcome",
    "says_untreated",
    "state_column",
    "treatment_kind",
]
