"""Of features that say the same, one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.fold.ranks import standardized_ranks
from oncometry.prediction.table import Matrix

__all__ = ["not_redundant"]


def not_redundant(
    values: Matrix, among: NDArray[np.bool_], limit: float, preference: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """(p,) which columns stay: of each pair with a rank correlation above the limit, the preferred one.

    Args:
        values: (n, p) without gaps.
        among: (p,) the columns that are compared; the others do not stay.
        limit: of the absolute Spearman correlation; 1 keeps all but exact copies in rank.
        preference: (p,) higher is preferred; of equals the first.
    """
    stays = np.zeros(values.shape[1], dtype=bool)
    places = np.flatnonzero(among)
    if not len(places):
        return stays
    places = places[np.argsort(-preference[places], kind="stable")]
    ranks = standardized_ranks(values[:, places])
    alike = np.abs(ranks.T @ ranks) > min(limit, 1 - 1e-12)
    open_ = np.ones(len(places), dtype=bool)
    for i in range(len(places)):
        if open_[i]:
            stays[places[i]] = True
            open_ &= ~alike[i]
    return stays
