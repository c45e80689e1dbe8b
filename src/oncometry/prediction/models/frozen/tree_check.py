"""Whether flat arrays are trees: every walk from a root ends at a leaf that is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.models.frozen.unsafe import refuse
from oncometry.prediction.models.trees import LEAF, Trees

__all__ = ["check_trees"]


def check_trees(trees: Trees, leaf: NDArray[np.int32], leaves: int, features: int) -> None:
    """Refuse what is no tree.

    Children that lie behind their parent and within its tree make every walk end; one parent each makes it a tree.

    Args:
        trees: as read, lengths of its arrays checked.
        leaf: (nodes,) the row of leaf values of each leaf, `LEAF` of other nodes.
        leaves: rows of leaf values.
        features: that rows have.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`.
    """
    nodes = len(trees.feature)
    roots = trees.roots
    if nodes == 0 or len(roots) == 0 or roots[0] != 0 or roots[-1] >= nodes or (np.diff(roots) <= 0).any():
        refuse("trees have roots that are not the first nodes of trees")
    place = np.arange(nodes)
    ends = np.append(roots[1:], nodes)[np.searchsorted(roots, place, "right") - 1]
    ends_here = trees.feature == LEAF
    asks = ~ends_here
    if (trees.feature[asks] < 0).any() or (trees.feature[asks] >= features).any():
        refuse(f"trees ask for a feature that is none of {features}")
    for children in (trees.left, trees.right):
        if (children[ends_here] != LEAF).any():
            refuse("trees have a leaf with children")
        if (children[asks] <= place[asks]).any() or (children[asks] >= ends[asks]).any():
            refuse("trees have a child that is not behind its parent in the same tree")
    parents = np.bincount(np.concatenate([trees.left[asks], trees.right[asks]]), minlength=nodes)
    expected = np.ones(nodes, dtype=np.int64)
    expected[roots] = 0
    if (parents != expected).any():
        refuse("trees have a node with no parent or with two")
    if (leaf[asks] != LEAF).any() or (leaf[ends_here] < 0).any() or (leaf[ends_here] >= leaves).any():
        refuse(f"trees have a leaf whose values are none of {leaves}")
