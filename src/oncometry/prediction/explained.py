"""What the features contributed to predictions of patients that the model had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Explained"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Explained:
    """Shapley values out of fold, in the units of the model's score.

    Attributes:
        model, features: what was explained.
        names: (p,) of the table's columns.
        rows: (n,) rows of the table, each explained once, by the model of its fold.
        values: (n, p) the raw features, NaN where missing.
        contributions: (n, p) how much each moved the score from the fold's expected one; 0 of those not used.
        expected, score: (n,) mean score of the fold's background, and the row's own.
        unit: what a score is, in words.
        method: how the values came about.
        permuted: (p,) mean absolute contribution of the same learning on labels dealt anew.
        permuted_spread: standard deviation of the scores there, beside `spread` on the true labels.
    """

    model: str
    features: str
    names: tuple[str, ...]
    rows: NDArray[np.intp]
    values: Numbers
    contributions: Numbers
    expected: Numbers
    score: Numbers
    unit: str
    method: str
    permuted: Numbers
    permuted_concordance: float

    @property
    def residual(self) -> float:
        """The greatest distance between a score and the sum of its parts."""
        if not len(self.score):
            return 0.0
        return float(np.abs(self.expected + self.contributions.sum(axis=1) - self.score).max())

    @property
    def importance(self) -> Numbers:
        """(p,) mean absolute contribution."""
        return np.asarray(np.abs(self.contributions).mean(axis=0), dtype=np.float64)
