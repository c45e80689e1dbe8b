"""Regions with a known truth."""

from __future__ import annotations

import numpy as np

from oncometry.core import Compartment, Geometry, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.core.segmentation import Mask


def grid(shape: tuple[int, int, int], spacing: tuple[float, float, float] = (1, 1, 1)) -> Geometry:
    """A grid at the origin."""
    return Geometry.from_parts(shape, spacing)


def segmentation(mask: Mask, spacing: tuple[float, float, float] = (1, 1, 1), **more: object) -> Segmentation:
    """One tumor segment."""
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, np.asfortranarray(mask), **more)
    return Segmentation(grid(mask.shape, spacing), (segment,))


def ball(
    shape: tuple[int, int, int],
    center_mm: tuple[float, float, float],
    radius_mm: float,
    spacing: tuple[float, float, float] = (1, 1, 1),
) -> Mask:
    """Voxels whose centers lie in a ball."""
    i, j, k = np.ogrid[: shape[0], : shape[1], : shape[2]]
    x, y, z = (axis * step - middle for axis, step, middle in zip((i, j, k), spacing, center_mm, strict=True))
    return np.asfortranarray(x * x + y * y + z * z <= radius_mm**2)


def ellipse(
    diameters_mm: tuple[float, float],
    angle: float,
    pixel_mm: tuple[float, float],
    shift: tuple[float, float] = (0, 0),
) -> Mask:
    """(n, n, 1): pixels whose centers lie in a rotated ellipse."""
    n = int(max(diameters_mm) / min(pixel_mm)) + 8
    i, j = np.ogrid[:n, :n]
    x = (i - n / 2 - shift[0]) * pixel_mm[0]
    y = (j - n / 2 - shift[1]) * pixel_mm[1]
    u = (x * np.cos(angle) + y * np.sin(angle)) / (diameters_mm[0] / 2)
    v = (y * np.cos(angle) - x * np.sin(angle)) / (diameters_mm[1] / 2)
    return np.asfortranarray((u * u + v * v <= 1)[:, :, None])


def ellipsoid(
    shape: tuple[int, int, int],
    center_mm: tuple[float, float, float],
    radii_mm: FloatArray,
    spacing: tuple[float, float, float] = (1, 1, 1),
) -> Mask:
    """Voxels whose centers lie in an ellipsoid along the axes."""
    axes = (np.arange(n) * s for n, s in zip(shape, spacing, strict=True))
    x, y, z = np.ix_(*((a - c) / r for a, c, r in zip(axes, center_mm, radii_mm, strict=True)))
    return np.asfortranarray(x * x + y * y + z * z <= 1)


def tilted_ellipsoid(
    spacing: tuple[float, float, float], tensor: FloatArray, shift: FloatArray
) -> tuple[Mask, FloatArray]:
    """Voxels whose centers lie in a rotated ellipsoid x tensor x <= 1, and (nk,) the slices' heights above its center.

    Args:
        spacing: mm.
        tensor: (3, 3), 1/mm2.
        shift: (3,) of the center from a voxel's corner, in voxels.
    """
    extents = np.sqrt(np.diag(np.linalg.inv(tensor)))
    shape = [int(np.ceil(2 * e / s)) + 6 for e, s in zip(extents, spacing, strict=True)]
    axes = [(np.arange(n) - n / 2 - c) * s for n, c, s in zip(shape, shift, spacing, strict=True)]
    x, y, z = np.ix_(*axes)
    across = 2 * (tensor[0, 1] * x * y + tensor[0, 2] * x * z + tensor[1, 2] * y * z)
    form = tensor[0, 0] * x * x + tensor[1, 1] * y * y + tensor[2, 2] * z * z + across
    return np.asfortranarray(form <= 1), axes[2]


def occupancy(
    shape: tuple[int, int, int],
    center_mm: tuple[float, float, float],
    radii_mm: FloatArray,
    spacing: tuple[float, float, float],
) -> FloatArray:
    """Part of each voxel, 0..1, that lies in an ellipsoid along the axes."""
    parts = [4 * round(s / min(spacing)) for s in spacing]
    fine = tuple(n * m for n, m in zip(shape, parts, strict=True))
    steps = tuple(s / m for s, m in zip(spacing, parts, strict=True))
    first = [c + (s - t) / 2 for c, s, t in zip(center_mm, spacing, steps, strict=True)]
    inside = ellipsoid(fine, (first[0], first[1], first[2]), radii_mm, (steps[0], steps[1], steps[2]))
    blocks = inside.reshape(shape[0], parts[0], shape[1], parts[1], shape[2], parts[2])
    return np.asarray(blocks.mean(axis=(1, 3, 5)))


def circle(
    radius: float, center: tuple[float, float], height: float, corners: int = 60, turn: int = 1
) -> FloatArray:
    """(corners, 3) a polygon on a circle around z; `turn` -1 runs the other way."""
    t = np.arange(corners) * 2 * np.pi / corners * turn
    return np.column_stack(
        [center[0] + radius * np.cos(t), center[1] + radius * np.sin(t), np.full(corners, height)]
    )
