"""A table of numbers at the door of what learns: two axes, nothing missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = ["finite_table", "some"]


def finite_table(values: FloatArray, what: str) -> FloatArray:
    """(n, p) float64.

    Raises:
        SettingsError: `SETTINGS`, it is no table; `VALUE_MISSING`, a value is not finite.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise SettingsError(Code.SETTINGS, f"{what} of shape {table.shape}: a table has rows and columns.")
    wrong = ~np.isfinite(table)
    if wrong.any():
        row, column = (int(x) for x in np.argwhere(wrong)[0])
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{int(wrong.sum())} of {table.size} {what} are not finite, the first {table[row, column]} in row {row},"
            f" column {column}.",
            advice="Impute first, within the fold where there are folds.",
        )
    return table


def some(names: Sequence[str], most: int = 5) -> str:
    """The first of these names, and how many more there are."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
