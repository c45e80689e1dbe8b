"""How often two patients fall together when patients are drawn again, and how clear-cut that is.

Sources: Monti et al., doi:10.1023/A:1023949509487 (consensus matrix and its distribution); Senbabaoglu, Michailidis and Li,
doi:10.1038/srep06207 (PAC).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray

__all__ = ["CDF_AT", "ambiguous_share", "consensus_cdf", "consensus_matrix", "own_consensus"]

_AMBIGUOUS = (0.1, 0.9)

CDF_AT = np.linspace(0, 1, 101)
"""Where the distribution of consensus values is given."""


def consensus_matrix(labels: NDArray[np.intp], rows: NDArray[np.bool_], k: int) -> FloatArray:
    """(n, n): of the resamples that both rows are in, the part in which they are in one cluster; NaN where there is none.

    Args:
        labels: (r, n) clusters.
        rows: (r, n) which rows are drawn.
    """
    member = ((labels[:, None, :] == np.arange(k)[:, None]) & rows[:, None, :]).reshape(-1, labels.shape[1])
    together = member.astype(np.float32)
    drawn = rows.astype(np.float32)
    both = drawn.T @ drawn
    found: FloatArray = ((together.T @ together) / np.maximum(both, 1)).astype(np.float64)
    return np.where(both > 0, found, np.nan)


def ambiguous_share(consensus: FloatArray) -> float:
    """PAC: the part of the pairs drawn that are neither (nearly) always apart nor always together; 0 is perfectly stable."""
    pairs = _pairs(consensus)
    low, high = _AMBIGUOUS
    return float(((pairs > low) & (pairs < high)).mean())


def consensus_cdf(consensus: FloatArray) -> FloatArray:
    """(101,) the part of the pairs drawn with a consensus up to `CDF_AT`."""
    pairs = np.sort(_pairs(consensus))
    return np.searchsorted(pairs, CDF_AT + 1e-6, side="right") / len(pairs)


def own_consensus(consensus: FloatArray, labels: NDArray[np.intp]) -> FloatArray:
    """(n,) each row's mean consensus with the others of its cluster that it was drawn with, 0 to 1; alone in
    it 1, drawn with none of them 0.
    """
    same = (labels[:, None] == labels) & ~np.eye(len(labels), dtype=bool)
    known = same & ~np.isnan(consensus)
    sums = np.where(known, consensus, 0.0).sum(axis=1)
    return np.where(same.any(axis=1), sums / np.maximum(known.sum(axis=1), 1), 1.0)


def _pairs(consensus: FloatArray) -> FloatArray:
    """Of the rows that were drawn together."""
    found: FloatArray = consensus[np.triu_indices(len(consensus), 1)]
    return found[~np.isnan(found)]
