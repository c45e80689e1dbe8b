"""Probabilities that mean what they say: Platt's logistic, on predictions of rows that a model did not see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["Platt", "fit_platt", "log_odds"]

STEPS = 100
ENOUGH = 1e-10
LEAST = 1e-6

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Platt:
    """probability = 1 / (1 + exp(-(slope * score + intercept)))."""

    slope: float
    intercept: float

    def apply(self, score: Numbers) -> Numbers:
        """(n,) probabilities."""
        return np.asarray(expit(self.slope * score + self.intercept))


def log_odds(probability: Numbers) -> Numbers:
    """(n,) of probabilities, which are kept off 0 and 1."""
    clipped = np.clip(probability, LEAST, 1 - LEAST)
    return np.asarray(np.log(clipped / (1 - clipped)))


def fit_platt(score: Numbers, y: NDArray[np.int64]) -> Platt:
    """Maximum likelihood with Platt's own targets, which keep it finite where classes do not overlap.

    Newton's method (Lin 2007, doi:10.1007/s10994-007-5018-6). A slope below 0, which turns the model round, is held at 0: such
    scores say nothing.

    Args:
        score: (n,) decisions or log odds.
        y: (n,) 0 or 1.
    """
    positive, negative = int((y == 1).sum()), int((y == 0).sum())
    base = float(np.log((positive + 1) / (negative + 1)))
    spread = float(score.std())
    if spread == 0 or not np.isfinite(spread):
        return Platt(0.0, base)
    z = (score - score.mean()) / spread
    target = np.where(y == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.column_stack([z, np.ones_like(z)])
    beta = np.array([0.0, base])
    for _ in range(STEPS):
        p = expit(design @ beta)
        gradient = design.T @ (target - p)
        curvature = (design * (p * (1 - p) + 1e-12)[:, None]).T @ design
        step = np.linalg.solve(curvature + 1e-12 * np.eye(2), gradient)
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < ENOUGH:
            break
    slope = float(beta[0]) / spread
    if slope <= 0:
        return Platt(0.0, base)
    return Platt(slope, float(beta[1]) - slope * float(score.mean()))
