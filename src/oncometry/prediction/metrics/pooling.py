"""From the predictions of a repeated cross-validation to rows that a metric can be asked of.

Each row is predicted once in each repeat. Three rules, and a result says which:

- `AVERAGED`: the mean over repeats, one prediction a row. It judges the ensemble of the repeats' models, which is
  better than any of them.
- `STACKED`: all predictions, each a row of its patient. It judges the models that were fitted, but ranks those of
  different repeats against each other. Resample by patient: the rows of one are as many as its repeats.
- `BY_REPEAT`: no pooling; each repeat gives the metric of all rows, `mean_over` their mean. It judges one run of the
  procedure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = ["PooledPredictions", "PoolingRule", "pooled_predictions"]


class PoolingRule(StrEnum):
    """What becomes of the repeats."""

    AVERAGED = "averaged"
    STACKED = "stacked"
    BY_REPEAT = "by_repeat"


@dataclass(frozen=True, eq=False)
class PooledPredictions:
    """Predictions, and whose.

    Attributes:
        rule: by which.
        row: (m,) index of the row in the table: outcome and patient of prediction i are those of `row[i]`.
        predictions: (m, ...) one set; by `BY_REPEAT` one for each repeat.
    """

    rule: PoolingRule
    row: NDArray[np.intp]
    predictions: tuple[FloatArray, ...]


def pooled_predictions(
    row: ArrayLike, repeat: ArrayLike, predictions: ArrayLike, rule: PoolingRule
) -> PooledPredictions:
    """Pool out-of-fold predictions over repeats.

    Args:
        row: (m,) index of the row in the table.
        repeat: (m,) number of the repeat.
        predictions: (m, ...) numbers.
        rule: what becomes of the repeats.

    Raises:
        SettingsError: `SETTINGS`, shapes differ, or a row lacks a repeat or is predicted twice in one.
    """
    rows, repeats = np.asarray(row, dtype=np.intp), np.asarray(repeat)
    values = np.asarray(predictions, dtype=np.float64)
    if rows.ndim != 1 or repeats.shape != rows.shape or len(values) != len(rows):
        raise SettingsError(
            Code.SETTINGS,
            f"a row, a repeat and a prediction each: shapes {rows.shape}, {repeats.shape}, {values.shape}.",
        )
    kept, which = np.unique(rows, return_inverse=True)
    names, when = np.unique(repeats, return_inverse=True)
    counts = np.zeros((len(names), len(kept)), dtype=np.int64)
    np.add.at(counts, (when, which), 1)
    if (counts != 1).any():
        at = np.argwhere(counts != 1)[0]
        raise SettingsError(
            Code.SETTINGS,
            f"row {kept[at[1]]} is predicted {counts[tuple(at)]} times in repeat {names[at[0]]}: once is right.",
        )
    if rule is PoolingRule.STACKED:
        return PooledPredictions(rule, rows, (values,))
    by_repeat = np.empty((len(names), len(kept), *values.shape[1:]))
    by_repeat[when, which] = values
    sets = (by_repeat.mean(axis=0),) if rule is PoolingRule.AVERAGED else tuple(by_repeat)
    return PooledPredictions(rule, kept, sets)
