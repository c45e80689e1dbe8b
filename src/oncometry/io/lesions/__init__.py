"""Tables of lesions to readings, and readings to CDISC's tables."""

from oncometry.io.lesions.cdisc import read_cdisc
from oncometry.io.lesions.cdisc_write import CdiscStudy, cdisc_losses, write_cdisc
from oncometry.io.lesions.plain import read_lesion_table
from oncometry.io.lesions.result import LesionTable, ReadingRow, ReportedResponse

__all__ = [
    "CdiscStudy",
    "LesionTable",
    "ReadingRow",
    "ReportedResponse",
    "cdisc_losses",
    "read_cdisc",
    "read_lesion_table",
    "write_cdisc",
]
