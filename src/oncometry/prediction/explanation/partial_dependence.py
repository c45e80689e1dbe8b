"""Partial dependence: the output when one feature is set to a value in every row; its mean, and each row's own curve
(ICE).

J. H. Friedman 2001, doi:10.1214/aos/1013203451; A. Goldstein et al. 2015, doi:10.1080/10618600.2014.907095.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import ModelOutput, evaluated

__all__ = ["PartialDependence", "partial_dependence"]


@dataclass(frozen=True, eq=False)
class PartialDependence:
    """Of one feature.

    Attributes:
        column: its place.
        grid: (g,) values that it was set to, rising.
        curves: (n, g) output of each row.
    """

    column: int
    grid: FloatArray
    curves: FloatArray

    @property
    def mean(self) -> FloatArray:
        """(g,) partial dependence."""
        return np.asarray(self.curves.mean(axis=0), dtype=np.float64)

    @property
    def centered(self) -> FloatArray:
        """(n, g) curves, each less where it starts: parallel ones show that nothing interacts."""
        return np.asarray(self.curves - self.curves[:, :1], dtype=np.float64)


def partial_dependence(
    output: ModelOutput, rows: FloatArray, column: int, grid: FloatArray | None = None, points: int = 20
) -> PartialDependence:
    """Set one column of (n, p) rows to each value of a grid.

    Args:
        output: the whole fitted pipeline.
        rows: (n, p) raw features.
        column: which.
        grid: (g,) values; None: quantiles from the 5th to the 95th percent of what is there, or all values if few.
        points: of such a grid.

    Raises:
        SettingsError: `SETTINGS`, there is no such column, or no value in it.
    """
    if not 0 <= column < rows.shape[1]:
        raise SettingsError(Code.SETTINGS, f"column {column} of {rows.shape[1]}.")
    values = _grid(rows[:, column], points) if grid is None else np.unique(grid)
    if not len(values):
        raise SettingsError(Code.SETTINGS, f"column {column} has no value.")
    curves = np.empty((len(rows), len(values)))
    for g, value in enumerate(values):
        changed = rows.copy()
        changed[:, column] = value
        curves[:, g] = evaluated(output, changed)
    return PartialDependence(column, values, curves)


def _grid(values: FloatArray, points: int) -> FloatArray:
    known = values[np.isfinite(values)]
    distinct = np.unique(known)
    if len(distinct) <= points:
        return distinct
    return np.unique(np.quantile(known, np.linspace(0.05, 0.95, points)))
