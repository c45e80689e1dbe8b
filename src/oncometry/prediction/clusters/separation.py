"""Whether clusters are apart: how empty the middle between two of them is.

Stability alone does not tell clusters from a shape that is always cut in the same way: a square has four corners, a skewed cloud
a bulk and a tail, and both are cut alike each time. Between clusters there are fewer rows than in them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray

__all__ = ["valley"]

_AROUND = 0.15
"""Half width of what counts as the middle, and as around a center, in parts of the way between the centers."""

_PRIOR_SHARE = 0.02
"""Rows added to each count, in parts of all: a single outlier is no cluster, however far it is."""


def valley(values: FloatArray, labels: NDArray[np.intp]) -> float:
    """Of the pair of clusters that is least apart: rows in the middle of the way between the centers, divided by rows around the
    center that has fewer. 0 is empty, 1 is as many as in the clusters, and more is one hill. Infinite where no way leads from one
    center to another: of one cluster, or two in one place.

    Args:
        values: (n, p).
        labels: (n,) clusters.
    """
    present = np.unique(labels)
    if len(present) < 2:
        return np.inf
    centers = np.stack([values[labels == one].mean(axis=0) for one in present])
    prior = max(1.0, _PRIOR_SHARE * len(values))
    worst = 0.0
    for first in range(len(present)):
        for second in range(first + 1, len(present)):
            way = centers[second] - centers[first]
            length = float(way @ way)
            if length == 0:
                return np.inf
            rows = values[(labels == present[first]) | (labels == present[second])]
            along = (rows - centers[first]) @ way / length
            at_first, middle, at_second = (
                int((np.abs(along - at) < _AROUND).sum()) for at in (0.0, 0.5, 1.0)
            )
            worst = max(worst, (middle + prior) / (min(at_first, at_second) + prior))
    return worst
