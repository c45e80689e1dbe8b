# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Random forests of classes and of numbers.

Source: Breiman, doi:10.1023/A:1010933404324.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry import _native
from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import ProbabilityClassifier, Regressor, check_number
from oncometry.prediction.models.tree_rule import tree_rule
from oncometry.prediction.models.trees import Trees

__all__ = ["ForestClassifier", "ForestRegressor", "LeafMeans", "draw_rows"]


@dataclass(frozen=True)
class LeafMeans:
    """Trees whose leaves hold means.

    Attributes:
        trees: whose splits lead to a leaf.
        leaf: (nodes,) row of `means` of each leaf, -1 of other nodes.
        means: (leaves, k) of the rows in the leaf.
    """

    trees: Trees
    leaf: NDArray[np.int32]
    means: FloatArray

    def of(self, rows: FloatArray) -> FloatArray:
        """(n, k) mean over the trees."""
        return self.trees.mean_of(rows, self.leaf, self.means)


class _Forest:
    """The settings of a forest, and how it grows.

    Attributes:
        forest_: the trees.
    """

    forest_: LeafMeans

    def __init__(
        self,
        n_trees: int = 200,
        max_features: str | float = "sqrt",
        min_leaf_rows: int = 3,
        max_depth: int | None = None,
        seed: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.n_trees = n_trees
        self.max_features = max_features
        self.min_leaf_rows = min_leaf_rows
        self.max_depth = max_depth
        self.seed = seed
        self.n_jobs = n_jobs

    def _grow(self, rows: FloatArray, targets: FloatArray, weights: FloatArray) -> None:
        """Of rows (n, p), targets (n, k) and weights (n,)."""
        check_number("n_trees", self.n_trees, 1)
        check_number("n_jobs", self.n_jobs, 1)
        rule = tree_rule(self.max_features, self.min_leaf_rows, self.max_depth, rows.shape[1])
        counts, seeds = draw_rows(weights, self.n_trees, self.seed)
        feature, threshold, left, right, leaf, roots, means = _native.mean_forest(
            np.ascontiguousarray(rows.T),
            np.ascontiguousarray(targets),
            counts,
            seeds,
            (*rule, int(self.n_jobs)),
        )
        self.forest_ = LeafMeans(Trees(feature, threshold, left, right, roots), leaf, means)


class ForestClassifier(_Forest, ProbabilityClassifier):
    """Classes: trees of bootstrap samples, split by Gini's impurity; a probability is the mean of the leaves' shares.

    Rows' weights are chances to be drawn into a tree. The same seed gives the same forest, whatever `n_jobs`.

    Args:
        n_trees: how many.
        max_features: tried at each split: `sqrt` or `log2` of all, or a part of all above 0 and at most 1.
        min_leaf_rows: different rows in each leaf, at least.
        max_depth: splits above a leaf, at most; None: no limit.
        seed: of the samples and of the features tried.
        n_jobs: threads.

    Attributes:
        classes_: (k,) sorted.
        forest_: the trees; their leaves hold shares (leaves, k).
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and classes (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table; `ONE_CLASS`, all rows with a weight are of one.
        """
        rows, places = self._rows_and_classes(X, y)
        weights = self._weights(sample_weight, len(rows))
        if len(np.unique(places[weights > 0])) < 2:
            raise SettingsError(Code.ONE_CLASS, "rows with a weight above 0 are all of one class.")
        # Of two classes one column says all, and gives the same splits.
        asked = np.arange(len(self.classes_)) if len(self.classes_) > 2 else np.array([1])
        self._grow(rows, (places[:, None] == asked).astype(np.float64), weights)
        if len(self.classes_) == 2:
            second = self.forest_.means
            self.forest_ = replace(self.forest_, means=np.hstack([1.0 - second, second]))
        self.notices_ = ()
        return self

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """(n, k) probability of each class."""
        rows = self._rows_to_predict(X)
        return self.forest_.of(rows)


class ForestRegressor(_Forest, Regressor):
    """Numbers: trees of bootstrap samples, split by variance; the mean of the leaves' means.

    Args, weights and seed are as in `ForestClassifier`.

    Attributes:
        forest_: the trees; their leaves hold means (leaves, 1).
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and numbers (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table.
        """
        rows, values = self._rows_and_values(X, y)
        self._grow(rows, values[:, None], self._weights(sample_weight, len(rows)))
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) of the outcome's unit."""
        rows = self._rows_to_predict(X)
        found: FloatArray = self.forest_.of(rows)[:, 0]
        return found


def draw_rows(weights: FloatArray, trees: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """(trees, n) how often each row is drawn into each tree, by its weight (n,), and (trees,) a seed of each."""
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(weights), weights / weights.sum(), size=trees).astype(np.int32)
    return counts, rng.integers(0, np.iinfo(np.uint64).max, trees, dtype=np.uint64, endpoint=True)
