"""Fields of probability or occupancy: the whole field around the region counts."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Compartment, Segment, Segmentation
from oncometry.measurement import MeasurementSettings, measure

from .phantoms import grid, occupancy

SMALLEST = MeasurementSettings(minimum_volume_ml=0)


def of_field(field, spacing, margin=1):
    """As io reads it: the box of 0.5 and more, with a margin as far as the grid goes."""
    hits = np.argwhere(field >= 0.5)
    low = np.maximum(hits.min(axis=0) - margin, 0)
    box = tuple(slice(a, b + margin + 1) for a, b in zip(low, hits.max(axis=0), strict=True))
    part = np.asfortranarray(field[box], dtype=np.float32)
    start = tuple(int(n) for n in low)
    segment = Segment(1, "p", Compartment.WHOLE, start, part >= 0.5, part)
    return measure(Segmentation(grid(field.shape, spacing), (segment,)), SMALLEST).lesions[0].whole


@pytest.mark.parametrize("spacing", [(1, 1, 1), (1, 1, 5)])
def test_occupancies_of_ellipsoids(spacing):
    rng = np.random.default_rng(2)
    volumes, products = [], []
    for _ in range(8):
        radii = rng.uniform(10, 14, 3)
        shape = tuple(int(2 * r / s) + 6 for r, s in zip(radii, spacing, strict=True))
        center = tuple((n / 2 + rng.uniform(-0.5, 0.5)) * s for n, s in zip(shape, spacing, strict=True))
        whole = of_field(occupancy(shape, center, radii, spacing), spacing)
        assert whole.source == "probability"
        volumes.append(whole.volume_ml * 1000 / (4 / 3 * np.pi * radii.prod()) - 1)
        off = np.abs(np.arange(shape[2]) * spacing[2] - center[2]).min() / radii[2]
        products.append(whole.product_mm2 / (4 * radii[0] * radii[1] * (1 - off**2)) - 1)
    assert abs(np.mean(volumes)) <= 0.002
    assert abs(np.mean(products)) <= 0.015


@pytest.mark.parametrize(("diameter", "within"), [(6, 0.04), (10, 0.03), (20, 0.015)])
def test_small_lesions_keep_the_field_around_them(diameter, within):
    rng = np.random.default_rng(1)
    found = []
    for _ in range(8):
        center = tuple(20 + rng.uniform(-0.5, 0.5, 3))
        radii = np.array([diameter, diameter * 0.8, diameter * 0.8]) / 2
        whole = of_field(occupancy((40, 40, 40), center, radii, (1, 1, 1)), (1, 1, 1))
        off = np.abs(np.arange(40) - center[2]).min() / radii[2]
        found.append(whole.product_mm2 / (4 * radii[0] * radii[1] * (1 - off**2)) - 1)
        assert whole.volume_ml * 1000 == pytest.approx(4 / 3 * np.pi * radii.prod(), rel=0.01)
    assert abs(np.mean(found)) <= within


@pytest.mark.parametrize("width", [2.0, 4.0])
def test_a_soft_edge_is_measured_at_one_half(width):
    rng = np.random.default_rng(6)
    volumes = []
    for _ in range(8):
        radius, center = rng.uniform(10, 14), 20 + rng.uniform(-0.5, 0.5, 3)
        i, j, k = np.ogrid[:40, :40, :40]
        distance = np.sqrt((i - center[0]) ** 2 + (j - center[1]) ** 2 + (k - center[2]) ** 2)
        field = np.clip(0.5 + (radius - distance) / width, 0, 1)
        volumes.append(of_field(field, (1, 1, 1)).volume_ml * 1000 / (4 / 3 * np.pi * radius**3) - 1)
    assert abs(np.mean(volumes)) <= 0.005


def test_a_field_without_margin_is_measured():
    field = occupancy((30, 30, 30), (15.2, 14.9, 15.1), np.array([8.0, 8.0, 8.0]), (1, 1, 1))
    assert of_field(field, (1, 1, 1), margin=0).volume_ml == pytest.approx(2.14, rel=0.12)
