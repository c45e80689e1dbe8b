"""The plane of acquisition, however a file stores it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Geometry
from oncometry.measurement import measure
from oncometry.measurement.plane import slice_axis

from .phantoms import ellipsoid, segmentation

DISC = ((60, 60, 12), (30, 31, 30), np.array([20.0, 20, 8]), (1, 1, 5))


def stored(order):
    """The disc of 40 x 40 x 16 mm with its axes in another order, at the same place in space."""
    shape, center, radii, spacing = DISC
    seg = segmentation(ellipsoid(shape, center, radii, spacing), spacing)
    (segment,) = seg.segments
    affine = seg.geometry.affine[:, [*order, 3]]
    grid = Geometry(tuple(shape[a] for a in order), affine)
    moved = replace(
        segment,
        start=tuple(segment.start[a] for a in order),
        array=np.asfortranarray(segment.array.transpose(order)),
    )
    return replace(seg, geometry=grid, segments=(moved,))


@pytest.mark.parametrize(("order", "axis"), [((0, 1, 2), "k"), ((2, 0, 1), "i"), ((0, 2, 1), "j")])
def test_the_order_of_axes_in_a_file_is_nothing(order, axis):
    plain = measure(stored((0, 1, 2))).lesions[0].whole
    whole = measure(stored(order)).lesions[0].whole
    assert whole.slice_axis == axis
    assert whole.product_mm2 == pytest.approx(40 * 40, rel=0.03)
    for size in ("volume_ml", "longest_diameter_mm", "perpendicular_mm", "diameter_3d_mm"):
        assert getattr(whole, size) == pytest.approx(getattr(plain, size), rel=1e-3)
    assert whole.surface_mm2 == pytest.approx(plain.surface_mm2, rel=0.01)
    assert whole.centroid_lps_mm == pytest.approx(plain.centroid_lps_mm)
    assert whole.slice == plain.slice == 6
    ends = np.array([whole.longest.start_lps_mm, whole.longest.end_lps_mm])
    assert ends[:, 2].tolist() == pytest.approx([30, 30])
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(whole.longest_diameter_mm)
    assert np.concatenate(whole.outline_lps_mm)[:, 2] == pytest.approx(30)


def test_which_axis():
    turned = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0.0]])  # j along the body
    assert slice_axis(Geometry.from_parts((9, 9, 9), (1, 1, 1))) == 2
    assert slice_axis(Geometry.from_parts((9, 9, 9), (1, 1, 1), direction=turned)) == 1
    assert slice_axis(Geometry.from_parts((9, 9, 9), (4, 1, 1))) == 0
    assert slice_axis(Geometry.from_parts((9, 9, 9), (1, 0.9, 1.1), direction=turned)) == 1
    assert slice_axis(Geometry.from_parts((9, 9, 1), (1, 1, 0.5), direction=turned)) == 2
    assert slice_axis(Geometry.from_parts((9, 9, 9), (1, 1, 1), (0, 0, 0), turned, "1.2.3")) == 2
