"""Concordance of a risk with the time to an event: Harrell's and Uno's C, also where other events compete.

A pair counts if it is known that i had event 1 before j: i's event is seen on an earlier day than j's last one, or on
the day on which j was censored. The pair is concordant if i's risk is higher, half so if the risks differ by at most
1e-8, as scikit-survival has it. Two events on one day are no pair.

**A competing event** means that event 1 will never come: its row counts as free of event 1 at every time, so it makes
a pair with every row that has event 1, before or after it (M. Wolbers et al., Biostatistics 2014,
doi:10.1093/biostatistics/kxt059). Risk is that of event 1.

Harrell's C (F. E. Harrell, K. L. Lee and D. B. Mark, Statistics in Medicine 15 (1996), pages 361 to 387) counts all
pairs alike, and what it estimates depends on how censoring falls. Uno's C (H. Uno et al. 2011, doi:10.1002/sim.4154)
weighs a pair by 1 / G(Ti)^2, with G the probability of being uncensored, and by 1 / (G(Ti) G(Tj)) where j had a
competing event by then (as Wolbers 2014 does; G is right-continuous here, with events before censorings on one day,
as scikit-survival has it); only events before tau count.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.censoring import SurvivalRows
from oncometry.prediction.metrics.follow_up import EVENT, FollowUp
from oncometry.prediction.metrics.weights import Weights, over
from oncometry.prediction.outcome import CENSORED

__all__ = ["TIED", "harrell_c", "uno_c"]

TIED = 1e-8
"""Risks that differ by no more are tied."""
BLOCK = 512
"""Rows with an event that are compared with all at once: memory, not result, depends on it."""

Bools = NDArray[np.bool_]
Partners = Callable[[NDArray[np.intp]], Bools]
"""(m,) rows with event 1 to (m, n): with whom they make a pair."""


def harrell_c(rows: FollowUp, risk: FloatArray, weights: Weights) -> FloatArray:
    """(b,) concordances of (n,) risks, higher for an earlier event; NaN without a pair."""
    first = np.flatnonzero(rows.event == EVENT)

    def partners(block: NDArray[np.intp]) -> Bools:
        return _later(rows, block) | _competing(rows)[None]

    return over(*_pairs(first, risk, partners, weights, weights))


def uno_c(rows: SurvivalRows, risk: FloatArray, tau_days: float | None, weights: Weights) -> FloatArray:
    """(b,) concordances weighed against censoring; NaN without a pair, or where G is 0 or unknown at an event's time.

    Args:
        rows: n rows.
        risk: (n,).
        tau_days: events on this day or later do not count; None: all count.
        weights: (b, n).
    """
    seen = rows.rows
    counts = (seen.event == EVENT) & (seen.time_days < (np.inf if tau_days is None else tau_days))
    first = np.flatnonzero(counts)
    g = np.broadcast_to(rows.uncensored_at_rows(*rows.uncensored(weights)), weights.shape)
    last = seen.time_days[first].max(initial=-np.inf)
    competes = _competing(seen) & (seen.time_days <= last)
    asked = (weights > 0) & (counts | competes)
    wrong = (asked & ~(g > 0)).any(axis=1)
    inverse = np.where(asked & (g > 0), weights / np.where(g > 0, g, 1.0), 0.0)
    squared = np.where(asked & (g > 0), inverse / np.where(g > 0, g, 1.0), 0.0)
    won, pairs = _pairs(first, risk, lambda block: _later(seen, block), squared, weights)
    if competes.any():
        more = _pairs(first, risk, lambda block: _competed(seen, block), inverse, inverse)
        won, pairs = won + more[0], pairs + more[1]
    return np.where(wrong, np.nan, over(won, pairs))


def _later(rows: FollowUp, block: NDArray[np.intp]) -> Bools:
    """Who is known to be free of any event longer than the rows of a block."""
    own = rows.time_days[block][:, None]
    return np.asarray((rows.time_days > own) | ((rows.time_days == own) & (rows.event == CENSORED)))


def _competing(rows: FollowUp) -> Bools:
    return np.asarray((rows.event != CENSORED) & (rows.event != EVENT))


def _competed(rows: FollowUp, block: NDArray[np.intp]) -> Bools:
    """Who had a competing event no later than the event of the rows of a block."""
    return np.asarray(_competing(rows) & (rows.time_days <= rows.time_days[block][:, None]))


def _pairs(
    first: NDArray[np.intp], risk: FloatArray, partners: Partners, left: Weights, right: Weights
) -> tuple[FloatArray, FloatArray]:
    """(b,) weights of concordant pairs, and of all; each pair weighs left[i] right[j]."""
    won, pairs = np.zeros(len(left)), np.zeros(len(left))
    turned = np.ascontiguousarray(right.T)
    for start in range(0, len(first), BLOCK):
        block = first[start : start + BLOCK]
        with_whom = partners(block)
        ahead = risk[block][:, None] - risk
        order = np.where(np.abs(ahead) <= TIED, 0.5, (ahead > 0).astype(np.float64)) * with_whom
        own = left[:, block].T
        won += (own * (order @ turned)).sum(axis=0)
        pairs += (own * (with_whom.astype(np.float64) @ turned)).sum(axis=0)
    return won, pairs
