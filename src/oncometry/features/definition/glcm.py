"""The gray level co-occurrence matrix and its features: IBSI reference manual (arXiv 1612.07003), section 3.6."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.features.definition.directional import Matrix, averaged
from oncometry.features.direction import Direction, Plan
from oncometry.features.region import Levels

__all__ = ["cooccurrence", "glcm", "glcm_features", "maximal_correlation"]


def cooccurrence(box: NDArray[np.int64], count: int, direction: Direction, symmetric: bool = True) -> Matrix:
    """Pairs of levels (i, j) of a voxel and of its neighbor in a direction, both in the region.

    Args:
        box: (k, j, i), 0 outside the region.

    Returns:
        (count, count), of level i at index i - 1; the symmetric matrix is M + M'.
    """
    matrix = np.zeros((count, count))
    for voxel in np.argwhere(box):
        neighbor = voxel + direction
        if np.any(neighbor < 0) or np.any(neighbor >= box.shape) or box[tuple(neighbor)] == 0:
            continue
        matrix[box[tuple(voxel)] - 1, box[tuple(neighbor)] - 1] += 1
    return matrix + matrix.T if symmetric else matrix


def glcm_features(matrix: Matrix, levels: int) -> FloatArray:
    """Features of one matrix in the order of `features.glcm.TABLE`; NaN for 0 / 0."""
    p = matrix / matrix.sum()
    count = len(p)
    i, j = np.mgrid[1 : count + 1, 1 : count + 1].astype(float)
    rows, columns = p.sum(axis=1), p.sum(axis=0)  # marginals p_i., p_.j
    mean, mean_j = (i * p).sum(), (j * p).sum()
    variance, variance_j = ((i - mean) ** 2 * p).sum(), ((j - mean_j) ** 2 * p).sum()
    differences = np.array([p[np.abs(i - j) == k].sum() for k in range(count)])  # p_(i-j)
    sums = np.array([p[i + j == k].sum() for k in range(2, 2 * count + 1)])  # p_(i+j)
    k_difference, k_sum = np.arange(count, dtype=float), np.arange(2, 2 * count + 1, dtype=float)
    difference_average, sum_average = (k_difference * differences).sum(), (k_sum * sums).sum()
    apart = i != j
    spread = np.sqrt(variance * variance_j)
    joint_entropy = _entropy(p)
    independent = np.outer(rows, columns)
    hxy1 = -(p[p > 0] * np.log2(independent[p > 0])).sum()
    hxy2 = _entropy(independent)
    marginal_entropy = max(_entropy(rows), _entropy(columns))
    return np.array(
        [
            p.max(),  # 3.6.1 joint maximum
            mean,  # 3.6.2 joint average
            variance,  # 3.6.3 joint variance
            joint_entropy,  # 3.6.4 joint entropy
            difference_average,  # 3.6.5 difference average
            ((k_difference - difference_average) ** 2 * differences).sum(),  # 3.6.6 difference variance
            _entropy(differences),  # 3.6.7 difference entropy
            sum_average,  # 3.6.8 sum average
            ((k_sum - sum_average) ** 2 * sums).sum(),  # 3.6.9 sum variance
            _entropy(sums),  # 3.6.10 sum entropy
            (p**2).sum(),  # 3.6.11 angular second moment
            ((i - j) ** 2 * p).sum(),  # 3.6.12 contrast
            (np.abs(i - j) * p).sum(),  # 3.6.13 dissimilarity
            (p / (1 + np.abs(i - j))).sum(),  # 3.6.14 inverse difference
            (p / (1 + np.abs(i - j) / levels)).sum(),  # 3.6.15 normalized inverse difference
            (p / (1 + (i - j) ** 2)).sum(),  # 3.6.16 inverse difference moment
            (p / (1 + (i - j) ** 2 / levels**2)).sum(),  # 3.6.17 normalized inverse difference moment
            (p[apart] / (i - j)[apart] ** 2).sum(),  # 3.6.18 inverse variance
            ((i - mean) * (j - mean_j) * p).sum() / spread if spread > 0 else np.nan,  # 3.6.19 correlation
            (i * j * p).sum(),  # 3.6.20 autocorrelation
            ((i + j - mean - mean_j) ** 2 * p).sum(),  # 3.6.21 cluster tendency
            ((i + j - mean - mean_j) ** 3 * p).sum(),  # 3.6.22 cluster shade
            ((i + j - mean - mean_j) ** 4 * p).sum(),  # 3.6.23 cluster prominence
            (joint_entropy - hxy1) / marginal_entropy if marginal_entropy > 0 else np.nan,  # 3.6.24 first
            np.sqrt(max(0.0, 1 - np.exp(-2 * (hxy2 - joint_entropy)))),  # 3.6.25 second measure
        ]
    )


def maximal_correlation(matrix: Matrix) -> float:
    """Root of the second largest eigenvalue of Haralick's Q (doi:10.1109/TSMC.1973.4309314), 0 of one level."""
    p = matrix / matrix.sum()
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    p = p[rows > 0][:, columns > 0]
    q = (p / columns[columns > 0]) @ p.T / rows[rows > 0, None]
    eigenvalues = np.sort(np.linalg.eigvals(q).real)
    return float(np.sqrt(max(0.0, eigenvalues[-2]))) if len(q) > 1 else 0.0


def glcm(levels: Levels, plan: Plan, weights: Sequence[float]) -> FloatArray:
    """Features of a region, (25,)."""
    return averaged(
        levels,
        plan,
        weights,
        lambda box, direction: cooccurrence(box, levels.count, direction),
        lambda matrix: glcm_features(matrix, levels.count),
    )


def _entropy(p: FloatArray) -> float:
    return float(-(p[p > 0] * np.log2(p[p > 0])).sum())
