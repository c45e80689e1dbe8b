"""Sheared grids: the orthogonal grid that covers them, and the values on it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Geometry

__all__ = ["Interpolation", "orthogonal_grid", "resample_to"]

Interpolation = Literal["linear", "nearest"]


def orthogonal_grid(sheared: Geometry) -> Geometry:
    """The perpendicular grid with the same first axis, planes and spacings that covers all corners.

    The i axis is kept, j is made perpendicular to it in their plane, k becomes the normal of that
    plane; the distance between planes stays what it was along the normal.
    """
    columns = sheared.affine[:3, :3]
    axis_i = columns[:, 0] / np.linalg.norm(columns[:, 0])
    axis_j = columns[:, 1] - (columns[:, 1] @ axis_i) * axis_i
    axis_j /= np.linalg.norm(axis_j)
    axis_k = np.cross(axis_i, axis_j)
    axis_k *= np.sign(columns[:, 2] @ axis_k)
    axes = np.column_stack([axis_i, axis_j, axis_k])
    spacing = np.array([columns[:, n] @ axes[:, n] for n in range(3)])
    centers = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    corners = sheared.to_world(centers * (np.array(sheared.shape) - 1)) @ axes
    low = corners.min(axis=0)
    size = np.ceil((corners.max(axis=0) - low) / spacing - 1e-6).astype(int) + 1
    return Geometry.from_parts(
        (int(size[0]), int(size[1]), int(size[2])),
        spacing,
        axes @ low,
        axes,
        sheared.frame_of_reference_uid,
    )


def resample_to(
    array: NDArray[Any], source: Geometry, target: Geometry, interpolation: Interpolation, outside: float
) -> NDArray[Any]:
    """(ni, nj, nk) values on `target`, of the same type, plane by plane; `outside` beyond the source."""
    from scipy import ndimage  # noqa: PLC0415 -- half a second that only sheared grids need

    pull = source.inverse @ target.affine
    order = 1 if interpolation == "linear" else 0
    kind = np.float32 if interpolation == "linear" else array.dtype
    moved = ndimage.affine_transform(
        array.astype(kind, copy=False),
        pull[:3, :3],
        pull[:3, 3],
        output_shape=target.shape,
        order=order,
        mode="grid-constant",
        cval=outside,
    )
    if np.issubdtype(array.dtype, np.integer) and interpolation == "linear":
        moved = np.rint(moved)
    return np.asfortranarray(moved.astype(array.dtype, copy=False))
