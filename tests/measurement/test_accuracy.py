"""How near the numbers come to the analytic truth."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Compartment, Geometry, Segment, Segmentation
from oncometry.measurement import measure

from .accuracy import contour_errors, cylinder_errors, ellipse_errors, ellipsoid_errors, sphere_errors
from .phantoms import ball, circle, grid


@pytest.mark.parametrize(("low", "high", "within"), [(10, 15, 0.05), (15, 30, 0.03), (30, 60, 0.02)])
@pytest.mark.parametrize("square", [True, False], ids=["square pixels", "oblong pixels"])
def test_random_ellipses(low, high, within, square):
    """>= 1,000 of random size, aspect ratio, angle, center and 0.5-1 mm pixels."""
    errors = ellipse_errors(low, high, square=square)
    bias = np.abs(errors.mean(axis=0))
    assert bias[0] <= 0.005
    assert bias[1] <= 0.005
    assert bias[2] <= 0.01
    assert np.percentile(np.abs(errors), 95, axis=0)[2] <= within


@pytest.mark.parametrize(("low", "high", "within"), [(10, 15, 0.05), (15, 30, 0.03), (30, 60, 0.02)])
@pytest.mark.parametrize("spacing", [(1, 1, 1), (1, 1, 3), (0.5, 0.5, 5)])
def test_products_of_rotated_ellipsoids(spacing, low, high, within):
    """Against the best section at the sampled planes; the benchmark has more of them."""
    errors = ellipsoid_errors(spacing, low, high, 150)
    assert abs(errors[:, 2].mean()) <= 0.01
    assert np.percentile(np.abs(errors[:, 2]), 95) <= within


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.5, 0.5, 2), (1, 1, 5)])
def test_random_spheres(spacing):
    """Volume, and against the analytic section at the sampled planes the in-plane lines."""
    volume, line, surface, span = np.abs(sphere_errors(spacing, 10, 18, 25).mean(axis=0))
    assert volume <= (0.005 if max(spacing) < 5 else 0.015)
    assert line <= 0.015
    assert surface <= (0.02 if max(spacing) == 1 else 0.08)
    assert span <= 0.02


@pytest.mark.parametrize("spacing", [(1, 1, 1), (1, 1, 5)])
def test_upright_cylinders_end_flat(spacing):
    assert abs(cylinder_errors(spacing, 10, 18, 25).mean()) <= 0.02


@pytest.mark.parametrize("slice_mm", [1, 3])
def test_volumes_of_contours(slice_mm):
    assert np.abs(contour_errors(slice_mm, 10, 18, 10)).max() <= 0.02


def drawn(contours, mask, spacing, **more):
    segment = Segment.from_mask(1, "GTV", Compartment.WHOLE, mask, contours=tuple(contours), **more)
    return measure(Segmentation(Geometry.from_parts(mask.shape, spacing), (segment,))).lesions


def test_contours_are_measured_as_drawn():
    spacing, center, radius = (1, 1, 3), (30.2, 30.3), 14.0
    heights = [k * 3.0 for k in range(20) if abs(k * 3 - 30) < radius]
    contours = [circle(np.sqrt(radius**2 - (z - 30) ** 2), center, z) for z in heights]
    whole = drawn(contours, ball((60, 60, 20), (*center, 30), radius, spacing), spacing)[0].whole
    polygon = 60 / 2 / np.pi * np.sin(2 * np.pi / 60)
    stack = sum(np.pi * (radius**2 - (z - 30) ** 2) for z in heights) * 3 * polygon
    assert whole.source == "contours"
    assert whole.volume_ml * 1000 == pytest.approx(stack, rel=1e-3)
    assert whole.volume_ml * 1000 == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.02)
    assert whole.longest_diameter_mm == pytest.approx(2 * radius, rel=0.002)
    assert whole.perpendicular_mm == pytest.approx(2 * radius, rel=0.005)
    assert whole.slice == 10
    assert whole.centroid_lps_mm == pytest.approx((*center, 30), abs=0.01)


def test_holes_keyholes_sparse_planes_and_two_contours_on_a_plane():
    def volume(contours, spacing=(1, 1, 2)):
        mask = ball((60, 60, 20), (30, 30, 20), 12, spacing)
        return drawn(contours, mask, spacing)[0].whole.volume_ml * 1000

    def area(r):
        return r * r * 60 / 2 * np.sin(2 * np.pi / 60)

    outer, hole = circle(12, (30, 30), 20.0), circle(5, (30, 30), 20.0, turn=-1)
    assert volume([outer, hole]) == pytest.approx(2 * (area(12) - area(5)), rel=1e-6)
    keyhole = np.concatenate([outer, outer[:1], hole, hole[:1]])
    assert volume([keyhole]) == pytest.approx(2 * (area(12) - area(5)), rel=1e-6)
    two = [circle(5, (20, 30), 20.0), circle(5, (40, 30), 20.02)]
    assert volume(two) == pytest.approx(2 * 2 * area(5), rel=1e-6)
    sparse = [circle(8, (30, 30), z) for z in (10.0, 14.0, 18.0, 22.0)]
    assert volume(sparse) == pytest.approx(16 * area(8), rel=1e-6)
    apart = [circle(8, (30, 30), z) for z in (10.0, 12.0, 14.0, 30.0, 32.0)]
    assert volume(apart) == pytest.approx(10 * area(8), rel=1e-6)


def test_a_probability_is_crossed_at_one_half():
    radius, center = 9.3, (20.2, 19.7, 15.4)
    i, j, k = np.indices((40, 40, 30))
    distance = np.sqrt((i - center[0]) ** 2 + (j - center[1]) ** 2 + (k - center[2]) ** 2)
    field = np.clip(0.5 + (radius - distance) / 3, 0, 1).astype(np.float32)
    mask = field >= 0.5
    segment = Segment(1, "p", Compartment.WHOLE, (0, 0, 0), np.asfortranarray(mask), np.asfortranarray(field))
    whole = measure(Segmentation(grid(mask.shape), (segment,))).lesions[0].whole
    section = 2 * np.sqrt(radius**2 - 0.4**2)
    assert whole.source == "probability"
    assert whole.longest_diameter_mm == pytest.approx(section, rel=0.005)
    assert whole.perpendicular_mm == pytest.approx(section, rel=0.005)
    assert whole.volume_ml * 1000 == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.015)
