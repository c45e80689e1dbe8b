"""What `oncometry dose` shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from oncometry.cli.output import tell, write_table
from oncometry.core import Notice
from oncometry.dose.ntcp_sets import CHECKED
from oncometry.one_dose import MeasuredDose, structure_rows

__all__ = ["show_dose", "tell_notices"]


def show_dose(measured: Sequence[MeasuredDose]) -> None:
    """A line for each value; with the file's name where there are several doses."""
    columns = ["structure", "metric", "value", "unit", "quantity", "fractions", "reason"]
    rows = [{**row, "fractions": _fractions(row)} for row in structure_rows(measured)]
    if any(row["endpoint"] is not None for row in rows):
        columns += ["endpoint", "checked"]
    if len(measured) > 1:
        columns = ["dose", *columns]
    write_table(columns, ([_shown(row[name]) for name in columns] for row in rows))
    marks = {row["checked"] for row in rows if row["checked"] is not None}
    for mark, what in CHECKED.items():
        if mark in marks:
            tell(f"checked, {mark}: {what}")


def tell_notices(measured: Sequence[MeasuredDose]) -> None:
    """Everything accepted with a warning, and every structure that failed, once each."""
    for notice in dict.fromkeys(_notices(measured)):
        tell(f"warning: {notice}")


def _notices(measured: Sequence[MeasuredDose]) -> Iterator[Notice]:
    for one in measured:
        yield from one.notices
        for structure in one.structures:
            if structure.failure is not None:
                yield structure.failure
            if structure.summary is not None:
                yield from structure.summary.notices
            if structure.comparison is not None:
                yield from structure.comparison.notices


def _fractions(row: Mapping[str, object]) -> str | None:
    """'15 (plan)'; nothing of a row without a value."""
    if row["metric"] is None:
        return None
    return "not known" if row["fractions"] is None else f"{row['fractions']} ({row['fractions_source']})"


def _shown(cell: object) -> object:
    return f"{cell:.4g}" if isinstance(cell, float) else cell
