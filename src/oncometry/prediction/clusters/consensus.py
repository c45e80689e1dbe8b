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
    """(n, n): of the resamples that both rows are in, the part in which they are in one cluster; 0 where there is none.

    Args:
        labels: (r, n) clusters.
        rows: (r, n) which rows are drawn.
    """
    member = ((labels[:, None, :] == np.arange(k)[:, None]) & rows[:, None, :]).reshape(-1, labels.shape[1])
    together = member.astype(np.float32)
    drawn = rows.astype(np.float32)
    found: FloatArray = ((together.T @ together) / np.maximum(drawn.T @ drawn, 1)).astype(np.float64)
    return found


def ambiguous_share(consensus: FloatArray) -> float:
    """PAC: the part of the pairs that are neither (nearly) always apart nor always together; 0 is perfectly stable."""
    pairs = _pairs(consensus)
    low, high = _AMBIGUOUS
    return float(((pairs > low) & (pairs < high)).mean())


def consensus_cdf(consensus: FloatArray) -> FloatArray:
    """(101,) the part of the pairs with a consensus up to `CDF_AT`."""
    pairs = np.sort(_pairs(consensus))
    return np.searchsorted(pairs, CDF_AT + 1e-6, side="right") / len(pairs)


def own_consensus(consensus: FloatArray, labels: NDArray[np.intp]) -> FloatArray:
    """(n,) each row's mean consensus with the others of its cluster, 0 to 1; alone in it 1."""
    same = (labels[:, None] == labels) & ~np.eye(len(labels), dtype=bool)
    counts = same.sum(axis=1)
    return np.where(counts > 0, (consensus * same).sum(axis=1) / np.maximum(counts, 1), 1.0)


def _pairs(consensus: FloatArray) -> FloatArray:
    found: FloatArray = consensus[np.triu_indices(len(consensus), 1)]
    return found
