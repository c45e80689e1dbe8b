"""Does a ranking of features hold when other patients are drawn?

Selections: S. Nogueira, K. Sechidis and G. Brown, "On the stability of feature selection algorithms", Journal of
Machine Learning Research 18 (2018), 174: 1 for the same set each time, 0 on average for sets drawn at random, with a
normal interval. Kendall's tau-b: doi:10.1093/biomet/30.1-2.81.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = ["RankingStability", "SelectionStability", "ranking_stability", "selection_stability"]

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class SelectionStability:
    """Nogueira's measure.

    Attributes:
        value, low, high: at most 1; None where there is a reason.
        selections: m.
        mean_size: features in a selection, on average.
        reason: `UNDEFINED`, every selection is empty, or every one is everything.
    """

    value: float | None
    low: float | None
    high: float | None
    selections: int
    mean_size: float
    reason: Code | None = None


@dataclass(frozen=True)
class RankingStability:
    """Over resamples.

    Attributes:
        kendall: mean over pairs of tau-b; None if an importance is the same for all features.
        jaccard: mean over pairs of |both| / |either| of the k first.
        k: how many are first.
        selection: Nogueira's measure of the k first.
        first: (p,) part of resamples in which each feature is among the k first.
    """

    kendall: float | None
    jaccard: float
    k: int
    selection: SelectionStability
    first: tuple[float, ...]


def selection_stability(selected: NDArray[np.bool_]) -> SelectionStability:
    """Of (m, p) selections, a row a resample.

    Raises:
        SettingsError: `SETTINGS`, fewer than two selections.
    """
    m, p = _two_or_more(selected)
    part = selected.mean(axis=0)
    size = float(selected.sum(axis=1).mean())
    chance = size / p * (1 - size / p)
    if chance == 0:
        return SelectionStability(None, None, None, m, size, Code.UNDEFINED)
    value = 1 - float((m / (m - 1) * part * (1 - part)).mean()) / chance
    own = selected.sum(axis=1) / p
    mean = size / p
    terms = (
        (selected * part).mean(axis=1) - own * mean + value / 2 * (2 * own * mean - own - mean + 1)
    ) / chance
    variance = 4 / m**2 * float(((terms - terms.mean()) ** 2).sum())
    half = NORMAL_95 * variance**0.5
    return SelectionStability(value, value - half, min(value + half, 1.0), m, size)


def ranking_stability(importances: FloatArray, k: int) -> RankingStability:
    """Of (m, p) importances, a row a resample; features of no importance are never among the first.

    Raises:
        SettingsError: `SETTINGS`, fewer than two resamples, or k is not from 1 to p.
    """
    m, p = _two_or_more(importances)
    if not 1 <= k <= p:
        raise SettingsError(Code.SETTINGS, f"the first k are from 1 to {p}, not {k}.")
    first = np.zeros((m, p), dtype=bool)
    for r, row in enumerate(importances):
        first[r, np.argsort(-row, kind="stable")[:k]] = True
    first &= importances > 0
    pairs = list(combinations(range(m), 2))
    either = [(first[a] | first[b]).sum() for a, b in pairs]
    both = [(first[a] & first[b]).sum() for a, b in pairs]
    jaccard = [b / e if e else 1.0 for b, e in zip(both, either, strict=True)]
    constant = (np.ptp(importances, axis=1) == 0).any()
    taus = [] if constant else [kendalltau(importances[a], importances[b]).statistic for a, b in pairs]
    return RankingStability(
        None if constant else float(np.mean(taus)),
        float(np.mean(jaccard)),
        k,
        selection_stability(first),
        tuple(first.mean(axis=0).tolist()),
    )


def _two_or_more(rows: NDArray[np.bool_] | FloatArray) -> tuple[int, int]:
    if rows.ndim != 2 or len(rows) < 2 or rows.shape[1] < 1:
        raise SettingsError(Code.SETTINGS, f"two or more resamples of features, not shape {rows.shape}.")
    return rows.shape[0], rows.shape[1]
