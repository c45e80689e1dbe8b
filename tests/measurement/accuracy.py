"""Errors on shapes of known size, as parts of the truth: the tests hold their limits, the benchmark prints them."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from oncometry.core import Compartment, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.measurement import MeasurementSettings, measure, slice_diameters

from .phantoms import ball, circle, ellipse, grid, occupancy, segmentation, tilted_ellipsoid

Spacing = tuple[float, float, float]
ANY_SIZE = MeasurementSettings(minimum_volume_ml=0)


def ellipse_errors(low: float, high: float, count: int = 1000, *, square: bool = True) -> FloatArray:
    """(count, 3): longest, perpendicular, product, of random ellipses at 0.5-1 mm pixels."""
    rng = np.random.default_rng(20231)
    errors = []
    for _ in range(count):
        pixel = rng.uniform(0.5, 1, 2)
        pixel = (pixel[0], pixel[0] if square else pixel[1])
        longest = rng.uniform(low, high)
        truth = (longest, longest * rng.uniform(0.4, 1))
        mask = ellipse(truth, rng.uniform(0, np.pi), pixel, tuple(rng.uniform(-0.5, 0.5, 2)))
        rows = slice_diameters(mask, grid(mask.shape, (*pixel, 1)), minimum_voxels=1)
        a, b = rows.longest_mm[0] / truth[0], rows.perpendicular_mm[0] / truth[1]
        errors.append((a - 1, b - 1, a * b - 1))
    return np.array(errors)


def ellipsoid_errors(spacing: Spacing, low: float, high: float, count: int) -> FloatArray:
    """(count, 5): longest, perpendicular, product, slice loss, slices, of random rotated ellipsoids.

    Errors are against the largest section at the sampled planes (sections of an ellipsoid are alike, so the nearest to
    its center has both longest lines), whose longest diameter is `low` to `high`; the slice loss is what the product
    of that section is short of the section through the center. Axes are 0.4 to 1 of the longest.
    """
    rng = np.random.default_rng(20233)
    errors: list[tuple[float, ...]] = []
    while len(errors) < count:
        axes = rng.uniform(low, 1.3 * high) / 2 * np.array([1, *rng.uniform(0.4, 1, 2)])
        turn = Rotation.from_quat(rng.normal(size=4)).as_matrix()
        tensor = turn @ np.diag(axes**-2) @ turn.T
        mask, heights = tilted_ellipsoid(spacing, tensor, rng.uniform(-0.5, 0.5, 3))
        part = 1 - (heights**2).min() * np.linalg.det(tensor) / np.linalg.det(tensor[:2, :2])
        center = 2 / np.sqrt(np.linalg.eigvalsh(tensor[:2, :2]))
        truth = center * np.sqrt(max(part, 0.0))
        if not low <= truth[0] < high:
            continue
        rows = slice_diameters(mask, grid(mask.shape, spacing), minimum_voxels=1)
        at = int(np.argmax(rows.longest_mm))
        a, b = rows.longest_mm[at] / truth[0], rows.perpendicular_mm[at] / truth[1]
        errors.append((a - 1, b - 1, a * b - 1, part - 1, len(rows)))
    return np.array(errors)


def sphere_errors(
    spacing: Spacing, low: float, high: float, count: int, *, filled: bool = False
) -> FloatArray:
    """(count, 4): volume, longest in plane, surface, 3-D diameter, of random spheres of a radius in mm.

    In plane against the section at the sampled planes. As voxels, or `filled` as occupancies.
    """
    rng = np.random.default_rng(7)
    errors = []
    for _ in range(count):
        radius = rng.uniform(low, high)
        shape = tuple(int(2 * radius / s) + 8 for s in spacing)
        center = tuple((n / 2 + rng.uniform(-0.5, 0.5)) * s for n, s in zip(shape, spacing, strict=True))
        seg = segmentation(ball(shape, center, radius, spacing), spacing)
        if filled:
            field = np.asfortranarray(occupancy(shape, center, np.full(3, radius), spacing), dtype=np.float32)
            segment = Segment(1, "tumor", Compartment.WHOLE, (0, 0, 0), field >= 0.5, field)
            seg = Segmentation(grid(shape, spacing), (segment,))
        whole = measure(seg, ANY_SIZE).lesions[0].whole
        planes = np.abs(np.arange(shape[2]) * spacing[2] - center[2]).min()
        errors.append(
            (
                whole.volume_ml * 1000 / (4 / 3 * np.pi * radius**3) - 1,
                whole.longest_diameter_mm / (2 * np.sqrt(radius**2 - planes**2)) - 1,
                whole.surface_mm2 / (4 * np.pi * radius**2) - 1,
                whole.diameter_3d_mm / (2 * radius) - 1,
            )
        )
    return np.array(errors)


def cylinder_errors(spacing: Spacing, low: float, high: float, count: int) -> FloatArray:
    """(count, 1): 3-D diameter of random upright cylinders of a radius in mm."""
    rng = np.random.default_rng(8)
    errors = []
    for _ in range(count):
        radius, height = rng.uniform(low, high), rng.uniform(low, high) * 2
        shape = (*(int(2 * radius / s) + 8 for s in spacing[:2]), int(height / spacing[2]) + 6)
        x, y, z = ((n / 2 + rng.uniform(-0.5, 0.5)) * s for n, s in zip(shape, spacing, strict=True))
        i, j, k = np.ogrid[: shape[0], : shape[1], : shape[2]]
        disc = (i * spacing[0] - x) ** 2 + (j * spacing[1] - y) ** 2 <= radius**2
        mask = disc & (np.abs(k * spacing[2] - z) <= height / 2)
        whole = measure(segmentation(mask, spacing), ANY_SIZE).lesions[0].whole
        errors.append((whole.diameter_3d_mm / np.hypot(2 * radius, height) - 1,))
    return np.array(errors)


def contour_errors(slice_mm: float, low: float, high: float, count: int) -> FloatArray:
    """(count, 1): volume of spheres of a radius in mm, drawn as circles on slices."""
    rng = np.random.default_rng(9)
    errors = []
    for _ in range(count):
        radius, shift = rng.uniform(low, high), rng.uniform(-0.5, 0.5)
        size = int(2 * radius) + 8
        spacing = (1.0, 1.0, slice_mm)
        shape = (size, size, int(2 * radius / slice_mm) + 6)
        center = (size / 2, size / 2, (shape[2] // 2 + shift) * slice_mm)
        heights = np.arange(shape[2]) * slice_mm
        sections = [
            (z, np.sqrt(radius**2 - (z - center[2]) ** 2)) for z in heights if abs(z - center[2]) < radius
        ]
        contours = tuple(circle(r, center[:2], z) for z, r in sections)
        whole = (
            measure(segmentation(ball(shape, center, radius, spacing), spacing, contours=contours), ANY_SIZE)
            .lesions[0]
            .whole
        )
        errors.append((whole.volume_ml * 1000 / (4 / 3 * np.pi * radius**3) - 1,))
    return np.array(errors)
