# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""Gradient boosting of Cox's partial likelihood.

Sources: Ridgeway (Computing Science and Statistics 31:172, 1999); Friedman, doi:10.1016/S0167-9473(01)00065-2 (subsamples).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.tree import DecisionTreeRegressor

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import SurvivalEstimator, check_number
from oncometry.prediction.models.hazard_model import BaselineHazard
from oncometry.prediction.models.partial_likelihood import PartialLikelihood, Ties
from oncometry.prediction.models.trees import Trees, flat_trees
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["GradientBoostedSurvival"]


class GradientBoostedSurvival(SurvivalEstimator):
    """Log hazard as a sum of small trees, each fitted to the gradient of what the trees before left; competing
    events count as censored (cause-specific).

    Args:
        n_trees: how many.
        learning_rate: by which each tree's values are shrunk.
        max_depth: of each tree.
        min_leaf_rows: rows in each leaf, at least.
        max_features: tried at each split: `sqrt` of all, or a part of all above 0 and at most 1.
        subsample: part of the rows that each tree sees, drawn without putting back.
        seed: of subsamples and of the features tried.

    Attributes:
        trees_: all trees.
        values_: (nodes,) what each leaf adds to the log hazard.
        baseline_: cumulative hazard at log hazard 0, by Breslow.
    """

    trees_: Trees
    values_: FloatArray
    baseline_: BaselineHazard

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

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and outcomes (n,).

        Raises:
            SettingsError: `SETTINGS`, what came is no such table; `NO_EVENTS`, nobody had the event.
        """
        rows = self._rows_to_fit(X)
        times, events = self._outcome(y, len(rows))
        weights = self._weights(sample_weight, len(rows))
        self._check()
        kept = weights > 0
        rows, times, events, weights = rows[kept], times[kept], events[kept], weights[kept]
        if not (events == 1).any():
            raise SettingsError(Code.NO_EVENTS, "no row with a weight above 0 has the event.")
        likelihood = PartialLikelihood(times, events, weights, Ties.BRESLOW)
        scores = self._boost(rows, likelihood, weights)
        self.event_times_days_ = likelihood.event_times_days
        self.baseline_ = BaselineHazard(self.event_times_days_, likelihood.cumulative_baseline(scores))
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) log hazard."""
        rows = self._rows_to_predict(X)
        found: FloatArray = self.values_[self.trees_.leaves(rows)].sum(axis=1)
        return found

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        scores = self.predict(X)
        return self.baseline_.survival(scores, times_days)

    def _boost(self, rows: FloatArray, likelihood: PartialLikelihood, weights: FloatArray) -> FloatArray:
        """(n,) log hazards of the rows, after all trees."""
        rng = np.random.default_rng(self.seed)
        single = np.asarray(rows, dtype=np.float32)
        scores = np.zeros(len(rows))
        count = max(1, round(self.subsample * len(rows)))
        grown = []
        for _ in range(self.n_trees):
            rest = likelihood.at(scores).gradient / weights
            seen = slice(None) if count == len(rows) else np.sort(rng.choice(len(rows), count, replace=False))
            tree = DecisionTreeRegressor(
                max_depth=self.max_depth,
                min_samples_leaf=self.min_leaf_rows,
                max_features=self.max_features,
                random_state=int(rng.integers(2**31)),
            )
            tree.fit(single[seen], rest[seen], sample_weight=weights[seen], check_input=False)
            scores = scores + self.learning_rate * tree.predict(single, check_input=False)
            grown.append(tree.tree_)
        self.trees_, values = flat_trees(grown)
        self.values_ = self.learning_rate * values[:, 0]
        return scores

    def _check(self) -> None:
        check_number("n_trees", self.n_trees, 1)
        check_number("learning_rate", self.learning_rate, 0.0, open_low=True)
        check_number("subsample", self.subsample, 0.0, 1.0, open_low=True)
        check_number("max_depth", self.max_depth, 1)
        check_number("min_leaf_rows", self.min_leaf_rows, 1)
