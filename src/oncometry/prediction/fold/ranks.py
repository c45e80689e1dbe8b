"""Ranks of columns, ready for correlation."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from oncometry.prediction.table import Matrix

__all__ = ["standardized_ranks"]


def standardized_ranks(values: Matrix) -> Matrix:
    """(n, p) mean ranks of each column, centered and of length 1; a constant column is 0.

    Products of two columns are their Spearman correlation.
    """
    ranks = rankdata(values, axis=0)
    ranks -= ranks.mean(0)
    lengths = np.linalg.norm(ranks, axis=0)
    return np.asarray(ranks / np.where(lengths > 0, lengths, 1.0))
