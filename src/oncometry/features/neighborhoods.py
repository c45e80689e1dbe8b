"""Neighbors of each voxel: how many are alike and how far their mean is, counted in one pass."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.device import map_kernels
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing, as_planes
from oncometry.features.windows import Windows

__all__ = [
    "NeighborhoodFeatures",
    "neighborhood_features",
    "neighborhood_map",
    "neighborhoods_pyradiomics",
]

NeighborhoodFeatures = tuple[FloatArray, FloatArray]
"""(17,) features of dependences, in the order of NGLDM's table; (5,) of tone differences, in that of NGTDM's."""


class _Steps(NamedTuple):
    """Steps to a voxel's neighbors along k, j, i, and the border that the levels need for them."""

    border: int
    steps: list[tuple[int, int, int]]


def _steps(distances: tuple[int, ...], in_plane: bool) -> _Steps:
    border = max(distances)
    steps = [
        (k, j, i)
        for k, j, i in product(range(-border, border + 1), repeat=3)
        if max(abs(k), abs(j), abs(i)) in distances and not (in_plane and k != 0)
    ]
    return _Steps(border, steps)


def neighborhood_features(
    levels: Levels,
    distances: tuple[int, ...],
    alpha: float,
    slicing: Slicing,
    lone: bool = False,
    threads: int = 1,
) -> NeighborhoodFeatures:
    """NGLDM and NGTDM of a region.

    Where no voxel differs from its neighbors NGTDM's coarseness is 1e6 (manual 3.10.1) and its strength 0 (3.10.5);
    with one level contrast (3.10.2) and busyness (3.10.3) are 0. Busyness is also 0 where its denominator is, which the
    manual leaves open: PyRadiomics and MIRP give that.

    Args:
        levels: of the region.
        distances: Chebyshev lengths of the steps to a voxel's neighbors: (1,) are the 26 that touch it.
        alpha: not negative; a neighbor whose level differs by no more is dependent; does not concern NGTDM.
        slicing: of the aggregation.
        lone: whether voxels without a neighbor count in NGTDM, with no difference. PyRadiomics counts them, though
            its documentation does not.
        threads: does not change a bit of the result.

    Returns:
        Features of dependences and of tone differences; NaN if the region is empty, and tone differences also
        if no voxel counts.
    """
    border, steps = _steps(distances, slicing.in_plane)
    array: Any = np.pad(levels.array, border - 1)
    dependences, differences = _native.neighborhoods(
        array, levels.count, border, steps, int(min(alpha, levels.count)), lone, slicing.by_slice, threads
    )
    return np.array(dependences), np.array(differences)


def neighborhoods_pyradiomics(
    levels: Levels,
    distances: tuple[int, ...] = (1,),
    alpha: float = 0.0,
    flat_axis: int | None = None,
    threads: int = 1,
) -> NeighborhoodFeatures:
    """The same as PyRadiomics counts: in one matrix, NGTDM with the voxels without a neighbor.

    Args:
        distances: Chebyshev, in voxels; only voxels at exactly these are neighbors.
        alpha: its gldm_a.
        flat_axis: of k, j, i, the array axis that neighbors do not lie along (force2Ddimension); None is 3-D.
    """
    slicing = Slicing(in_plane=flat_axis is not None, by_slice=False)
    planes = as_planes(levels, flat_axis)
    return neighborhood_features(planes, distances, alpha, slicing, lone=True, threads=threads)


def neighborhood_map(
    windows: Windows, distances: tuple[int, ...], alpha: float, *, tones: bool, lone: bool = False
) -> FloatArray:
    """NGTDM (with `tones`) or NGLDM of every window; neighbors lie within it.

    Args:
        distances, alpha, lone: as of `neighborhood_features`.

    Returns:
        (5 or 17, bk, bj, bi).
    """
    levels = windows.levels
    border, steps = _steps(distances, in_plane=False)
    with map_kernels(windows.device) as kernels:
        return kernels.neighborhood_map(
            levels.array,
            levels.count,
            windows.radii,
            border,
            steps,
            int(min(alpha, levels.count)),
            lone=lone,
            tones=tones,
            centers=windows.centers,
            threads=windows.threads,
        )
