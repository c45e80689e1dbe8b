"""A size with its error, and the smallest change that is more than error (docs/uncertainty.md)."""

from __future__ import annotations

from oncometry.report.formatting import number_text, quantity_text
from oncometry.report.tables import Row

__all__ = ["detectable_text", "sized_text"]

ERRORS = {
    "longest_diameter_mm": "longest_diameter_standard_error_mm",
    "perpendicular_mm": "short_axis_standard_error_mm",
    "product_mm2": "product_standard_error_mm2",
    "volume_ml": "volume_standard_error_ml",
}
DETECTABLE = {"longest_diameter_detectable_change_mm": "mm", "volume_detectable_change_ml": "ml"}


def sized_text(row: Row, column: str) -> str:
    """'23.4 ± 0.8', one standard error with the decimals of the size; the size alone where no error is known."""
    error = row[ERRORS[column]] if column in ERRORS else None
    size = quantity_text(row[column], column)
    decimals = len(size.partition(".")[2])
    return size if error is None else f"{size}\u00a0±\u00a0{number_text(error, decimals)}"


def detectable_text(row: Row) -> str:
    """'2.2 mm, 0.94 ml': of the longest diameter and the volume, between two readings by one reader; '' if not known."""
    return ", ".join(
        f"{quantity_text(row[column], column)}\u00a0{unit}"
        for column, unit in DETECTABLE.items()
        if row[column] is not None
    )
