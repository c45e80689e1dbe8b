"""The control that must say nothing: the same learning, on labels that were dealt anew.

Labels change places among the test patients of each fold: folds, their balance, and all that is learned without labels stay as
they were, and are computed once. Models are not tuned, which is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.fold.prepared import prepare, ready_fold
from oncometry.prediction.fold_concordance import folded
from oncometry.prediction.ledger import FitLedger, LedgerRow, Scope
from oncometry.prediction.material import Material
from oncometry.prediction.nested import fitted
from oncometry.prediction.predicted import score_of
from oncometry.prediction.splits import Split

__all__ = ["FoldPoints", "Permuted", "fold_points", "permuted_concordance"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FoldPoints:
    """Of one fold: (1 + b,) points and pairs, of the true labels first, then of each permutation; and whom its fits saw."""

    points: Numbers
    judged: Numbers
    ledger: tuple[LedgerRow, ...] = ()


@dataclass(frozen=True, eq=False)
class Permuted:
    """What labels dealt anew give.

    Attributes:
        observed: the concordance of the same untuned learning on the true labels.
        permuted: (b,) on each permutation.
        model, features: what was learned.
        ledger: whom the fits saw.
    """

    observed: float
    permuted: Numbers
    model: str
    features: str
    ledger: tuple[LedgerRow, ...] = ()

    @property
    def mean(self) -> float:
        """0.5 where nothing leaks."""
        return float(self.permuted.mean())

    @property
    def p_value(self) -> float:
        """Chance of labels without meaning to do as well (Phipson 2010, doi:10.2202/1544-6115.1585)."""
        return float((1 + (self.permuted >= self.observed).sum()) / (1 + len(self.permuted)))


def fold_points(material: Material, split: Split, splits: list[Split], chosen: FeatureSet) -> FoldPoints:
    """All permutations of one fold.

    Args:
        split: the fold, one of `splits`, which together are one repeat.
    """
    table, settings, task = material.table, material.experiment.preprocessing, material.outcome.task
    ledger = FitLedger(Scope(split.repeat, split.fold), frozenset(map(str, table.patients[split.test])))
    ready = ready_fold(
        table.rows(split.train), table.rows(split.test), settings, ledger, material.reliability
    )
    candidate = next(iter(material.models.values()))[0]
    count = material.experiment.validation.permutations
    points, judged = np.zeros(1 + count), np.zeros(1 + count)
    for b in range(1 + count):
        y = (
            material.outcome.y
            if b == 0
            else material.outcome.y[dealt_anew(table.patients, splits, (material.experiment.seed, b))]
        )
        prepared = prepare(ready, y[split.train], task, table.patients[split.train], settings, ledger)
        columns = prepared.columns(chosen, candidate.select)
        ledger.saw(f"{candidate.model} on {chosen.name}", table.patients[split.train])
        estimator = fitted(material, ready.train[:, columns], split.train, candidate, y)
        score = score_of(estimator, ready.test[:, columns], task)
        (fold,) = folded(y[split.test], score, task, [np.arange(len(score))])
        points[b], judged[b] = fold.points.sum(), fold.judged.sum()
    told = tuple(replace(row, what=f"permuted labels: {row.what}") for row in ledger.rows)
    return FoldPoints(points, judged, told)


def permuted_concordance(material: Material, folds: list[FoldPoints], chosen: FeatureSet) -> Permuted:
    """The folds of one repeat together."""
    points = np.sum([f.points for f in folds], axis=0)
    judged = np.sum([f.judged for f in folds], axis=0)
    found = np.divide(points, judged, out=np.full(len(points), 0.5), where=judged > 0)
    rows = tuple(row for fold in folds for row in fold.ledger)
    return Permuted(float(found[0]), found[1:], next(iter(material.models)), chosen.name, rows)


def dealt_anew(patients: NDArray[np.str_], splits: list[Split], seed: tuple[int, int]) -> NDArray[np.intp]:
    """(n,) whose outcome each row gets: that of another patient of its test fold; rows of a patient go together."""
    rng = np.random.default_rng(seed)
    source = np.arange(len(patients))
    for split in splits:
        names, first, which = np.unique(patients[split.test], return_index=True, return_inverse=True)
        others = rng.permutation(len(names))
        source[split.test] = split.test[first[others[which]]]
    return source
