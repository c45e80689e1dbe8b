"""Lengths of the principal axes of a region's voxels."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray, Point

__all__ = ["axis_lengths_mm"]


def axis_lengths_mm(moments: FloatArray, spacing_mm: Point, sample: bool) -> tuple[float, float, float]:
    """Major, minor and least axis: 4 times the square root of the eigenvalues of the voxel centers' covariance.

    What is 0 but for rounding is 0: the least axis of voxels in a plane. All NaN for the sample covariance of one
    voxel.

    Args:
        moments: (10,) of `_native.voxel_moments`: count, mean along i, j, k, then ii, jj, kk, ij, ik, jk.
        spacing_mm: along i, j, k.
        sample: whether the covariance is divided by the count less one, as IBSI's reference values are, or by the
            count, as PyRadiomics does.

    Source: IBSI reference manual, sections 3.1.12 to 3.1.14.
    """
    count = moments[0]
    if sample and count < 2:
        return np.nan, np.nan, np.nan
    ii, jj, kk, ij, ik, jk = moments[4:] * (count / (count - 1) if sample else 1.0)
    covariance = np.array([[ii, ij, ik], [ij, jj, jk], [ik, jk, kk]]) * np.outer(spacing_mm, spacing_mm)
    variances = np.linalg.eigvalsh(covariance)
    variances[variances < 1e-12 * variances[-1]] = 0.0
    least, minor, major = (4 * np.sqrt(np.maximum(variances, 0.0))).tolist()
    return major, minor, least
