"""What the features contributed to predictions of patients that the model had not seen, over all folds of a repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.explanation import (
    ImportanceOverChance,
    Players,
    RankingStability,
    ShapleyValues,
    importance_over_chance,
    joined,
    ranking_stability,
)
from oncometry.prediction.fold_explained import FoldExplained
from oncometry.prediction.ledger import LedgerRow
from oncometry.prediction.splits import Split
from oncometry.prediction.table import FeatureTable

__all__ = ["Explained", "explained_together"]

FIRST = 5

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Explained:
    """Shapley values out of fold: each row of the table once, by the model of its fold.

    Attributes:
        model, features: what was explained.
        unit: what contributions are in.
        shapley: of the n rows of the table.
        values: (n, k) the raw value of each player of one column, NaN where missing and of players of several.
        over_chance: importances beside those on labels dealt anew.
        permuted: how often labels were dealt anew.
        stability: of the ranking over folds; None of one fold.
        background: rows that each fold's are held against.
        unlike: greatest distance between scores and probabilities judged and those of the models fitted again.
        ledger: whom the fits saw.
    """

    model: str
    features: str
    unit: str
    shapley: ShapleyValues
    values: Numbers
    over_chance: ImportanceOverChance | None
    permuted: int
    stability: RankingStability | None
    background: int
    unlike: float
    ledger: tuple[LedgerRow, ...] = ()

    @property
    def residual(self) -> float:
        """The greatest distance between an output and the sum of its parts."""
        return float(np.abs(self.shapley.residual).max(initial=0.0))

    @property
    def share_on_permuted(self) -> float | None:
        """All contributions on labels dealt anew, as a share of those on the true ones; None where those are 0."""
        total = float(self.shapley.importance.sum())
        if self.over_chance is None or total <= 0:
            return None
        return float(self.over_chance.by_chance.sum()) / total


def explained_together(
    table: FeatureTable,
    players: Players,
    splits: Sequence[Split],
    parts: Sequence[FoldExplained],
    said: tuple[str, str, str],
    background: int,
) -> Explained:
    """The folds of one repeat as one.

    Args:
        splits, parts: in one order.
        said: model, set of features, unit.
        background: rows each fold's are held against.
    """
    shapley = joined([p.shapley for p in parts], [s.test for s in splits])
    by_fold = np.array([p.shapley.importance for p in parts])
    permuted = np.mean([p.permuted for p in parts], axis=0)
    values = np.full((len(table.patients), len(players)), np.nan)
    for k, at in enumerate(players.columns):
        if len(at) == 1:
            values[:, k] = table.values[:, at[0]]
    return Explained(
        *said,
        shapley,
        values,
        importance_over_chance(shapley.importance, permuted) if len(permuted) else None,
        len(permuted),
        ranking_stability(by_fold, min(FIRST, len(players))) if len(parts) > 1 else None,
        background,
        max(p.unlike for p in parts),
        tuple(row for p in parts for row in p.ledger),
    )
