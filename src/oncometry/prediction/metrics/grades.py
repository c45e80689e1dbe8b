"""Ordinal outcomes: agreement of a called category with the true one.

Quadratic weighted kappa: J. Cohen, Psychological Bulletin 1968, doi:10.1037/h0026256. Macro accuracy: the mean over the
categories that occur of the part of their rows that is called rightly.
"""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import Labels
from oncometry.prediction.metrics.weights import Weights, over

__all__ = ["macro_accuracy", "quadratic_kappa"]


def quadratic_kappa(grade: Labels, called: Labels, count: int, weights: Weights) -> FloatArray:
    """(b,) kappas of (n,) categories 0 ... count - 1; NaN where chance alone would not disagree."""
    table = _table(grade, called, count, weights)
    apart = np.subtract.outer(np.arange(count), np.arange(count)) ** 2.0
    by_chance = table.sum(axis=2)[:, :, None] * table.sum(axis=1)[:, None, :]
    seen = (table * apart).sum(axis=(1, 2)) * table.sum(axis=(1, 2))
    return 1.0 - over(seen, (by_chance * apart).sum(axis=(1, 2)))


def macro_accuracy(grade: Labels, called: Labels, count: int, weights: Weights) -> FloatArray:
    """(b,) mean recalls over the categories that occur; NaN where fewer than two do."""
    table = _table(grade, called, count, weights)
    size = table.sum(axis=2)
    right = np.diagonal(table, axis1=1, axis2=2)
    recall = np.divide(right, size, out=np.zeros_like(size), where=size > 0)
    there = (size > 0).sum(axis=1)
    return np.where(there > 1, recall.sum(axis=1) / np.maximum(there, 1), np.nan)


def _table(grade: Labels, called: Labels, count: int, weights: Weights) -> FloatArray:
    """(b, true, called) weights."""
    cells = np.zeros((len(grade), count * count))
    cells[np.arange(len(grade)), grade * count + called] = 1.0
    return (weights @ cells).reshape(-1, count, count)
