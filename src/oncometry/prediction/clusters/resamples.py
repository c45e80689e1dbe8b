"""Draws of patients and features, without replacement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Resamples", "all_rows", "draw_resamples", "drawn_count"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Resamples:
    """(r, n) which rows and (r, p) which features are in each draw; None is all features."""

    rows: Mask
    features: Mask | None


def draw_resamples(
    shape: tuple[int, int], count: int, row_share: float, feature_share: float, rng: np.random.Generator
) -> Resamples:
    """`count` draws of these shares of a table of this shape."""
    rows = _drawn(shape[0], count, row_share, rng)
    return Resamples(rows, None if feature_share == 1 else _drawn(shape[1], count, feature_share, rng))


def all_rows(rows: int, count: int) -> Resamples:
    """Every row and feature, `count` times: for restarts."""
    return Resamples(np.ones((count, rows), dtype=bool), None)


def drawn_count(size: int, share: float) -> int:
    """How many of `size` that share is: at least one."""
    return max(1, round(share * size))


def _drawn(size: int, count: int, share: float, rng: np.random.Generator) -> Mask:
    """`count` times exactly that share of `size`."""
    kept = drawn_count(size, share)
    order = rng.random((count, size)).argsort(axis=1)
    found = np.zeros((count, size), dtype=bool)
    np.put_along_axis(found, order[:, :kept], True, axis=1)
    return found
