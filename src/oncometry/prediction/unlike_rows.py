"""Where two rows of one patient differ, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cells", "cell_text", "first_unlike", "unlike_cells", "unlike_columns"]

SHOWN = 4
_ALIKE = object()

Cells = NDArray[np.float64] | NDArray[np.object_]
"""(n,) numbers with NaN where missing, or text with None where missing."""


def unlike_columns(columns: Mapping[str, Cells], rows: NDArray[np.intp]) -> dict[str, tuple[object, object]]:
    """Column -> two different cells of some rows; a cell that is missing in one row only differs.

    Args:
        columns: name -> (n,) cells.
        rows: (k,) places of the rows of one patient.
    """
    found: dict[str, tuple[object, object]] = {}
    for name, cells in columns.items():
        first = cells[rows[0]]
        other = next((c for c in cells[rows[1:]] if not _same(first, c)), _ALIKE)
        if other is not _ALIKE:
            found[name] = (first, other)
    return found


def unlike_cells(unlike: Mapping[str, tuple[object, object]]) -> str:
    """'age 61 and 63, sex 'F' and 'M' and 2 columns more'; 'no column' where none differs."""
    told = [f"{name} {cell_text(one)} and {cell_text(other)}" for name, (one, other) in unlike.items()]
    if not told:
        return "no column"
    more = f" and {len(told) - SHOWN} columns more" if len(told) > SHOWN else ""
    return ", ".join(told[:SHOWN]) + more


def cell_text(cell: object) -> str:
    """A cell as it is quoted: numbers plain, text in quotes, and 'missing'."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return "missing"
    return f"{cell:.6g}" if isinstance(cell, float) else repr(str(cell))


def _same(one: object, other: object) -> bool:
    return one == other or (cell_text(one) == cell_text(other) == "missing")


def first_unlike(one: Cells, other: Cells) -> int:
    """Place of the first pair of cells that differ."""
    return next(i for i, pair in enumerate(zip(one, other, strict=True)) if not _same(*pair))
