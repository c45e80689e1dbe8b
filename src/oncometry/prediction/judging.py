"""From the predictions of all splits to metrics with intervals, and to what one set of features adds to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.feature_sets import NOTHING, SHUFFLED, headline_pair
from oncometry.prediction.fold_concordance import folded, weighted
from oncometry.prediction.material import BEST, Material, SplitResult
from oncometry.prediction.metrics import (
    BootstrapSettings,
    Estimate,
    Metric,
    Score,
    SurvivalCourse,
    binary_scores,
    bootstrap,
    concordance_scores,
    continuous_scores,
    corrected_resampled_t,
    difference,
    mean_over,
    ordinal_scores,
    survival_scores,
)
from oncometry.prediction.nested import BASELINES
from oncometry.prediction.outcome import Outcomes, Task
from oncometry.prediction.predicted import Predicted
from oncometry.prediction.splits import Split

__all__ = ["CONCORDANCE", "LOWER_IS_BETTER", "Comparison", "Judge", "comparisons"]

CONCORDANCE = {
    Task.BINARY: "auc",
    Task.ORDINAL: "ordinal_c",
    Task.SURVIVAL: "c_harrell",
    Task.CONTINUOUS: "spearman",
}
"""The metric that a result is headed by."""
COMPARED = {
    Task.BINARY: ("auc", "average_precision", "brier"),
    Task.ORDINAL: ("ordinal_c", "quadratic_kappa"),
    Task.SURVIVAL: ("c_harrell", "integrated_brier"),
    Task.CONTINUOUS: ("mae", "r2", "spearman"),
}
LOWER_IS_BETTER = frozenset({"brier", "integrated_brier", "mae", "rmse", "log_loss"})
WITHIN = "pairs within folds"
RANKING = frozenset({"average_precision", "c_uno", "integrated_auc", "spearman"})
"""Metrics that only look at the order of predictions, besides those that are named for a day."""
SLOPE = "calibration_slope"
MetricsOf = Callable[[Outcomes, Predicted, Outcomes | None], tuple[Score, ...]]
"""Metrics of outcomes and what was said of them; the third's censoring weighs, where it is given."""


@dataclass(frozen=True)
class Comparison:
    """What is asked: the same model on two sets of features."""

    model: str
    larger: str
    smaller: str


@dataclass(frozen=True, eq=False)
class Judge:
    """Predictions of all splits, ready to be asked for metrics.

    Attributes:
        material: outcomes and patients.
        splits, results: in one order.
        held_out_sites: whether these are splits by site: each predicted once.
    """

    material: Material
    splits: tuple[Split, ...]
    results: tuple[SplitResult, ...]
    held_out_sites: bool = False

    @property
    def repeats(self) -> tuple[int, ...]:
        """Of the validation, rising; every row is tested once in each."""
        return tuple(sorted({s.repeat for s in self.splits}))

    def metrics(self, model: str, features: str) -> list[Metric]:
        """All metrics of a model on a set of features, with intervals."""
        return self._rows(self._estimated(self.scores(model, features)), model, features)

    def difference(self, asked: Comparison) -> list[Metric]:
        """How much the larger set of features adds: paired over patients, and over the splits of the validation."""
        first = {s.name: s for s in self.scores(asked.model, asked.larger)}
        second = {s.name: s for s in self.scores(self._model_on(asked.model, asked.smaller), asked.smaller)}
        names = [n for n in COMPARED[self.material.outcome.task] if n in first and n in second]
        found = self._estimated([difference(first[n], second[n]) for n in names])
        found += self._over_splits(asked)
        return self._rows(found, asked.model, f"{asked.larger} - {asked.smaller}")

    def scores(self, model: str, features: str) -> list[Score]:
        """Each metric as the mean over repeats."""
        repeats = [self._of_repeat(r, model, features) for r in self.repeats]
        return [mean_over(same) for same in zip(*repeats, strict=True)]

    def predictions(self, repeat: int, model: str, features: str) -> tuple[NDArray[np.intp], Predicted]:
        """Rows that were tested in a repeat, rising, and what was said of them."""
        chosen = [(s, r) for s, r in zip(self.splits, self.results, strict=True) if s.repeat == repeat]
        rows = np.concatenate([s.test for s, _ in chosen])
        said = [
            one.predicted
            for _, r in chosen
            for one in r.judged
            if (one.model, one.features) == (model, features)
        ]
        order = np.argsort(rows, kind="stable")
        return rows[order], _together(said).rows(order)

    def flat_folds(self, model: str, features: str) -> tuple[int, int]:
        """Of how many folds all test rows were told the same, and how many folds there are."""
        said = [
            one.predicted.is_flat
            for result in self.results
            for one in result.judged
            if (one.model, one.features) == (model, features)
        ]
        return sum(said), len(said)

    def auc_over_time(self, repeat: int, model: str, features: str) -> NDArray[np.float64]:
        """(t,) on each day that curves are judged at, as the mean over folds; NaN where no fold defines it."""
        rows, said = self.predictions(repeat, model, features)
        days = tuple(map(float, self.material.times_days))
        found = _ranked_within(
            partial(_on_days, self.material, days),
            self.material.outcome.y[rows],
            said,
            self._folds(repeat, rows),
        )
        values = {s.name: s.value for s in found}
        return np.array([np.nan if (v := values[f"auc_{day:g}_days"]) is None else v for day in days])

    def _of_repeat(self, repeat: int, model: str, features: str) -> list[Score]:
        rows, said = self.predictions(repeat, model, features)
        return _scores(self.material, rows, said, self._folds(repeat, rows))

    def _folds(self, repeat: int, rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """Where the rows of each fold are among the rising rows of a repeat."""
        return [np.searchsorted(rows, s.test) for s in self.splits if s.repeat == repeat]

    def _estimated(self, scores: Sequence[Score]) -> list[Estimate]:
        chosen = self.material.experiment.validation
        settings = BootstrapSettings(
            resamples=chosen.bootstrap, level=chosen.confidence, seed=self.material.experiment.seed
        )
        rows = np.sort(np.concatenate([s.test for s in self.splits if s.repeat == self.splits[0].repeat]))
        return list(bootstrap(scores, self.material.table.patients[rows], settings))

    def _over_splits(self, asked: Comparison) -> list[Estimate]:
        """The corrected resampled t of the heading metric, over the splits of the repeats."""
        task = self.material.outcome.task
        if self.held_out_sites or task is Task.CONTINUOUS:
            return []
        gains, tested, trained = [], [], []
        for split, result in zip(self.splits, self.results, strict=True):
            said = {(one.model, one.features): one.predicted for one in result.judged}
            pair_of = [
                (asked.model, asked.larger),
                (self._model_on(asked.model, asked.smaller), asked.smaller),
            ]
            y = self.material.outcome.y[split.test]
            pair = [folded(y, said[key].score, task, [np.arange(len(y))]) for key in pair_of]
            ones = np.ones((1, len(y)))
            gain = float(weighted(pair[0], ones)[0] - weighted(pair[1], ones)[0])
            if np.isfinite(gain):
                gains.append(gain)
                tested.append(len(split.test))
                trained.append(len(split.train))
        if len(gains) < 2:
            return []
        name, events = f"{CONCORDANCE[task]}_difference", self.material.outcome.events
        n, sizes = len(self.material.table.patients), (float(np.mean(trained)), float(np.mean(tested)))
        level = self.material.experiment.validation.confidence
        return [corrected_resampled_t(name, np.array(gains), *sizes, n, events, level)]

    def _model_on(self, model: str, features: str) -> str:
        """The model itself; where it is given nothing, the one that looks at nothing."""
        return BASELINES[self.material.outcome.task] if features == NOTHING else model

    def _rows(self, estimates: Sequence[Estimate], model: str, features: str) -> list[Metric]:
        return [Metric.of(e, self.material.outcome.name, model, features) for e in estimates]


def _scores(
    material: Material, rows: NDArray[np.intp], said: Predicted, folds: Sequence[NDArray[np.intp]]
) -> list[Score]:
    outcome = material.outcome
    y, task = outcome.y[rows], outcome.task
    found = _ranked_within(partial(_metrics_of, material), y, said, folds)
    if task is Task.CONTINUOUS:
        return found
    events = None if task is Task.ORDINAL else int(((y if task is Task.BINARY else y["event"]) == 1).sum())
    own = Score(
        CONCORDANCE[task], len(y), events, partial(weighted, folded(y, said.score, task, folds)), WITHIN
    )
    return [own, *(s for s in found if s.name != own.name)]


def _ranked_within(
    metrics_of: MetricsOf, y: Outcomes, said: Predicted, folds: Sequence[NDArray[np.intp]]
) -> list[Score]:
    """All metrics, of a repeat, but what would compare models of two folds.

    Those that only look at the order are the mean over folds. A calibration slope is none where each fold says one thing of
    all: predictions then differ by the folds' models only, the more of the event is in a fold the lower.
    """
    pooled = metrics_of(y, said, None)
    parts = [{s.name: s for s in metrics_of(y[rows], said.rows(rows), y)} for rows in folds]
    silent = all(said.rows(rows).is_flat for rows in folds)
    return [
        _mean_of_folds(s, [part[s.name] for part in parts], folds)
        if _is_ranking(s.name)
        else replace(s, values=_undefined)
        if silent and s.name.startswith(SLOPE)
        else s
        for s in pooled
    ]


def _is_ranking(name: str) -> bool:
    return name in RANKING or name.startswith("auc_")


def _undefined(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.full(len(weights), np.nan)


def _metrics_of(
    material: Material, y: Outcomes, said: Predicted, reference: Outcomes | None
) -> tuple[Score, ...]:
    task = material.outcome.task
    if task is Task.CONTINUOUS:
        return continuous_scores(y, said.score)
    if task is Task.BINARY:
        return binary_scores(
            y, np.asarray(said.probability), material.experiment.validation.threshold, said.score
        )
    if task is Task.ORDINAL:
        return ordinal_scores(y, np.asarray(said.probability))
    horizon = float(material.outcome.horizon_days or 0)
    return (*concordance_scores(y, said.score, float(material.times_days[-1]), reference),
            *_on_days(material, [horizon], y, said, reference))  # fmt: skip


def _on_days(
    material: Material, days: Sequence[float], y: Outcomes, said: Predicted, reference: Outcomes | None
) -> tuple[Score, ...]:
    course = SurvivalCourse(tuple(map(float, material.times_days)), np.clip(np.asarray(said.free), 0, 1))
    return survival_scores(y, course, days, reference)


def _mean_of_folds(whole: Score, parts: Sequence[Score], folds: Sequence[NDArray[np.intp]]) -> Score:
    """The mean over folds that define the metric, each by the weight of its rows."""
    detail = ", ".join(filter(None, [whole.detail, "mean of folds"]))
    return Score(whole.name, whole.n, whole.events, partial(_over_folds, parts, folds), detail)


def _over_folds(
    parts: Sequence[Score], folds: Sequence[NDArray[np.intp]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    top, below = np.zeros(len(weights)), np.zeros(len(weights))
    for part, rows in zip(parts, folds, strict=True):
        here = weights[:, rows]
        there = np.flatnonzero(here.sum(1) > 0)
        if not len(there):
            continue
        values = part.values(here[there])
        known = np.isfinite(values)
        top[there[known]] += values[known] * here[there[known]].sum(1)
        below[there[known]] += here[there[known]].sum(1)
    found: NDArray[np.float64] = np.divide(top, below, out=np.full(len(weights), np.nan), where=below > 0)
    return found


def _together(said: Sequence[Predicted]) -> Predicted:
    def stacked(name: str) -> NDArray[np.float64] | None:
        parts = [getattr(one, name) for one in said]
        return None if any(p is None for p in parts) else np.concatenate(parts)

    return Predicted(np.concatenate([one.score for one in said]), stacked("probability"), stacked("free"))


def comparisons(material: Material) -> tuple[Comparison, ...]:
    """The headline first: what images add; then each set over knowing nothing of the images, by the best model.

    Every model is compared on the headline's sets as well: a gain that one model has and no other is no gain.
    """
    pair = headline_pair(material.sets)
    if pair is None:
        return ()
    larger, smaller = pair
    found = [Comparison(model, larger.name, smaller.name) for model in (BEST, *material.models)]
    named = {s.name: s for s in material.sets}
    images = [name for name in ("radiomics", "delta", "dose", "deep") if name in named and "volume" in named]
    found += [Comparison(BEST, name, "volume") for name in images]
    if material.shuffled is not None and "radiomics" in named:
        found.append(Comparison(BEST, "radiomics", SHUFFLED))
    if smaller.name == "clinical + volume":
        found.append(Comparison(BEST, smaller.name, "clinical"))
    return tuple(found)
