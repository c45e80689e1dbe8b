"""The directions in which rows differ: with more features than rows a ridge solution lies within them.

Source: Hastie and Tibshirani, doi:10.1093/biostatistics/kxh010 (section 2: the same solution from n instead of p unknowns).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["RowSpace"]

_RANK = 1e-10
"""Of the largest singular value: less is rounding, and a duplicated or constant column adds no direction."""


@dataclass(frozen=True)
class RowSpace:
    """Rows about their mean, in orthogonal directions.

    Attributes:
        mean: (p,).
        directions: (p, q) orthonormal columns.
        rows: (n, q) the same rows along the directions.
    """

    mean: FloatArray
    directions: FloatArray
    rows: FloatArray

    @classmethod
    def of(cls, rows: FloatArray, weights: FloatArray) -> RowSpace:
        """Of rows (n, p) with weights (n,)."""
        mean = weights @ rows / weights.sum()
        centered = rows - mean
        _, sizes, directions = np.linalg.svd(centered[weights > 0], full_matrices=False)
        kept = sizes > _RANK * max(float(sizes.max(initial=0.0)), np.finfo(float).tiny)
        basis = np.ascontiguousarray(directions[kept].T)
        return cls(mean, basis, centered @ basis)
