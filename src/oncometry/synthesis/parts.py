"""Pieces of a drawn lesion: 26-connected, joined where they are less than 2 mm apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["large_pieces", "partition"]

JOIN_MM = 2.0


def partition(
    mask: NDArray[np.bool_], spacing_mm: tuple[float, float, float]
) -> tuple[NDArray[np.int32], int]:
    """Number the pieces of a mask 1, 2 ... from front to back; every voxel gets its nearest piece.

    Returns:
        (ni, nj, nk) piece of each voxel, inside the mask or not, and the number of pieces.
    """
    pieces, count = ndimage.label(mask, np.ones((3, 3, 3)))
    if count == 0:
        return np.zeros(mask.shape, np.int32), 0
    merged = _join([np.argwhere(_shell(pieces == n)) for n in range(1, count + 1)], spacing_mm)
    depth = [np.argwhere(np.isin(pieces, members))[:, 1].mean() for members in merged]
    order = np.argsort(depth)
    number = np.zeros(count + 1, np.int32)
    for rank, which in enumerate(order, start=1):
        number[merged[which]] = rank
    numbered = number[pieces]
    where = ndimage.distance_transform_edt(
        numbered == 0, spacing_mm, return_distances=False, return_indices=True
    )
    return np.asarray(numbered[tuple(where)], np.int32), len(merged)


def large_pieces(mask: NDArray[np.bool_], voxels: float) -> NDArray[np.bool_]:
    """The 26-connected pieces of a mask that have at least so many voxels."""
    pieces, count = ndimage.label(mask, np.ones((3, 3, 3)))
    keep = np.bincount(pieces.ravel(), minlength=count + 1) >= voxels
    keep[0] = False
    return np.asarray(keep[pieces])


def _shell(piece: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(piece & ~ndimage.binary_erosion(piece))


def _join(shells: list[NDArray[np.int64]], spacing_mm: tuple[float, float, float]) -> list[list[int]]:
    """Groups of piece numbers that are less than JOIN_MM apart, chained."""
    groups: list[list[int]] = []
    for number, shell in enumerate(shells, start=1):
        near = [g for g in groups if any(_gap(shell, shells[m - 1], spacing_mm) < JOIN_MM for m in g)]
        groups = [g for g in groups if g not in near]
        groups.append(sorted([number, *(m for g in near for m in g)]))
    return groups


def _gap(one: NDArray[np.int64], two: NDArray[np.int64], spacing_mm: tuple[float, float, float]) -> float:
    """mm between the nearest faces of two sets of voxels."""
    spacing = np.asarray(spacing_mm)
    best = np.inf
    for start in range(0, len(one), 256):
        apart = np.abs(one[start : start + 256, None] - two[None]) * spacing
        best = min(best, float(np.linalg.norm(np.maximum(apart - spacing, 0), axis=2).min()))
    return best
