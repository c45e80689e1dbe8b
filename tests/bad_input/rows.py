"""All rows, in the order of the table."""

from __future__ import annotations

from .dicom_rows import DICOM_ROWS
from .mask_rows import MASK_ROWS
from .other_rows import OTHER_ROWS
from .row import Row
from .sheet_rows import DATE_ROWS, SHEET_ROWS
from .volume_rows import VOLUME_ROWS

__all__ = ["EVERY_ROW", "ROWS"]

ROWS: tuple[Row, ...] = (*VOLUME_ROWS, *DICOM_ROWS, *DATE_ROWS, *OTHER_ROWS)
"""What curation decides."""

EVERY_ROW: tuple[Row, ...] = (*VOLUME_ROWS, *DICOM_ROWS, *MASK_ROWS, *SHEET_ROWS, *DATE_ROWS, *OTHER_ROWS)
