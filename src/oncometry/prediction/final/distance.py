"""How far a patient lies from those that a model learned from, over all its features at once.

Mahalanobis' distance on what the model is given, with a covariance shrunk toward a multiple of the identity (O. Ledoit and
M. Wolf, doi:10.1016/S0047-259X(03)00096-4), of values drawn in to three deviations about the median, so that a stray patient
does not widen it. The limit comes from the distance of each training row from all others, left out itself: no training
row is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Center", "center_of", "left_out_distances"]

Numbers = NDArray[np.float64]
DRAWN_IN = 3.0
NORMAL_MAD = 1.482602218505602


@dataclass(frozen=True, eq=False)
class Center:
    """Where training rows lie: mean (q,) and inverse covariance (q, q) of what the model is given."""

    mean: Numbers
    precision: Numbers

    def distances(self, values: Numbers) -> Numbers:
        """(n,) of rows (n, q)."""
        apart = values - self.mean
        return np.asarray(np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", apart, self.precision, apart), 0)))


def center_of(values: Numbers) -> Center:
    """Of training rows (n, q)."""
    drawn = _drawn_in(values)
    return Center(drawn.mean(0), np.asarray(np.linalg.inv(_shrunk(drawn)[0]), dtype=np.float64))


def left_out_distances(values: Numbers) -> Numbers:
    """(n,) of each row from the center of the others; the amount of shrinking is that of all.

    By one step of Sherman and Morrison a row instead of n inversions.
    """
    drawn = _drawn_in(values)
    n = len(values)
    _, part, spread = _shrunk(drawn)
    mean = drawn.mean(0)
    base = np.linalg.inv(
        (1 - part) * (_covariance(drawn) * n / (n - 1)) + part * spread * np.eye(values.shape[1])
    )
    out = drawn - mean
    apart = values - mean + out / (n - 1)
    taken = (1 - part) * n / (n - 1) ** 2
    own = np.einsum("ij,jk,ik->i", out, base, out)
    cross = np.einsum("ij,jk,ik->i", apart, base, out)
    plain = np.einsum("ij,jk,ik->i", apart, base, apart)
    return np.asarray(np.sqrt(np.maximum(plain + taken * cross**2 / np.maximum(1 - taken * own, 1e-9), 0)))


def _covariance(values: Numbers) -> Numbers:
    """(q, q) mean outer product about the mean."""
    centered = values - values.mean(0)
    return np.asarray(centered.T @ centered / len(values))


def _shrunk(values: Numbers) -> tuple[Numbers, float, float]:
    """(q, q) the shrunk covariance, how much of it is the target, and the target's variance."""
    n, q = values.shape
    sample = _covariance(values)
    spread = float(np.trace(sample) / q) or 1.0
    target = spread * np.eye(q)
    apart = float(((sample - target) ** 2).sum())
    centered = values - values.mean(0)
    noise = float(((centered**2).sum(1) ** 2).sum() / n - (sample**2).sum()) / n
    part = 1.0 if apart <= 0 else float(np.clip(noise / apart, 1e-6, 1.0))
    return (1 - part) * sample + part * target, part, spread


def _drawn_in(values: Numbers) -> Numbers:
    middle = np.median(values, axis=0)
    mad = NORMAL_MAD * np.median(np.abs(values - middle), axis=0)
    width = np.where(mad > 0, mad, values.std(0))
    return np.clip(values, middle - DRAWN_IN * width, middle + DRAWN_IN * width)
