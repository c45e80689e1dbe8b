"""Decision trees as flat arrays, and rows sent through all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray

__all__ = ["LEAF", "Trees"]

LEAF = -1

NodeArray = NDArray[np.int32]


@dataclass(frozen=True)
class Trees:
    """Nodes of all trees one after another, each tree's root first and children behind their parent.

    Attributes:
        feature: (nodes,) that a node asks of; `LEAF` where it asks none.
        threshold: (nodes,) rows at or below it go left.
        left, right: (nodes,) counted from the first node of all; `LEAF` where there is none.
        roots: (trees,) increasing, the first 0.
    """

    feature: NodeArray
    threshold: FloatArray
    left: NodeArray
    right: NodeArray
    roots: NDArray[np.int64]

    def leaves(self, rows: FloatArray) -> NDArray[np.int64]:
        """(n, trees) the node at which each row (n, p) ends."""
        place = np.arange(len(rows))[:, None]
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        while True:
            feature = self.feature[nodes]
            asks = feature != LEAF
            if not asks.any():
                return nodes
            goes_left = rows[place, np.maximum(feature, 0)] <= self.threshold[nodes]
            nodes = np.where(asks, np.where(goes_left, self.left[nodes], self.right[nodes]), nodes)

    def mean_of(self, rows: FloatArray, leaf: NodeArray, values: FloatArray) -> FloatArray:
        """(n, k) mean over the trees of what the leaves of rows (n, p) hold.

        Args:
            leaf: (nodes,) row of `values` of each leaf.
            values: (leaves, k).
        """
        ends = leaf[self.leaves(rows)]
        found = np.zeros((len(rows), values.shape[1]))
        for tree in range(ends.shape[1]):
            found += values[ends[:, tree]]
        mean: FloatArray = found / ends.shape[1]
        return mean
