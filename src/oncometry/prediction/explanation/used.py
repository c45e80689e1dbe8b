"""Which features a model uses: of a thousand, a pipeline that selects uses ten, and the others cost nothing to explain."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import ModelOutput, Players, evaluated

__all__ = ["used_players"]

CONTEXTS = 64
"""Mixed rows in which players are changed."""


def used_players(
    output: ModelOutput,
    rows: FloatArray,
    background: FloatArray,
    players: Players,
    rng: np.random.Generator,
) -> list[int]:
    """Players whose change changes an output, in 64 mixtures of rows; sought by halves, as most are idle.

    A player that matters only where these do not reach is missed; its part is then in the residual.
    """
    pool = np.concatenate([rows, background])
    mixed, other = _mixture(background, pool, players, rng), _mixture(background, pool, players, rng)
    before = evaluated(output, mixed)

    def used_among(some: list[int]) -> list[int]:
        changed = mixed.copy()
        for k in some:
            changed[:, players.columns[k]] = other[:, players.columns[k]]
        if not some or not (evaluated(output, changed) != before).any():
            return []
        if len(some) == 1:
            return some
        half = len(some) // 2
        return used_among(some[:half]) + used_among(some[half:])

    return used_among(list(range(len(players))))


def _mixture(
    background: FloatArray, pool: FloatArray, players: Players, rng: np.random.Generator
) -> FloatArray:
    """Rows of the background, each player taken from any row."""
    found = background[rng.integers(0, len(background), CONTEXTS)]
    for columns in players.columns:
        found[:, columns] = pool[np.ix_(rng.integers(0, len(pool), CONTEXTS), columns)]
    return found
