# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Gradient boosting of classes and of numbers.

Sources: Friedman, doi:10.1214/aos/1013203451; doi:10.1016/S0167-9473(01)00065-2 (subsamples).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, softmax

from oncometry import _native
from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import ProbabilityClassifier, Regressor, check_number
from oncometry.prediction.models.tree_rule import tree_rule
from oncometry.prediction.models.trees import Trees

__all__ = ["BoostingClassifier", "BoostingRegressor", "BoostingSettings", "LeafSteps", "Loss"]


class Loss(StrEnum):
    """What is boosted, as the native core names it."""

    SQUARED = "squared"
    CLASSES = "classes"
    COX = "cox"


@dataclass(frozen=True)
class LeafSteps:
    """Trees whose leaves add to scores: tree t to score t modulo the scores.

    Attributes:
        trees: whose splits lead to a leaf.
        leaf: (nodes,) row of `steps` of each leaf, -1 of other nodes.
        steps: (leaves,) what each adds, shrunk.
        start: (k,) scores before the first tree.
    """

    trees: Trees
    leaf: NDArray[np.int32]
    steps: FloatArray
    start: FloatArray

    def of(self, rows: FloatArray) -> FloatArray:
        """(n, k) scores."""
        width = len(self.start)
        added = self.steps[self.leaf[self.trees.leaves(rows)]]
        found: FloatArray = self.start + added.reshape(len(rows), -1, width).sum(axis=1)
        return found

    def wide(self) -> FloatArray:
        """(leaves, k) what each adds to each score."""
        width = len(self.start)
        nodes = np.flatnonzero(self.leaf >= 0)
        tree = np.searchsorted(self.trees.roots, nodes, "right") - 1
        found = np.zeros((len(self.steps), width))
        found[self.leaf[nodes], tree % width] = self.steps[self.leaf[nodes]]
        return found


class BoostingSettings:
    """The settings of boosting, and how it grows.

    Args:
        n_trees: rounds, each of a tree of each score.
        learning_rate: by which each tree's values are shrunk.
        max_depth: of each tree.
        min_leaf_rows: rows in each leaf, at least.
        max_features: tried at each split: `sqrt` or `log2` of all, or a part of all above 0 and at most 1.
        subsample: part of the rows that each round sees, drawn without putting back.
        seed: of subsamples and of the features tried.
    """

    def __init__(
        self,
        n_trees: int = 200,
        learning_rate: float = 0.05,
        max_depth: int = 3,
        min_leaf_rows: int = 5,
        max_features: str | float = "sqrt",
        subsample: float = 0.7,
        seed: int = 0,
    ) -> None:
        self.n_trees = n_trees
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_leaf_rows = min_leaf_rows
        self.max_features = max_features
        self.subsample = subsample
        self.seed = seed

    def _boost(
        self, loss: Loss, rows: FloatArray, outcomes: FloatArray, weights: FloatArray, start: FloatArray
    ) -> tuple[LeafSteps, FloatArray]:
        """Of rows (n, p), outcomes (columns of the loss, n), weights (n,) above 0 and a start (k,): trees, and scores (k, n)."""
        check_number("n_trees", self.n_trees, 1)
        check_number("learning_rate", self.learning_rate, 0.0, open_low=True)
        check_number("subsample", self.subsample, 0.0, 1.0, open_low=True)
        check_number("max_depth", self.max_depth, 1)
        rule = tree_rule(self.max_features, self.min_leaf_rows, self.max_depth, rows.shape[1])
        rng = np.random.default_rng(self.seed)
        seeds = rng.integers(0, np.iinfo(np.uint64).max, self.n_trees, dtype=np.uint64, endpoint=True)
        scores = np.repeat(start[:, None], len(rows), axis=1)
        feature, threshold, left, right, leaf, roots, steps = _native.boosted_trees(
            np.ascontiguousarray(rows.T),
            loss,
            np.ascontiguousarray(outcomes),
            np.ascontiguousarray(weights),
            seeds,
            (*rule, float(self.learning_rate), max(1, round(self.subsample * len(rows)))),
            scores,
        )
        trees = Trees(feature, threshold, left, right, roots)
        return LeafSteps(trees, leaf, steps[:, 0], start), scores


class BoostingClassifier(BoostingSettings, ProbabilityClassifier):
    """Classes: the log odds, of more than two classes each one's by softmax, as a sum of small trees.

    Each tree is grown on the gradient of what the trees before left; a leaf adds one step of Newton's. Settings are
    those of `BoostingSettings`.

    Attributes:
        classes_: (k,) sorted.
        steps_: the trees; one score of two classes, else one of each.
    """

    steps_: LeafSteps

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and classes (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table; `ONE_CLASS`, a class has no row with a weight.
        """
        rows, places = self._rows_and_classes(X, y)
        weights = self._weights(sample_weight, len(rows))
        kept = weights > 0
        share = np.bincount(places, weights, len(self.classes_)) / weights.sum()
        if (share == 0).any():
            absent = self.classes_[share == 0].tolist()
            raise SettingsError(Code.ONE_CLASS, f"no row of class {absent[0]!r} has a weight above 0.")
        level = np.log(share)
        two = len(self.classes_) == 2
        start = level[1:] - level[:1] if two else level - level.mean()
        asked = np.array([1]) if two else np.arange(len(self.classes_))
        outcomes = (places[kept] == asked[:, None]).astype(np.float64)
        self.steps_, _ = self._boost(Loss.CLASSES, rows[kept], outcomes, weights[kept], start)
        self.notices_ = ()
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """(n,) log odds of the second of two classes, or (n, k) of each but for a constant of the row."""
        rows = self._rows_to_predict(X)
        found = self.steps_.of(rows)
        return found[:, 0] if found.shape[1] == 1 else found

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """(n, k) probability of each class."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            second = expit(scores)
            return np.column_stack([1.0 - second, second])
        found: FloatArray = softmax(scores, axis=1)
        return found


class BoostingRegressor(BoostingSettings, Regressor):
    """Numbers: the mean and a sum of small trees, each grown on what the trees before left. Settings are those of
    `BoostingSettings`.

    Attributes:
        steps_: the trees.
    """

    steps_: LeafSteps

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and numbers (n,).

        Raises:
            SettingsError: `SETTINGS`, no such table.
        """
        rows, values = self._rows_and_values(X, y)
        weights = self._weights(sample_weight, len(rows))
        kept = weights > 0
        rows, values, weights = rows[kept], values[kept], weights[kept]
        start = np.average(values, weights=weights, keepdims=True)
        self.steps_, _ = self._boost(Loss.SQUARED, rows, values[None], weights, start)
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) of the outcome's unit."""
        rows = self._rows_to_predict(X)
        found: FloatArray = self.steps_.of(rows)[:, 0]
        return found
