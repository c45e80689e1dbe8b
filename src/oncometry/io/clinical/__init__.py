"""The clinical spreadsheet: every row accounted for."""

from oncometry.io.clinical.cells import FALSE_WORDS, TRUE_WORDS
from oncometry.io.clinical.elsewhere import SaidElsewhere, beside
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

__all__ = [
    "FALSE_WORDS",
    "TRUE_WORDS",
    "ClinicalRow",
    "ClinicalSheet",
    "ClinicalValue",
    "RowStatus",
    "SaidElsewhere",
    "Toxicity",
    "Treatment",
    "VitalEvent",
    "beside",
    "check_clinical",
    "read_clinical",
]
