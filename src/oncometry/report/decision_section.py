"""What people decided about the patient's lesions: who, when, what and why."""

from __future__ import annotations

from collections.abc import Sequence

from oncometry.report.formatting import date_text, listed
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.response_table import size_text
from oncometry.report.tables import Row

__all__ = ["decision_grid"]

HEADINGS = ("Made", "By", "What", "Lesion", "#Time point", "Why")


def decision_grid(decisions: Sequence[Row], csv: str, limit: int) -> Grid:
    """Every decision in order; one that a later one undid says so."""
    undone = {row["undoes"] for row in decisions if row["undoes"] is not None}
    rows = [_row(row, undone=row["value_id"] in undone) for row in decisions]
    return make_grid("Decisions", HEADINGS, rows, csv, limit)


def _row(row: Row, *, undone: bool) -> Cells:
    lesions = [str(name) for name in (row["lesion"], row["other_lesion"]) if name is not None]
    timepoint = "" if row["timepoint"] is None else str(int(row["timepoint"]))
    what = Cell(
        _what(row) + (" (undone later)" if undone else ""), str(row["value_id"]), "warn" if undone else ""
    )
    return [date_text(row["made"]), row["reader"], what, listed(lesions), timepoint, str(row["why"])]


def _what(row: Row) -> str:
    """The kind, with what it says: a role, a size, a state, a reader."""
    said = [
        str(row[column]) for column in ("role", "status", "state", "accepted_reader", "undoes") if row[column]
    ]
    if row["value"] is not None:
        said.append(f"{row['compartment']} {size_text(row['value'], row['quantity'])}")
    if row["criteria"] is not None:
        said.append(f"for {row['criteria']}")
    return " ".join([str(row["kind"]), *said])
