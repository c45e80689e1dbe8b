"""Made outcomes and predictions."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.outcome import SurvivalOutcome, survival_outcome


def binary(seed: int, n: int = 120, rate: float = 0.4, digits: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and probabilities with ties that know something of them."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < rate).astype(int)
    p = 1 / (1 + np.exp(-(rng.normal(size=n) + 1.2 * y - 1)))
    return y, np.clip(np.round(p, digits), 0.01, 0.99)


def survival(
    seed: int, n: int = 150, *, competing: bool = False, tied: bool = True
) -> tuple[SurvivalOutcome, np.ndarray]:
    """Times with ties in whole days (where `tied`), censoring, perhaps a competing event; and a risk."""
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=n)
    times = rng.exponential(np.exp(-0.8 * risk)) * 60
    others = rng.exponential(80, n) if competing else np.full(n, np.inf)
    censored = rng.uniform(5, 150, n)
    first = np.minimum(np.minimum(times, others), censored)
    event = np.where(first == times, 1, np.where(first == others, 2, 0))
    days = np.ceil(first) if tied else first + 0.001
    return survival_outcome(event, days), np.round(risk + rng.normal(size=n), 1)


def course(risk: np.ndarray, days: np.ndarray) -> np.ndarray:
    """(n, days) probabilities of being free of the event, falling with time and risk."""
    return np.exp(-np.outer(np.exp(0.6 * risk), days / 70))
