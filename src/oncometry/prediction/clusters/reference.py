"""Data with one cluster, made from the data: the same covariance, a single hill.

Source: John et al., doi:10.1038/s41598-020-58766-1 (M3C), who draw normal scores of the principal components. A flat cloud is
cut more steadily than a normal one, so that it is the second reference: what is more than either is not the shape of one cloud.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["Reference", "ReferenceShape", "principal_scores"]


class ReferenceShape(StrEnum):
    """Distribution of each principal component's scores."""

    NORMAL = "normal"
    FLAT = "flat"


def principal_scores(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(n, q) scores and (q, p) directions; distances between rows are those of the values themselves."""
    left, sizes, directions = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    kept = sizes > 1e-10 * sizes.max(initial=0.0)
    return left[:, kept] * sizes[kept], directions[kept]


class Reference:
    """Draws data sets with the covariance of one.

    Args:
        scores: (n, q) as `principal_scores` gives them.
        directions: (q, p): draws are given in features; None gives scores.
    """

    def __init__(self, scores: FloatArray, directions: FloatArray | None) -> None:
        self._shape = scores.shape
        self._deviations = scores.std(axis=0)
        self._directions = directions

    def draw(self, shape: ReferenceShape, rng: np.random.Generator) -> FloatArray:
        """(n, q) or (n, p) of one cluster."""
        if shape is ReferenceShape.NORMAL:
            drawn = rng.standard_normal(self._shape)
        else:
            drawn = rng.uniform(-np.sqrt(3), np.sqrt(3), self._shape)
        scores: FloatArray = drawn * self._deviations
        return scores if self._directions is None else scores @ self._directions
