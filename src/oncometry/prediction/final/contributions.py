"""How much each of a patient's cells moved the prediction away from that of a typical patient: Shapley values.

The background is one row: the median of each number and the commonest category, which the card holds. So no patient of training
is stored to explain another. Contributions add up from the typical patient's prediction to this one's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.explanation import ModelOutput, Players, shapley_values

__all__ = ["Contribution", "contributions"]

Numbers = NDArray[np.float64]

ROUNDS = 32
"""Orders of the cells that are drawn, each gone through in both directions, where cells are too many for all."""


@dataclass(frozen=True)
class Contribution:
    """What one column of the sheet added; `shown` is the patient's cell."""

    source: str
    shown: str
    amount: float


def contributions(
    row: Numbers, typical: Numbers, players: Players, says: ModelOutput, rng: np.random.Generator
) -> Numbers:
    """(k,) of each player, adding up to says(row) - says(typical).

    Args:
        row, typical: (p,) finite.
        players: columns that come from one cell go in together.
    """
    differ = [k for k, own in enumerate(players.columns) if not np.array_equal(row[own], typical[own])]
    if not differ:
        return np.zeros(len(players))
    found = shapley_values(says, row[None], typical[None], players, rng, differ, ROUNDS)
    return np.asarray(found.values[0])
