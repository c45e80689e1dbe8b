"""Decision trees as flat arrays, and rows sent through all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray

__all__ = ["LEAF", "Trees", "flat_trees"]

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
        single: whether rows are rounded to float32 before they are compared, as scikit-learn's trees do.
    """

    feature: NodeArray
    threshold: FloatArray
    left: NodeArray
    right: NodeArray
    roots: NDArray[np.int64]
    single: bool

    def leaves(self, rows: FloatArray) -> NDArray[np.int64]:
        """(n, trees) the node at which each row (n, p) ends."""
        values = rows.astype(np.float32) if self.single else rows
        place = np.arange(len(rows))[:, None]
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        while True:
            feature = self.feature[nodes]
            asks = feature != LEAF
            if not asks.any():
                return nodes
            goes_left = values[place, np.maximum(feature, 0)] <= self.threshold[nodes]
            nodes = np.where(asks, np.where(goes_left, self.left[nodes], self.right[nodes]), nodes)


def flat_trees(trees: Sequence[Any]) -> tuple[Trees, FloatArray]:
    """The nodes of scikit-learn's trees (`tree_` of each), and (nodes, outputs x classes) what each node says."""
    starts = np.cumsum([0, *(t.node_count for t in trees)], dtype=np.int64)
    shift = np.repeat(starts[:-1], np.diff(starts))

    def moved(children: NDArray[Any]) -> NodeArray:
        return np.where(children < 0, LEAF, children + shift).astype(np.int32)

    left = np.concatenate([t.children_left for t in trees])
    leaf = left < 0
    found = Trees(
        feature=np.where(leaf, LEAF, np.concatenate([t.feature for t in trees])).astype(np.int32),
        threshold=np.where(leaf, 0.0, np.concatenate([t.threshold for t in trees])),
        left=moved(left),
        right=moved(np.concatenate([t.children_right for t in trees])),
        roots=starts[:-1],
        single=True,
    )
    values = np.concatenate([t.value.reshape(t.node_count, -1) for t in trees])
    return found, values.astype(np.float64)
