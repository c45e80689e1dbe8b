"""What a person reads: a self-contained page for the cohort and one for each patient.

Pages are drawn from the cohort's tables (`docs/concepts/tables.md`) and its image files, and from nothing
else; they hold no reference to another machine, so they can be mailed, archived and printed.
"""

from oncometry.report.settings import ReportSettings
from oncometry.report.write import write_report

__all__ = ["ReportSettings", "write_report"]
