"""What `oncometry dose` shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oncometry.cli.output import tell, write_table
from oncometry.core import Notice
from oncometry.one_dose import MeasuredDose, structure_rows

__all__ = ["show_dose", "tell_notices"]


def show_dose(measured: Sequence[MeasuredDose]) -> None:
    """A line for each value; with the file's name where there are several doses."""
    columns = ["structure", "metric", "value", "unit", "quantity", "reason"]
    if len(measured) > 1:
        columns = ["dose", *columns]
    rows = structure_rows(measured)
    write_table(columns, ([_shown(row[name]) for name in columns] for row in rows))


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


def _shown(cell: object) -> object:
    return f"{cell:.4g}" if isinstance(cell, float) else cell
