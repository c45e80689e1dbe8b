"""How often a prediction orders two examples as they turned out: AUC, and Harrell's C, within folds.

Predictions of two folds come from two models and are not compared: a model that knows nothing has 0.5 exactly, where pooling
makes it worse than chance (Forman 2010, doi:10.1145/1882471.1882479).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.outcome import Outcomes, Task

__all__ = ["Concordance", "concordance", "folded", "pairs", "weighted"]

Numbers = NDArray[np.float64]
Pairs = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Concordance:
    """Pairs of one fold: (n, n) how many points the pair gains (1, 0.5 for a tie, 0), and whether it can be judged."""

    rows: NDArray[np.intp]
    points: Numbers
    judged: Numbers


def pairs(y: Outcomes, task: Task) -> Pairs:
    """(n, n) whether row i should have a higher score than row j.

    Of times: i had the event of interest, and j was still without any event then, or was censored on that day (Harrell 1982).
    With competing events, who had one stays in the comparison: the event of interest never comes
    (Wolbers 2009, doi:10.1097/EDE.0b013e3181a39056).
    """
    if task is not Task.SURVIVAL:
        values = np.asarray(y, dtype=np.float64)
        return np.asarray(values[:, None] > values[None, :])
    times, events = y["time_days"], y["event"]
    later = times[None, :] > times[:, None]
    same_day = (times[None, :] == times[:, None]) & (events[None, :] == 0)
    return np.asarray((events[:, None] == 1) & (later | same_day | (events[None, :] > 1)))


def concordance(y: Outcomes, score: Numbers, task: Task) -> float | None:
    """Share of pairs in the right order; None where there are no pairs. AUC of two classes."""
    judged, right, tied = (int(np.count_nonzero(which)) for which in _compared(y, score, task))
    return (right + 0.5 * tied) / judged if judged else None


def folded(y: Outcomes, score: Numbers, task: Task, folds: Sequence[NDArray[np.intp]]) -> list[Concordance]:
    """The pairs of each fold, ready to be counted many times."""
    found = []
    for rows in folds:
        judged, right, tied = _compared(y[rows], score[rows], task)
        found.append(Concordance(rows, right + 0.5 * tied, judged.astype(np.float64)))
    return found


def _compared(y: Outcomes, score: Numbers, task: Task) -> tuple[Pairs, Pairs, Pairs]:
    """(n, n) each: pairs that can be judged, and those of them in the right order, and tied."""
    judged = pairs(y, task)
    first, second = score[:, None], score[None, :]
    return judged, judged & (first > second), judged & (first == second)


def weighted(folds: Sequence[Concordance], weights: Numbers) -> Numbers:
    """(b,) the concordance where row i counts `weights[b, i]` times: a bootstrap in one product; NaN without pairs."""
    points = np.zeros(len(weights))
    judged = np.zeros(len(weights))
    for fold in folds:
        here = weights[:, fold.rows]
        points += ((here @ fold.points) * here).sum(1)
        judged += ((here @ fold.judged) * here).sum(1)
    found: Numbers = np.divide(points, judged, out=np.full(len(weights), np.nan), where=judged > 0)
    return found
