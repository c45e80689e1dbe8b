"""Features of each region: a few in a table, and how many are stored."""

from __future__ import annotations

from collections.abc import Sequence

from oncometry.core import Unit
from oncometry.report.feature_choice import chosen_in, feature_columns
from oncometry.report.formatting import number_text, significant_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.tables import Row

__all__ = ["feature_grid", "stored_text"]


def feature_grid(regions: Sequence[Row], csv: str, limit: int) -> Grid:
    """One row per region of a followed lesion and image, a column for each feature that is shown."""
    shown = [f for f in chosen_in(list(regions[0])) if f.in_table] if regions else []
    lines: list[Cells] = [
        [
            str(row["lesion"]),
            str(row["timepoint"]),
            str(row["compartment"]),
            str(row["contrast"] or row["modality"] or ""),
            _unit(row["image_unit"]),
            *(_cell(row[f.column]) for f in shown),
        ]
        for row in sorted(regions, key=_order)
        if row["lesion"] is not None
    ]
    headings = [
        "Lesion",
        "#Time point",
        "Region",
        "Image",
        "Unit of the image",
        *(f"#{f.name}" for f in shown),
    ]
    return make_grid("Features", headings, lines, csv, limit, csv_name="Every feature of every region")


def stored_text(regions: Sequence[Row]) -> str:
    """'3,480 values of 174 features are stored ...'."""
    columns = feature_columns(list(regions[0])) if regions else []
    count = sum(row[column] is not None for row in regions for column in columns)
    return (
        f"{number_text(count, 0)} values are stored, of {number_text(len(columns), 0)} features in "
        f"{number_text(len(regions), 0)} regions of images; a few are shown. Those of MR in arbitrary units "
        "do not compare between scanners."
    )


def _order(row: Row) -> tuple[str, int, str, str, str]:
    return (
        str(row["lesion"]),
        row["timepoint"] or 0,
        str(row["compartment"]),
        str(row["contrast"]),
        str(row["series_key"]),
    )


def _unit(unit: str | None) -> str:
    return "" if unit is None or unit == Unit.ARBITRARY else str(unit)


def _cell(value: float | None) -> Cell:
    if value is None:
        return Cell("–", "The table `features` gives the reason.")
    return Cell(significant_text(value))
