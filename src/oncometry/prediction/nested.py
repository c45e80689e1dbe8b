"""One outer split: settings chosen within the training rows, the test rows judged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.candidates import Candidate
from oncometry.prediction.feature_sets import NOTHING, SHUFFLED, FeatureSet
from oncometry.prediction.fold.calibrate import Platt, fit_platt, log_odds
from oncometry.prediction.fold.prepared import Prepared, prepare, ready_fold
from oncometry.prediction.fold.resample import resampled
from oncometry.prediction.fold_concordance import concordance
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.material import BEST, Judged, Material, SplitResult
from oncometry.prediction.models import MODELS
from oncometry.prediction.outcome import Outcomes, Task
from oncometry.prediction.predicted import Predicted, looked_at, predicted_by, score_of
from oncometry.prediction.splits import Split
from oncometry.prediction.table import Block, FeatureTable

__all__ = [
    "BASELINES",
    "Fold",
    "Tuned",
    "fitted",
    "fold_of",
    "is_calibrated",
    "judge_split",
    "may_be_best",
    "platt_of",
    "tuned",
]

BASELINES = {
    Task.BINARY: "majority",
    Task.ORDINAL: "majority",
    Task.CONTINUOUS: "mean",
    Task.SURVIVAL: "null_survival",
}
"""Models that look at no feature."""

Rows = NDArray[np.intp]
Numbers = NDArray[np.float64]

RACED = 2
"""Inner folds on which every candidate is tried."""


@dataclass(frozen=True, eq=False)
class Fold:
    """Training and test rows of the table, with their features prepared."""

    train: Rows
    test: Rows
    prepared: Prepared
    ledger: FitLedger


@dataclass(frozen=True, eq=False)
class Tuned:
    """The settings of a model that the inner folds preferred.

    Attributes:
        quality: mean over the folds.
        scores: what these settings said of the test rows of each fold.
    """

    candidate: Candidate
    quality: float
    scores: tuple[NDArray[np.float64], ...]


def judge_split(material: Material, split: Split) -> SplitResult:
    """Every model on every set of features, on the test rows of one split."""
    held_out = frozenset(map(str, material.table.patients[split.test]))
    ledger = FitLedger(Scope(split.repeat, split.fold), held_out)
    outer = fold_of(material, split.train, split.test, ledger)
    inner = [
        fold_of(material, split.train[train], split.train[test],
              ledger.within(n, material.table.patients[split.train[test]]))
        for n, (train, test) in enumerate(split.inner)
    ]  # fmt: skip
    judged: list[Judged] = []
    for chosen in material.sets:
        here = [
            _judge_model(material, outer, inner, chosen, name, ledger)
            for name in _models_for(material, chosen)
        ]
        judged += here
        if chosen.name != NOTHING:
            able = may_be_best(material)
            best = max((one for one in here if one.model in able), key=lambda one: one.inner_score)
            judged.append(
                Judged(BEST, chosen.name, best.chosen, best.inner_score, best.predicted, best.columns)
            )
    if material.shuffled is not None:
        twin = judge_split(_twin(material, material.shuffled), split)
        judged += twin.judged
        ledger.fits.update(dict.fromkeys(twin.ledger))
    return SplitResult(
        split.repeat, split.fold, tuple(judged), ledger.rows, outer.prepared.ready.chain.notices
    )


def _twin(material: Material, shuffled: FeatureTable) -> Material:
    """The control of shuffled voxels (Welch 2019, doi:10.1016/j.radonc.2018.10.027): it knows size and histogram only."""
    return replace(material, table=shuffled, sets=(FeatureSet(SHUFFLED, (Block.RADIOMICS,)),), shuffled=None)


def may_be_best(material: Material) -> list[str]:
    """Models that can be preferred: where events compete, those whose probabilities know it, if there are any.

    The others give the chance of an event in a world where nobody has a competing one, which is too high.
    """
    names = list(material.models)
    if not material.outcome.is_competing:
        return names
    return [name for name in names if MODELS[name].handles_competing] or names


def _models_for(material: Material, chosen: FeatureSet) -> Sequence[str]:
    if chosen.name == NOTHING:
        return [BASELINES[material.outcome.task]]
    return list(material.models)


def fold_of(material: Material, train: Rows, test: Rows, ledger: FitLedger) -> Fold:
    """Learn the features of the training rows, and make both ready."""
    table, settings = material.table, material.experiment.preprocessing
    ready = ready_fold(table.rows(train), table.rows(test), settings, ledger, material.reliability)
    y, task = material.outcome.y[train], material.outcome.task
    return Fold(train, test, prepare(ready, y, task, table.patients[train], settings, ledger), ledger)


def _judge_model(
    material: Material,
    outer: Fold,
    inner: Sequence[Fold],
    features: FeatureSet,
    model: str,
    ledger: FitLedger,
) -> Judged:
    found = tuned(material, inner, features, model)
    best = found.candidate
    columns = outer.prepared.columns(features, best.select)
    ledger.saw(f"{model} on {features.name}", material.table.patients[outer.train])
    estimator = fitted(material, outer.prepared.ready.train[:, columns], outer.train, best)
    said = predicted_by(
        estimator,
        outer.prepared.ready.test[:, columns],
        material.outcome.task,
        material.times_days,
        material.outcome.horizon_days,
    )
    if material.outcome.task is Task.BINARY and is_calibrated(material, said, features):
        rows = np.concatenate([f.test for f in inner])
        ledger.saw(f"calibration of {model} on {features.name}", material.table.patients[rows])
        said = _calibrated(material, rows, found.scores, said)
    names = tuple(material.table.columns[i].name for i in outer.prepared.ready.chain.columns[columns])
    return Judged(model, features.name, best, found.quality, said, names)


def tuned(material: Material, inner: Sequence[Fold], features: FeatureSet, model: str) -> Tuned:
    """The candidate of a model that does best on the inner folds.

    A race (Maron 1997, doi:10.1023/A:1006556606079): all are tried on the first `RACED` inner folds, and the better third of
    them on the others. The settings that win are nearly always the same, for about half of the fits.
    """
    tried = material.models.get(model) or (Candidate(model, 1, ()),)
    scores = {c: [_said(material, fold, features, c) for fold in inner[:RACED]] for c in tried}
    ahead = sorted(tried, key=lambda c: -_quality(material, inner[:RACED], scores[c]))
    going_on = ahead[: max(1, -(-len(tried) // 3))]
    for candidate in going_on:
        scores[candidate] += [_said(material, fold, features, candidate) for fold in inner[RACED:]]
    quality = {c: _quality(material, inner, scores[c]) for c in going_on}
    best = max(going_on, key=lambda c: quality[c])
    return Tuned(best, quality[best], tuple(scores[best]))


def fitted(
    material: Material,
    values: NDArray[np.float64],
    rows: Rows,
    candidate: Candidate,
    outcomes: Outcomes | None = None,
) -> Any:
    """The model of a candidate, fitted on these rows; its seed follows from the experiment's and its settings.

    Args:
        values: (m, q) features of the rows.
        outcomes: (n,) of all rows, where they are not the material's own.
    """
    task, seed = material.outcome.task, material.experiment.seed
    own = crc32(repr((seed, candidate)).encode()) % 2**31
    y = (material.outcome.y if outcomes is None else outcomes)[rows]
    if task in (Task.BINARY, Task.ORDINAL):
        how = material.experiment.preprocessing.resample
        values, y = resampled(values, y, how, np.random.default_rng(own))
    return MODELS[candidate.model].estimator(task, own, candidate.named).fit(looked_at(values), y)


def _said(material: Material, fold: Fold, features: FeatureSet, candidate: Candidate) -> Numbers:
    """What a candidate says of the test rows of an inner fold."""
    columns = fold.prepared.columns(features, candidate.select)
    fold.ledger.saw(f"{candidate.model} on {features.name}", material.table.patients[fold.train])
    estimator = fitted(material, fold.prepared.ready.train[:, columns], fold.train, candidate)
    return score_of(estimator, fold.prepared.ready.test[:, columns], material.outcome.task)


def _quality(material: Material, inner: Sequence[Fold], scores: Sequence[Numbers]) -> float:
    """Mean over inner folds: concordance, or of numbers minus the mean absolute error."""
    y, task = material.outcome.y, material.outcome.task
    if task is Task.CONTINUOUS:
        return -float(np.mean([np.abs(y[f.test] - s).mean() for f, s in zip(inner, scores, strict=True)]))
    found = [concordance(y[f.test], s, task) for f, s in zip(inner, scores, strict=True)]
    judged = [c for c in found if c is not None]
    return float(np.mean(judged)) if judged else 0.5


def _calibrated(material: Material, rows: Rows, scores: Sequence[Numbers], said: Predicted) -> Predicted:
    """Probabilities by what the same settings said of these rows, which they had not seen."""
    platt = platt_of(np.concatenate(scores), material.outcome.y[rows], said)
    return Predicted(said.score, platt.apply(as_logit(said.score, said)))


def is_calibrated(material: Material, said: Predicted, features: FeatureSet) -> bool:
    """Whether probabilities come by Platt's logistic: where it is asked, and of models that give none."""
    wanted = features.name != NOTHING and material.experiment.preprocessing.calibrate
    return said.probability is None or wanted


def platt_of(scores: NDArray[np.float64], y: NDArray[np.int64], said: Predicted) -> Platt:
    """Platt's logistic of decisions, or of the log odds of probabilities."""
    return fit_platt(as_logit(scores, said), y)


def as_logit(score: NDArray[np.float64], said: Predicted) -> NDArray[np.float64]:
    """Decisions as they are; probabilities as log odds."""
    is_chance = said.probability is not None and np.array_equal(said.score, said.probability)
    return log_odds(score) if is_chance else score
