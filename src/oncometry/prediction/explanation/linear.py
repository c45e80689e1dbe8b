"""Models that are affine in their features: one coefficient each, found by asking, and the exact Shapley values that
follow.

A feature's value is its coefficient times its distance from the background's mean (Strumbelj and Kononenko 2014,
doi:10.1007/s10115-013-0679-x, section 3).
"""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.model_output import ModelOutput, Players, evaluated

__all__ = ["linear_form", "linear_values"]

EXACTLY = 1e-9
"""Part of the outputs' spread by which an affine model may miss them."""
MIXED = 256
"""Mixed rows, besides the rows and the background, at which the form is held against the model."""


def linear_form(
    output: ModelOutput,
    rows: FloatArray,
    background: FloatArray,
    players: Players,
    rng: np.random.Generator,
) -> FloatArray | None:
    """(p,) coefficients, 0 for columns of no player; None if the model is not affine in them, or a value is missing.

    Each column is moved once from a background row. The form must then give the differences in output between that
    row and mixtures of rows, background and both, to 1e-9 of their spread.
    """
    columns = np.concatenate([np.empty(0, np.intp), *players.columns])
    if not (np.isfinite(rows[:, columns]).all() and np.isfinite(background[:, columns]).all()):
        return None
    start = background[0]
    scale = np.ptp(np.concatenate([rows, background])[:, columns], axis=0)
    moved = np.tile(start, (len(columns) + 1, 1))
    moved[np.arange(len(columns)), columns] += np.where(scale > 0, scale, 1.0)
    outputs = evaluated(output, moved)
    coefficients = np.zeros(background.shape[1])
    coefficients[columns] = (outputs[:-1] - outputs[-1]) / (moved[:-1] - start)[
        np.arange(len(columns)), columns
    ]
    tested = _mixtures(rows, background, players, rng)
    apart = evaluated(output, tested) - outputs[-1]
    expected = (tested - start)[:, columns] @ coefficients[columns]
    size = max(float(np.abs(apart).max()), float(np.abs(outputs).max()) * 1e-6)
    return coefficients if np.abs(apart - expected).max() <= EXACTLY * size else None


def linear_values(
    coefficients: FloatArray, rows: FloatArray, background: FloatArray, players: Players
) -> FloatArray:
    """(n, k) values of players: sums over their columns."""
    found = np.zeros((len(rows), len(players)))
    for k, columns in enumerate(players.columns):
        apart = rows[:, columns] - background[:, columns].mean(axis=0)
        found[:, k] = apart @ coefficients[columns]
    return found


def _mixtures(
    rows: FloatArray, background: FloatArray, players: Players, rng: np.random.Generator
) -> FloatArray:
    """Rows whose columns of no player are the first background row's, the others from anywhere."""
    pool = np.concatenate([rows, background])
    found = np.tile(background[0], (len(pool) + MIXED, 1))
    for columns in players.columns:
        whose = np.r_[np.arange(len(pool)), rng.integers(0, len(pool), MIXED)]
        found[:, columns] = pool[np.ix_(whose, columns)]
    return found
