"""Shapley values from every set of players: 2^k questions for each pair of a row and one of the background."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import AT_ONCE, ModelOutput, Players, evaluated

__all__ = ["exact_values"]


def exact_values(
    output: ModelOutput, rows: FloatArray, background: FloatArray, players: Players
) -> FloatArray:
    """(n, k) values; for ten players and a background of 100 rows, about 100,000 outputs a row."""
    k = len(players)
    member = (np.arange(1 << k)[:, None] >> np.arange(k)) & 1 == 1
    weights = _weights(k)
    found = np.zeros((len(rows), k))
    for i, row in enumerate(rows):
        worth = _worth(output, row, background, players, member)
        for j in range(k):
            without = np.flatnonzero(~member[:, j])
            gain = worth[without | (1 << j)] - worth[without]
            found[i, j] = weights[member[without].sum(axis=1)] @ gain
    return found


def _weights(k: int) -> FloatArray:
    """(k,) part of the orders in which a certain set of s others comes first."""
    return np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)])


def _worth(
    output: ModelOutput, row: FloatArray, background: FloatArray, players: Players, member: NDArray[np.bool_]
) -> FloatArray:
    """(2^k,) mean outputs over the background with each set of players taken from the row."""
    most = max(AT_ONCE // background.size, 1)
    found = []
    for start in range(0, len(member), most):
        inside = member[start : start + most]
        mixed = np.repeat(background[None], len(inside), axis=0)
        for j, columns in enumerate(players.columns):
            taken = np.flatnonzero(inside[:, j])
            mixed[np.ix_(taken, np.arange(len(background)), columns)] = row[columns]
        outputs = evaluated(output, mixed.reshape(-1, background.shape[1]))
        found.append(outputs.reshape(len(inside), -1).mean(axis=1))
    return np.concatenate(found)
