"""Tables with one cloud, and with several."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["ONE_CLOUD", "apart"]

Made = Callable[[int, np.random.Generator], np.ndarray]


def _correlated(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(n, 3)) @ rng.normal(size=(3, 30)) * 2 + rng.normal(size=(n, 30))


ONE_CLOUD: dict[str, Made] = {
    "normal": lambda n, rng: rng.normal(size=(n, 10)),
    "normal, two features": lambda n, rng: rng.normal(size=(n, 2)),
    "correlated": _correlated,
    "flat": lambda n, rng: rng.random((n, 10)),
    "flat square": lambda n, rng: rng.random((n, 2)),
    "heavy-tailed": lambda n, rng: rng.standard_t(3, (n, 10)),
    "heavy-tailed together": lambda n, rng: rng.normal(size=(n, 10)) / np.sqrt(rng.chisquare(3, (n, 1)) / 3),
    "skewed": lambda n, rng: np.exp(rng.normal(size=(n, 10))),
}


def apart(
    n: int, k: int, distance: float, rng: np.random.Generator, features: int = 6
) -> tuple[np.ndarray, np.ndarray]:
    """(n, features) of k clouds of unit width whose centers are at least so far from one another, and (n,) which."""
    centers = np.zeros((k, features))
    for index in range(1, k):
        while True:
            centers[index] = rng.normal(size=features) * distance
            if np.linalg.norm(centers[:index] - centers[index], axis=1).min() >= distance:
                break
    which = rng.permutation(np.arange(n) % k)
    return centers[which] + rng.normal(size=(n, features)), which
