"""Which features the folds chose: how often each, and how alike the choices are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from oncometry.prediction.explanation import SelectionStability, selection_stability
from oncometry.prediction.material import Judged

__all__ = ["Selection", "selection_of"]


@dataclass(frozen=True)
class Selection:
    """Of one model on one set of features, over splits.

    Attributes:
        splits: how many.
        chosen: (name, in how many splits), the most frequent first.
        sizes: least, median and greatest number of features.
        jaccard: mean over pairs of splits of shared features by all of both; 1 where all are alike, None of one split.
        stability: Nogueira's measure: 1 for the same set each time, 0 for sets drawn at random; None of one split.
        models: (model that was preferred, in how many splits), the most frequent first.
    """

    splits: int
    chosen: tuple[tuple[str, int], ...]
    sizes: tuple[int, float, int]
    jaccard: float | None
    stability: SelectionStability | None
    models: tuple[tuple[str, int], ...]


def selection_of(judged: Sequence[Judged], only: frozenset[str] | None = None) -> Selection:
    """Count the choices.

    Args:
        judged: one a split, of one model on one set.
        only: features that could be dropped; None: all.
    """
    kept = [frozenset(c for c in one.columns if only is None or c in only) for one in judged]
    counts = Counter(name for columns in kept for name in sorted(columns))
    sizes = [len(columns) for columns in kept]
    alike = [len(a & b) / len(a | b) if a | b else 1.0 for a, b in combinations(kept, 2)]
    models = Counter(one.chosen.model for one in judged)
    return Selection(
        len(judged),
        tuple(counts.most_common()),
        (min(sizes, default=0), float(np.median(sizes)) if sizes else 0.0, max(sizes, default=0)),
        float(np.mean(alike)) if alike else None,
        _stability(kept, only or frozenset().union(*kept)) if len(kept) > 1 else None,
        tuple(models.most_common()),
    )


def _stability(kept: Sequence[frozenset[str]], candidates: frozenset[str]) -> SelectionStability | None:
    names = sorted(candidates)
    if not names:
        return None
    return selection_stability(
        np.array([[name in columns for name in names] for columns in kept], dtype=bool)
    )
