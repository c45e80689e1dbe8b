"""Permutation importance: how much worse a metric gets when a feature's values are dealt out anew among the rows.

L. Breiman 2001, doi:10.1023/A:1010933404324; A. Fisher, C. Rudin and F. Dominici 2019, arXiv:1801.01489. Of
correlated features each can stand in for the other, and all look unimportant: permute them together, as
`correlated_players` has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import rankdata

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import ModelOutput, Players, evaluated

__all__ = ["PermutationImportance", "correlated_players", "permutation_importance"]


@dataclass(frozen=True, eq=False)
class PermutationImportance:
    """Of k players.

    Attributes:
        names: (k,).
        drops: (k, repeats) metric of the rows as they are, minus that with the player permuted.
        score: of the rows as they are.
    """

    names: tuple[str, ...]
    drops: FloatArray
    score: float

    @property
    def mean(self) -> FloatArray:
        """(k,)."""
        return np.asarray(self.drops.mean(axis=1), dtype=np.float64)

    @property
    def standard_deviation(self) -> FloatArray:
        """(k,) over repeats: of the dealing, not of which patients there are."""
        return np.asarray(self.drops.std(axis=1, ddof=1), dtype=np.float64)


def permutation_importance(
    output: ModelOutput,
    rows: FloatArray,
    metric: Callable[[FloatArray], float],
    players: Players,
    rng: np.random.Generator,
    repeats: int = 10,
) -> PermutationImportance:
    """Of rows that the model has not learned from.

    Args:
        output: the whole fitted pipeline.
        rows: (n, p) raw features.
        metric: (n,) outputs to a number, higher is better: it knows the rows' outcomes.
        players: features, or blocks, that are permuted together, row by row.
        rng: of the dealing.
        repeats: 2 or more.

    Raises:
        SettingsError: `SETTINGS`, fewer than two repeats, or a metric that is not finite.
    """
    if repeats < 2:
        raise SettingsError(Code.SETTINGS, f"repeats are two or more, not {repeats}.")
    score = float(metric(evaluated(output, rows)))
    drops = np.zeros((len(players), repeats))
    for k, columns in enumerate(players.columns):
        for r in range(repeats):
            dealt = rows.copy()
            dealt[:, columns] = rows[rng.permutation(len(rows))][:, columns]
            drops[k, r] = score - float(metric(evaluated(output, dealt)))
    if not np.isfinite(drops).all():
        raise SettingsError(
            Code.SETTINGS, f"the metric of a permuted table is not finite; of the table, {score:g}."
        )
    return PermutationImportance(players.names, drops, score)


def correlated_players(rows: FloatArray, names: tuple[str, ...], least: float = 0.8) -> Players:
    """Blocks of columns whose rank correlations, in size, are on average at least `least` (average linkage).

    Missing values are taken as the column's median; a constant column is a block by itself.

    Args:
        rows: (n, p).
        names: (p,); a block is named for its columns, 'a + b'.
        least: above 0, at most 1.
    """
    filled = np.where(np.isfinite(rows), rows, np.nanmedian(rows, axis=0))
    ranks = rankdata(filled, axis=0)
    ranks -= ranks.mean(axis=0)
    size = np.sqrt((ranks**2).sum(axis=0))
    apart = 1 - np.abs(ranks.T @ ranks) / np.where(np.outer(size, size) > 0, np.outer(size, size), np.inf)
    np.fill_diagonal(apart, 0.0)
    if len(names) < 2:
        cluster = np.ones(len(names), dtype=np.int64)
    else:
        tree = linkage(squareform(np.maximum(apart, 0.0), checks=False), "average")
        cluster = fcluster(tree, 1 - least, "distance")
    blocks = [np.flatnonzero(cluster == c) for c in dict.fromkeys(cluster.tolist())]
    return Players(tuple(" + ".join(names[k] for k in block) for block in blocks), tuple(blocks))
