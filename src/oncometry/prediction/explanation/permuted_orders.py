"""Shapley values from random orders, each walked there and back (antithetic), over the whole background.

E. Strumbelj and I. Kononenko 2014, doi:10.1007/s10115-013-0679-x; opposite orders: R. Mitchell et al. 2022,
arXiv:2104.12199.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import AT_ONCE, ModelOutput, Players, evaluated

__all__ = ["permutation_values"]


def permutation_values(
    output: ModelOutput,
    rows: FloatArray,
    background: FloatArray,
    players: Players,
    rng: np.random.Generator,
    rounds: int,
) -> tuple[FloatArray, FloatArray]:
    """(n, k) values and their standard errors.

    Every background row is used equally often, so that the values of a row add up exactly. Errors are those over pairs of
    orders, each with its background row; they take in how the background differs, and are therefore on the safe side.
    """
    found, error = (np.zeros((len(rows), len(players))) for _ in range(2))
    for i, row in enumerate(rows):
        gains = np.concatenate(
            [_there_and_back(output, row, background, players, rng) for _ in range(rounds)]
        )
        found[i] = gains.mean(axis=0)
        error[i] = gains.std(axis=0, ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.nan
    return found, error


def _there_and_back(
    output: ModelOutput, row: FloatArray, background: FloatArray, players: Players, rng: np.random.Generator
) -> FloatArray:
    """(m, k) gains of each player, for each background row the mean over an order and its opposite."""
    k = len(players)
    orders = np.argsort(rng.random((len(background), k)), axis=1)
    most = max(AT_ONCE // ((k + 1) * background.shape[1]), 1)
    parts = []
    for start in range(0, len(background), most):
        part = slice(start, start + most)
        gains = [
            _walked(output, row, background[part], players, order)
            for order in (orders[part], orders[part, ::-1])
        ]
        parts.append(0.5 * (gains[0] + gains[1]))
    return np.concatenate(parts)


def _walked(
    output: ModelOutput, row: FloatArray, background: FloatArray, players: Players, orders: NDArray[np.intp]
) -> FloatArray:
    """(m, k) gains when players are set to the row's, one after the other."""
    m, k = orders.shape
    steps = np.repeat(background[:, None], k + 1, axis=1)
    position = np.argsort(orders, axis=1)
    for j, columns in enumerate(players.columns):
        is_set = np.arange(k + 1) > position[:, j, None]
        steps[:, :, columns] = np.where(is_set[:, :, None], row[columns], steps[:, :, columns])
    worth = evaluated(output, steps.reshape(m * (k + 1), -1)).reshape(m, k + 1)
    return np.take_along_axis(np.diff(worth, axis=1), position, axis=1)
