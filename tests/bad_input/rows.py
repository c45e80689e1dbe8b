"""All rows, in the order of the table."""

from __future__ import annotations

from .dicom_rows import DICOM_ROWS
from .good_patient import write_good_patient
from .mask_rows import MASK_ROWS
from .other_rows import OTHER_ROWS
from .row import BadInput, Row
from .sheet_rows import DATE_ROWS, SHEET_ROWS
from .volume_rows import VOLUME_ROWS

__all__ = ["ABSENT", "EVERY_ROW", "ROWS"]

ROWS: tuple[Row, ...] = (*VOLUME_ROWS, *DICOM_ROWS, *DATE_ROWS, *OTHER_ROWS)
"""What curation decides."""

ABSENT = BadInput(
    "lesion L9", write_good_patient, "LABEL_ABSENT", told=("no image with", "Of 'GOOD' there is: L1 1 whole")
)
ASKED_ROWS = (Row("a patient, lesion or part asked of a cohort that does not have it", (ABSENT,)),)

EVERY_ROW: tuple[Row, ...] = (
    *VOLUME_ROWS,
    *DICOM_ROWS,
    *MASK_ROWS,
    *ASKED_ROWS,
    *SHEET_ROWS,
    *DATE_ROWS,
    *OTHER_ROWS,
)
