"""Tables with a known signal, and outcomes of every task from it."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.outcome import Task, survival_outcome


def rows(n=80, p=5, seed=0):
    """(n, p) of mean 0 and spread 1."""
    return np.random.default_rng(seed).normal(size=(n, p))


def survival(x, seed=1, kinds=2, whole_days=True):
    """Times of which the hazard rises with the first feature; about a third censored, `kinds` - 1 events, ties."""
    rng = np.random.default_rng(seed)
    times = rng.exponential(30 * np.exp(-x[:, 0]))
    times = np.ceil(times) if whole_days else times
    events = np.where(rng.random(len(x)) < 0.35, 0, rng.integers(1, kinds, len(x)) if kinds > 2 else 1)
    return survival_outcome(events, times)


def outcome(task, x, seed=1):
    """An outcome of the task."""
    rng = np.random.default_rng(seed)
    score = x[:, 0] + 0.5 * rng.normal(size=len(x))
    return {
        Task.BINARY: (score > 0).astype(int),
        Task.ORDINAL: np.digitize(score, [-0.5, 0.5]),
        Task.CONTINUOUS: 100 * score + 5,
        Task.SURVIVAL: survival(x, seed, kinds=3),
    }[task]


def of_peer(y):
    """As scikit-survival takes it; competing events are censored."""
    return np.array(
        list(zip(y["event"] == 1, y["time_days"], strict=True)), dtype=[("event", bool), ("time", float)]
    )
