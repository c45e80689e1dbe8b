"""Sets of classes and intervals of numbers that hold the truth as often as is stated.

Scores of nonconformity are those of predictions that the validation made of rows that no fit had seen (cross-conformal
prediction: V. Vovk, doi:10.1007/s10472-013-9368-4; R. F. Barber et al., doi:10.1214/20-AOS1965). For classes there is one limit a
class (Mondrian), so that each class is covered by itself. A patient counts once, however many rows there are.

The coverage is of patients drawn as those of the validation were, and on average over them. The model that is stored is
fitted on all rows, those of the validation on fewer, so the guarantee of a split holds nearly, not to the letter; nothing
holds where patients, scanners or treatment differ (`envelope`).

A time to event has no interval here: for most patients that the model learned from nothing but a bound of it is known, and
lower bounds that hold then (E. Candes et al., doi:10.1093/jrsssb/qkac017) need the day of censoring of every patient, those
with the event too, which hardly any cohort has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["class_limits", "class_set", "half_width", "limit_at", "row_weights"]

Numbers = NDArray[np.float64]


def row_weights(patients: NDArray[np.str_]) -> Numbers:
    """(n,) that make each patient's rows count as one."""
    _, of_row, count = np.unique(patients, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[of_row], dtype=np.float64)


def limit_at(scores: Numbers, weights: Numbers, coverage: float) -> float:
    """The score that a new one stays at or below with the stated chance; infinite where there are too few to say.

    Args:
        scores: (n,) of nonconformity.
        weights: (n,); their sum is the number of patients m, and the limit lies at (m + 1) * coverage.
    """
    order = np.argsort(scores, kind="stable")
    below = np.cumsum(weights[order])
    at = int(np.searchsorted(below, (weights.sum() + 1) * coverage - 1e-9))
    return float(scores[order][at]) if at < len(scores) else float("inf")


def class_limits(probability: Numbers, y: NDArray[np.int64], weights: Numbers, coverage: float) -> Numbers:
    """(k,) the least probability with which a class is in the set; 0 where a class has too few patients to say.

    Args:
        probability: (n, k) of rows that no fit had seen.
        y: (n,) their classes.
        weights: (n,) see `row_weights`.
    """
    found = np.zeros(probability.shape[1])
    for k in range(len(found)):
        own = y == k
        limit = limit_at(1 - probability[own, k], weights[own], coverage)
        found[k] = max(1 - limit, 0.0)
    return found


def class_set(probability: Sequence[float], limits: Sequence[float], *, ordered: bool) -> tuple[int, ...]:
    """Classes that may be the truth: those at or above their limits, of an order those between too, or the likeliest."""
    chances = np.asarray(probability, dtype=np.float64)
    inside = chances >= np.asarray(limits) - 1e-12
    if not inside.any():
        inside[int(np.argmax(chances))] = True
    there = np.flatnonzero(inside)
    if ordered:
        there = np.arange(there[0], there[-1] + 1)
    return tuple(map(int, there))


def half_width(error: Numbers, weights: Numbers, coverage: float) -> float:
    """How far the truth lies from a predicted number at most, with the stated chance; infinite with too few patients.

    Args:
        error: (n,) truth minus prediction, of rows that no fit had seen.
    """
    return limit_at(np.abs(error), weights, coverage)
