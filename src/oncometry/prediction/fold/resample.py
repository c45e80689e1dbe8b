"""Training rows of a rare class shown more often; test rows never."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.table import Matrix

__all__ = ["resampled"]

NEIGHBORS = 5


def resampled(
    values: Matrix,
    y: NDArray[np.int64],
    how: Literal["none", "oversample", "smote"],
    rng: np.random.Generator,
) -> tuple[Matrix, NDArray[np.int64]]:
    """Rows with classes of one size.

    Args:
        values: (n, p) scaled, without gaps.
        y: (n,) classes.
        how: 'oversample' draws rows of the smaller classes again; 'smote' puts new ones between neighbors of a class
            (Chawla 2002, doi:10.1613/jair.953). Both move probabilities away from the truth: calibrate after them.
    """
    if how == "none":
        return values, y
    classes, counts = np.unique(y, return_counts=True)
    rows, outcomes = [values], [y]
    for label, count in zip(classes, counts, strict=True):
        missing = int(counts.max() - count)
        if not missing:
            continue
        members = values[y == label]
        drawn = members[rng.integers(len(members), size=missing)]
        rows.append(drawn if how == "oversample" or len(members) < 2 else _between(members, missing, rng))
        outcomes.append(np.full(missing, label, dtype=y.dtype))
    return np.vstack(rows), np.concatenate(outcomes)


def _between(members: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    squares = (members**2).sum(1)
    apart = squares[:, None] + squares[None, :] - 2 * members @ members.T
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1)[:, : min(NEIGHBORS, len(members) - 1)]
    start = rng.integers(len(members), size=count)
    end = near[start, rng.integers(near.shape[1], size=count)]
    return np.asarray(members[start] + rng.random((count, 1)) * (members[end] - members[start]))
