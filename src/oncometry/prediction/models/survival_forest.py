# ruff: noqa: N803 -- X is the name that scikit-learn gives to rows
"""A random forest of survival trees.

Source: Ishwaran, Kogalur, Blackstone and Lauer, doi:10.1214/08-AOAS169.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.curves import at_days
from oncometry.prediction.models.estimator import SurvivalEstimator, check_number
from oncometry.prediction.models.forest import draw_rows
from oncometry.prediction.models.tree_rule import tree_rule
from oncometry.prediction.models.trees import Trees
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["LeafHazards", "RandomSurvivalForest", "reached_times"]


@dataclass(frozen=True)
class LeafHazards:
    """Trees whose leaves hold cumulative hazards.

    Attributes:
        trees: whose splits lead to a leaf.
        leaf: (nodes,) row of `hazards` of each leaf, -1 of other nodes.
        hazards: (leaves, m) Nelson and Aalen's of the rows in the leaf, at each of the times.
        times_days: (m,) increasing.
    """

    trees: Trees
    leaf: NDArray[np.int32]
    hazards: FloatArray
    times_days: FloatArray

    def cumulative(self, rows: FloatArray) -> FloatArray:
        """(n, m) mean over the trees at each of the times."""
        return self.trees.mean_of(rows, self.leaf, self.hazards)

    def survival(self, rows: FloatArray, times_days: ArrayLike) -> FloatArray:
        """(n, t) exp(- mean cumulative hazard)."""
        at = np.asarray(times_days, dtype=np.float64)
        curve = np.exp(-self.cumulative(rows))
        steps = np.column_stack([np.ones(len(rows)), curve])
        places = at_days(self.times_days, np.arange(1.0, len(self.times_days) + 1), at, 0.0)
        found: FloatArray = steps[:, places.astype(np.intp)]
        return found


class RandomSurvivalForest(SurvivalEstimator):
    """Trees of bootstrap samples, split by the largest log-rank statistic; competing events count as censored.

    Rows' weights are chances to be drawn into a tree. The same seed gives the same forest, whatever `n_jobs`.

    Args:
        n_trees: how many.
        max_features: tried at each split: `sqrt` or `log2` of all, or a part of all above 0 and at most 1.
        min_leaf_rows: different rows in each leaf, at least.
        max_depth: splits above a leaf, at most; None: no limit.
        max_times: of events, spread evenly over them, at which hazards are kept; splits look at all.
        seed: of the samples and of the features tried.
        n_jobs: threads.

    Attributes:
        forest_: the trees.
        event_times_days_: (m,) times of events that are kept.
    """

    forest_: LeafHazards

    def __init__(
        self,
        n_trees: int = 200,
        max_features: str | float = "sqrt",
        min_leaf_rows: int = 10,
        max_depth: int | None = None,
        max_times: int = 200,
        seed: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.n_trees = n_trees
        self.max_features = max_features
        self.min_leaf_rows = min_leaf_rows
        self.max_depth = max_depth
        self.max_times = max_times
        self.seed = seed
        self.n_jobs = n_jobs

    def fit(self, X: ArrayLike, y: SurvivalOutcome, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from rows (n, p) and outcomes (n,).

        Raises:
            SettingsError: `SETTINGS`, what came is no such table; `NO_EVENTS`, nobody had the event.
        """
        rows = self._rows_to_fit(X)
        times, events = self._outcome(y, len(rows))
        weights = self._weights(sample_weight, len(rows))
        check_number("n_trees", self.n_trees, 1)
        check_number("n_jobs", self.n_jobs, 1)
        check_number("max_times", self.max_times, 2)
        rule = tree_rule(self.max_features, self.min_leaf_rows, self.max_depth, rows.shape[1])
        every, reached = reached_times(times, events)
        places = np.linspace(0, len(every) - 1, min(len(every), int(self.max_times))).round()
        kept = np.unique(places).astype(np.int32)
        self.event_times_days_ = every[kept]
        counts, seeds = draw_rows(weights, self.n_trees, self.seed)
        feature, threshold, left, right, leaf, roots, hazards = _native.survival_forest(
            np.ascontiguousarray(rows.T),
            reached,
            (events == 1).astype(np.uint8),
            len(every),
            counts,
            seeds,
            kept,
            (*rule, int(self.n_jobs)),
        )
        trees = Trees(feature, threshold, left, right, roots)
        self.forest_ = LeafHazards(trees, leaf, hazards, self.event_times_days_)
        self.notices_ = ()
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """(n,) ensemble mortality: the cumulative hazard summed over the times of events."""
        found: FloatArray = self.forest_cumulative(X).sum(axis=1)
        return found

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:
        """(n, t) probability to be free of the event."""
        rows = self._rows_to_predict(X)
        return self.forest_.survival(rows, times_days)

    def forest_cumulative(self, X: ArrayLike) -> FloatArray:
        """(n, m) cumulative hazard at each time of an event."""
        rows = self._rows_to_predict(X)
        return self.forest_.cumulative(rows)


def reached_times(times_days: FloatArray, events: NDArray[np.int8]) -> tuple[FloatArray, NDArray[np.int32]]:
    """(m,) the times of event 1, increasing, and (n,) how many of them each row reached."""
    at = np.unique(times_days[events == 1])
    return at, np.searchsorted(at, times_days, "right").astype(np.int32)
