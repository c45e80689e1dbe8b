"""Data with one cluster, made from the data: the same covariance, a single hill.

Source: John et al., doi:10.1038/s41598-020-58766-1 (M3C), who draw normal scores of the principal components. A flat cloud is
cut more steadily than a normal one, so that it is the second reference: what is more than either is not the shape of one cloud.
The covariance is shrunk (Ledoit and Wolf, doi:10.1016/S0047-259X(03)00096-4), without which data of few patients and many
features is simulated with twice the spread of its spectrum, and noise is taken for clusters.
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
        values: (n, p) centered.
    """

    def __init__(self, values: FloatArray) -> None:
        from sklearn.covariance import ledoit_wolf_shrinkage  # noqa: PLC0415 - 500 ms

        scores, self._directions = principal_scores(values)
        shrinkage = float(ledoit_wolf_shrinkage(values, assume_centered=True)) if values.shape[1] > 1 else 0.0
        common = shrinkage * float(values.var(axis=0).mean())
        self._deviations = np.sqrt((1 - shrinkage) * scores.var(axis=0) + common)
        self._rest = np.sqrt(common)
        self._rows, self._features = values.shape

    def draw(self, shape: ReferenceShape, rng: np.random.Generator) -> FloatArray:
        """(n, p) of one cluster."""
        size = (self._rows, len(self._deviations))
        flat = np.sqrt(3.0)  # half width of a uniform distribution of unit variance
        drawn = (
            rng.standard_normal(size) if shape is ReferenceShape.NORMAL else rng.uniform(-flat, flat, size)
        )
        found: FloatArray = (drawn * self._deviations) @ self._directions
        if (
            len(self._deviations) < self._features
        ):  # directions in which the rows do not differ, but others would
            rest = rng.standard_normal((self._rows, self._features)) * self._rest
            found += rest - (rest @ self._directions.T) @ self._directions
        return found
