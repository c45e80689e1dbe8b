"""How thick a drawn plane is: only planes of one island tell, and a measurement reads them alike."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Compartment, Geometry, Segment, Segmentation
from oncometry.io.islands import drawing_interval, islands, level_shares
from oncometry.io.structure_grid import fill_region
from oncometry.measurement import MeasurementSettings, measure

GRID = Geometry.from_parts((80, 80, 20), (1.0, 1.0, 3.0))


def _square(x: float, y: float, half: float = 2.0) -> np.ndarray:
    return np.array([[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]])


def test_polygons_that_overlap_are_one_island_however_long_the_chain() -> None:
    chain = [_square(3.0 * n, 0) for n in range(40)]
    assert islands([*chain, _square(0, 10)]) == [list(range(40)), [40]]


@pytest.mark.parametrize(
    ("gaps", "interval"),
    [([], 1), ([1, 1], 1), ([10], 1), ([2, 2], 1), ([2, 2, 2], 2), ([0.5], 0.5), ([1, 1, 8, 1], 1)],
)
def test_a_larger_interval_needs_three_equal_gaps(gaps: list[float], interval: float) -> None:
    assert drawing_interval(np.array(gaps, float)) == interval


def test_shares_of_planes_in_a_row_leave_nothing_out() -> None:
    levels = np.array([2.0, 3.02, 4.0, 9.0])
    shares = level_shares(levels)
    np.testing.assert_allclose(shares[:2, 1], shares[1:3, 0])
    np.testing.assert_allclose(shares[[0, 2, 3, 3], [0, 1, 0, 1]], [1.5, 4.5, 8.5, 9.5])


def test_a_measured_volume_is_that_of_single_slices() -> None:
    circles = []
    for z in (9.0, 39.0):
        t = np.linspace(0, 2 * np.pi, 200, endpoint=False)
        circles.append(np.column_stack([40 + 6 * np.cos(t), 40 + 6 * np.sin(t), np.full(200, z)]))
    region = fill_region(circles, GRID, "GTV")
    segment = Segment(1, "GTV", Compartment.WHOLE, region.start, region.mask, contours=tuple(circles))
    measured = measure(Segmentation(GRID, (segment,)), MeasurementSettings())
    volumes = [lesion.whole.volume_ml for lesion in measured.lesions]
    assert sum(volumes) == pytest.approx(2 * 3 * np.pi * 36 / 1000, rel=0.01)
