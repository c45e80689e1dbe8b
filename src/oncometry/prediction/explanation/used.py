"""Which features a model uses: of a thousand, a pipeline that selects uses ten, and the others cost nothing to
explain."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import ModelOutput, Players, evaluated

__all__ = ["used_players"]

CONTEXTS = 64
"""Mixed rows in which each player is changed."""


def used_players( output: ModelOutput, rows: FloatArray, background: FloatArray, players: Players, rng:
np.random.Generator, ) -> list[int]: """Players whose change changes an output, in 64 mixtures of a row and one of the
background, or in any of the mixtures at all.

    A player that matters only where these do not reach is missed; its part is then in the residual.
    """
    whose = rng.integers(0, len(rows), CONTEXTS) against = rng.integers(0, len(background), CONTEXTS) mixed =
    background[against] for columns in players.columns: taken = rng.random(CONTEXTS) < 0.5 mixed[np.ix_(taken,
    columns)] = rows[whose[taken]][:, columns] before = evaluated(output, mixed) found = [] for k, columns in
    enumerate(players.columns): changed = mixed.copy() other = rng.permutation(CONTEXTS) changed[:, columns] =
    np.where( (np.arange(CONTEXTS) % 2 == 0)[:, None], rows[whose[other]][:, columns], background[against[other]][:,
    columns] ) if (evaluated(output, changed) != before).any(): found.append(k) return found
