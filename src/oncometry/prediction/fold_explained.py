"""Why a model of one fold says what it says of the patients that it had not seen, and what it says of labels dealt anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from oncometry.prediction.explanation import Players, ShapleyValues, joined, shapley_values
from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.fold.calibrate import Platt, log_odds
from oncometry.prediction.fold.chain import Chain
from oncometry.prediction.fold.prepared import Prepared, Ready, prepare, ready_fold
from oncometry.prediction.fold.strength import associations
from oncometry.prediction.ledger import FitLedger, LedgerRow, Scope
from oncometry.prediction.material import Judged, Material
from oncometry.prediction.nested import as_logit, fitted, platt_of
from oncometry.prediction.outcome import Outcomes, Task
from oncometry.prediction.permuted import dealt_anew
from oncometry.prediction.predicted import Predicted, predicted_by, score_of
from oncometry.prediction.splits import Split
from oncometry.prediction.table import FeatureTable

__all__ = ["UNITS", "ExplanationBudget", "FoldExplained", "explain_fold", "players_of"]

UNITS = {
    Task.BINARY: "log odds of the probability",
    Task.ORDINAL: "expected category",
    Task.CONTINUOUS: "unit of the outcome",
    Task.SURVIVAL: "log of the cumulative hazard at the horizon",
}
"""What contributions are in: one unit for all models of an outcome."""

LEAST = 1e-6
PERMUTED_SEED = 1_000_000
NOT_EXTREME = 25.0

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class ExplanationBudget:
    """How much is computed: rows of the background; permutations of the labels, rows explained of each, and their background."""

    background: int = 20
    permutations: int = 10
    permuted_rows: int = 10
    permuted_background: int = 8


@dataclass(frozen=True, eq=False)
class FoldExplained:
    """Of the test rows of one fold.

    Attributes:
        shapley: contributions of each player.
        permuted: (r, k) mean absolute contributions of the same learning on labels dealt anew.
        unlike: how far scores and probabilities of the model fitted again are from those that were judged.
        ledger: whom the fits saw.
    """

    shapley: ShapleyValues
    permuted: Numbers
    unlike: float
    ledger: tuple[LedgerRow, ...] = ()


@dataclass(frozen=True, eq=False)
class _Pipeline:
    """Raw rows of the whole table to one number, in the unit of the task."""

    material: Material
    chain: Chain
    columns: NDArray[np.intp]
    estimator: Any
    platt: Platt
    site: str | None = None

    def __call__(self, raw: Numbers) -> Numbers:
        prepared = self._prepared(raw)
        task = self.material.outcome.task
        if task is Task.SURVIVAL:
            day = np.array([self.material.outcome.horizon_days or 0.0])
            free = np.clip(self.estimator.predict_survival(prepared, day)[:, 0], LEAST, 1 - LEAST)
            return np.asarray(np.log(-np.log(free)))
        if task is not Task.BINARY:
            return score_of(self.estimator, prepared, task)
        said = predicted_by(self.estimator, prepared, task)
        return np.asarray(self.platt.slope * as_logit(said.score, said) + self.platt.intercept)

    @property
    def looked_at(self) -> NDArray[np.intp]:
        """Places of the table's columns that the model is given."""
        return self.chain.columns[self.columns]

    def _prepared(self, raw: Numbers) -> Numbers:
        """(n, q) as `Chain.transform` has it, of the model's own columns alone where no other is needed."""
        chain = self.chain
        if chain.harmonized is not None and self.site is not None:
            table = self.material.table
            nobody = np.full(len(raw), "-")
            sites = np.full(len(raw), self.site)
            return chain.transform(FeatureTable(nobody, table.columns, raw, sites))[:, self.columns]
        own = chain.leaving[self.columns]
        values = raw[:, chain.entering[own]]
        filled = np.where(np.isfinite(values), values, chain.medians[own])
        return np.asarray((filled - chain.centers[self.columns]) / chain.scales[self.columns])


def players_of(table: FeatureTable, features: FeatureSet) -> Players:
    """Columns of a set; the indicators of one source come and go together."""
    by_source: dict[str, list[int]] = {}
    for i in table.of(features.blocks):
        by_source.setdefault(table.columns[i].source, []).append(int(i))
    names = tuple(table.columns[at[0]].name if len(at) == 1 else source for source, at in by_source.items())
    return Players(names, tuple(np.array(at, dtype=np.intp) for at in by_source.values()))


def explain_fold(
    material: Material,
    split: Split,
    repeat: Sequence[Split],
    judged: Judged,
    features: FeatureSet,
    budget: ExplanationBudget | None = None,
) -> FoldExplained:
    """Fit the preferred settings of a fold again, and explain its test rows against training rows.

    Args:
        split: the fold, one of `repeat`.
        judged: what was judged there: the settings, and the scores that have to come again.
        features: the set that it was given.
    """
    chosen = budget or ExplanationBudget()
    table, settings, task = material.table, material.experiment.preprocessing, material.outcome.task
    ledger = FitLedger(Scope(split.repeat, split.fold), frozenset(map(str, table.patients[split.test])))
    ready = ready_fold(
        table.rows(split.train), table.rows(split.test), settings, ledger, material.reliability
    )
    y = material.outcome.y
    prepared = prepare(ready, y[split.train], task, table.patients[split.train], settings, ledger)
    columns = prepared.columns(features, judged.chosen.select)
    _note(ledger, judged, chosen.permutations, task, table.patients[split.train])
    estimator = fitted(material, ready.train[:, columns], split.train, judged.chosen)
    score = score_of(estimator, ready.test[:, columns], task)
    unlike = float(np.abs(score - judged.predicted.score).max(initial=0.0))
    pipeline = _Pipeline(
        material, ready.chain, columns, estimator, _platt_again(judged.predicted, estimator, task)
    )
    rng = np.random.default_rng((material.experiment.seed, split.fold))
    players = players_of(table, features)
    shapley = _explained(pipeline, split, split.test, players, chosen.background, rng)
    permuted = [
        _permuted(material, split, repeat, judged, features, ready, chosen, b)
        for b in range(chosen.permutations)
    ]
    if task is Task.BINARY and judged.predicted.probability is not None:
        unlike = max(
            unlike, float(np.abs(expit(shapley.output) - judged.predicted.probability).max(initial=0.0))
        )
    told = tuple(replace(row, what=f"explanation: {row.what}") for row in ledger.rows)
    return FoldExplained(shapley, np.array(permuted).reshape(len(permuted), len(players)), unlike, told)


def _note(
    ledger: FitLedger, judged: Judged, permutations: int, task: Task, patients: NDArray[np.str_]
) -> None:
    """The model that is fitted again, and those on labels dealt anew: all on these training patients."""
    fit = f"{judged.chosen.model} on {judged.features}"
    ledger.saw(fit, patients)
    if permutations:
        calibration = [f"calibration of {fit}"] if task is Task.BINARY else []
        for what in ("selection", fit, *calibration):
            ledger.saw(f"permuted labels: {what}", patients)


def _explained(
    pipeline: _Pipeline,
    split: Split,
    rows: NDArray[np.intp],
    players: Players,
    size: int,
    rng: np.random.Generator,
) -> ShapleyValues:
    """Rows of one site at once where sites were harmonized: it stays the row's own."""
    raw, sites = pipeline.material.table.values, pipeline.material.table.sites
    background = raw[np.sort(rng.choice(split.train, min(size, len(split.train)), replace=False))]
    if pipeline.chain.harmonized is None or sites is None:
        looked = set(pipeline.looked_at.tolist())
        used = [k for k, at in enumerate(players.columns) if looked & set(at.tolist())]
        return shapley_values(pipeline, raw[rows], background, players, rng, used)
    parts, places = [], []
    for site in np.unique(sites[rows]):
        here = np.flatnonzero(sites[rows] == site)
        of_site = replace(pipeline, site=str(site))
        parts.append(shapley_values(of_site, raw[rows[here]], background, players, rng))
        places.append(here)
    return joined(parts, places)


def _platt_again(said: Predicted, estimator: Any, task: Task) -> Platt:
    """The calibration that was judged, from what it made of the scores: it is a straight line of the log odds."""
    if task is not Task.BINARY or said.probability is None:
        return Platt(1.0, 0.0)
    p = np.clip(said.probability, 1e-15, 1 - 1e-15)
    odds = np.log(p / (1 - p))
    score = said.score if hasattr(estimator, "decision_function") else log_odds(said.score)
    usable = np.abs(odds) < NOT_EXTREME
    if usable.sum() < 2 or np.ptp(score[usable]) < 1e-12:
        return Platt(0.0, float(odds.mean()))
    slope, intercept = np.polyfit(score[usable], odds[usable], 1)
    return Platt(float(slope), float(intercept))


def _permuted(
    material: Material,
    split: Split,
    repeat: Sequence[Split],
    judged: Judged,
    features: FeatureSet,
    ready: Ready,
    budget: ExplanationBudget,
    number: int,
) -> Numbers:
    """(k,) mean absolute contributions of the same learning on labels dealt anew; calibrated as on the true ones."""
    table, task = material.table, material.outcome.task
    source = dealt_anew(table.patients, list(repeat), (material.experiment.seed, PERMUTED_SEED + number))
    y = material.outcome.y[source]
    prepared = _selected(ready, y[split.train], material, np.arange(len(split.train)))
    columns = prepared.columns(features, judged.chosen.select)
    estimator = fitted(material, ready.train[:, columns], split.train, judged.chosen, y)
    platt = Platt(1.0, 0.0)
    if task is Task.BINARY:
        platt = _inner_platt(material, split, judged, features, ready, y)
    pipeline = _Pipeline(material, ready.chain, columns, estimator, platt)
    rng = np.random.default_rng((material.experiment.seed, split.fold, number))
    rows = split.test[: budget.permuted_rows]
    return _explained(
        pipeline, split, rows, players_of(table, features), budget.permuted_background, rng
    ).importance


def _selected(ready: Ready, y: Outcomes, material: Material, rows: NDArray[np.intp]) -> Prepared:
    """Strength of features over some of the training rows."""
    settings = material.experiment.preprocessing
    return Prepared(ready, associations(ready.train[rows], y, material.outcome.task), settings.select_from)


def _inner_platt(
    material: Material, split: Split, judged: Judged, features: FeatureSet, ready: Ready, y: Outcomes
) -> Platt:
    """As the validation calibrates: on inner rows that a fit, and its selection, had not seen.

    Inner folds whose training rows are all of one class teach nothing; where all are, every row is told the base rate.
    """
    task, scores, rows = material.outcome.task, [], []
    said = Predicted(np.empty(0))
    for train, test in split.inner:
        if np.ptp(y[split.train[train]]) == 0:
            continue  # labels dealt anew are not balanced over inner folds
        columns = _selected(ready, y[split.train[train]], material, train).columns(
            features, judged.chosen.select
        )
        estimator = fitted(
            material, ready.train[np.ix_(train, columns)], split.train[train], judged.chosen, y
        )
        said = predicted_by(estimator, ready.train[np.ix_(test, columns)], task)
        scores.append(said.score)
        rows.append(split.train[test])
    if not scores:
        return Platt(0.0, float(log_odds(y[split.train].mean())))
    return platt_of(np.concatenate(scores), y[np.concatenate(rows)], said)
