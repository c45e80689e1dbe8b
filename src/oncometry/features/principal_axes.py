"""Lengths of the principal axes of a region's voxels."""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray, Point

__all__ = ["axis_lengths_mm", "covariance_mm2"]


def covariance_mm2(moments: FloatArray, spacing_mm: Point) -> FloatArray:
    """(3, 3) covariance of the voxel centers along i, j, k, divided by their number.

    Args:
        moments: (10,) of `_native.voxel_moments`: count, mean along i, j, k, then ii, jj, kk, ij, ik, jk.
        spacing_mm: along i, j, k.
    """
    ii, jj, kk, ij, ik, jk = moments[4:]
    step = np.asarray(spacing_mm)
    covariance: FloatArray = np.array([[ii, ij, ik], [ij, jj, jk], [ik, jk, kk]]) * np.outer(step, step)
    return covariance


def axis_lengths_mm(moments: FloatArray, spacing_mm: Point) -> tuple[float, float, float]:
    """Major, minor and least axis: 4 times the square root of the covariance's eigenvalues.

    What is 0 but for rounding is 0: the least axis of voxels in a plane.

    Source: IBSI reference manual, sections 3.1.12 to 3.1.14.
    """
    variances = np.linalg.eigvalsh(covariance_mm2(moments, spacing_mm))
    variances[variances < 1e-12 * variances[-1]] = 0.0
    least, minor, major = (4 * np.sqrt(np.maximum(variances, 0.0))).tolist()
    return major, minor, least
