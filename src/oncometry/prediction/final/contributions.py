"""How much each of a patient's values moved the prediction away from that of a typical patient: Shapley values.

The order in which values are put in is drawn, each order is also gone through backward, and what each value moves is averaged
(E. Strumbelj and I. Kononenko, doi:10.1007/s10115-013-0679-x); with few values all orders count, by the formula. In every case the
contributions add up to the prediction minus that of the typical patient, exactly. Columns that come from one cell of a sheet go in
together. The typical patient has the median of each number and the commonest category: no patient of training is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contribution", "contributions"]

Numbers = NDArray[np.float64]
Says = Callable[[Numbers], Numbers]

FEW = 8
ORDERS = 64


@dataclass(frozen=True)
class Contribution:
    """What one column of the sheet added."""

    source: str
    shown: str
    amount: float


def contributions(
    row: Numbers, typical: Numbers, players: Sequence[Sequence[int]], says: Says, rng: np.random.Generator
) -> Numbers:
    """(k,) of each player, adding up to says(row) - says(typical).

    Args:
        row, typical: (p,).
        players: places of the columns that go in together.
        says: rows (m, p) to numbers (m,).
    """
    differ = [i for i, own in enumerate(players) if not _same(row[list(own)], typical[list(own)])]
    found = np.zeros(len(players))
    if not differ:
        return found
    chosen = [players[i] for i in differ]
    amounts = (
        _exact(row, typical, chosen, says) if len(chosen) <= FEW else _drawn(row, typical, chosen, says, rng)
    )
    found[differ] = amounts
    return found


def _same(one: Numbers, other: Numbers) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def _exact(row: Numbers, typical: Numbers, players: Sequence[Sequence[int]], says: Says) -> Numbers:
    k = len(players)
    sets = [chosen for size in range(k + 1) for chosen in combinations(range(k), size)]
    rows = np.tile(typical, (len(sets), 1))
    for r, chosen in enumerate(sets):
        for i in chosen:
            rows[r, list(players[i])] = row[list(players[i])]
    value = dict(zip(sets, says(rows), strict=True))
    found = np.zeros(k)
    for chosen in sets:
        for i in set(range(k)) - set(chosen):
            with_it = tuple(sorted((*chosen, i)))
            found[i] += (value[with_it] - value[chosen]) / (k * comb(k - 1, len(chosen)))
    return found


def _drawn(
    row: Numbers, typical: Numbers, players: Sequence[Sequence[int]], says: Says, rng: np.random.Generator
) -> Numbers:
    k = len(players)
    orders = [rng.permutation(k) for _ in range(ORDERS // 2)]
    orders += [order[::-1] for order in orders]
    rows = np.empty((len(orders), k + 1, len(row)))
    for o, order in enumerate(orders):
        rows[o] = typical
        for step, i in enumerate(order, start=1):
            places = list(players[i])
            rows[o, step:, places] = row[places][:, None]
    said = says(rows.reshape(-1, len(row))).reshape(len(orders), k + 1)
    found = np.zeros(k)
    for order, steps in zip(orders, np.diff(said, axis=1), strict=True):
        found[order] += steps
    return found / len(orders)
