"""stdout is data, stderr is for people; what is shown is escaped."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oncometry.core.printable import printable
from oncometry.io.spreadsheet import inert

__all__ = ["csv_bytes", "tell", "write_json", "write_pairs", "write_table"]


def tell(line: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(printable(line) + "\n")


def write_json(value: Any) -> None:
    """JSON on stdout; NaN has no place in it."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n")


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, header: bool = True) -> bytes:
    """Rows as the bytes of a CSV file, in which no cell is run as a formula; without `header` of more of its rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows({name: inert(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8")


def write_pairs(pairs: Mapping[str, object]) -> None:
    """`name  value` lines."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        sys.stdout.write(f"{name:<{width}}  {printable(value)}\n")


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table with aligned columns."""
    cells = [[printable("" if cell is None else cell) for cell in row] for row in rows]
    widths = [max([len(name), *(len(row[n]) for row in cells)]) for n, name in enumerate(columns)]
    for line in [list(columns), *cells]:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write(text.rstrip() + "\n")
