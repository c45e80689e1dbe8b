"""Right by construction: shapes on which programs go wrong."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, Segment, Segmentation
from oncometry.measurement import MeasurementSettings, measure

from .phantoms import ball, segmentation

ANY = MeasurementSettings(minimum_volume_ml=0)
INSIDE = MeasurementSettings(minimum_volume_ml=0, diameter="inside")


def flat(shape, *boxes):
    """(ni, nj, 5), one slice filled; boxes as (i0, i1, j0, j1)."""
    mask = np.zeros((*shape, 5), dtype=bool)
    for i0, i1, j0, j1 in boxes:
        mask[i0:i1, j0:j1, 2] = True
    return mask


def whole(mask, settings=ANY, spacing=(1, 1, 1)):
    found = measure(segmentation(mask, spacing), settings)
    assert len(found.lesions) == 1
    return found.lesions[0].whole


@pytest.mark.parametrize("settings", [ANY, INSIDE], ids=["hull", "inside"])
@pytest.mark.parametrize("neck", [1, 2, 3])
def test_the_neck_of_a_dumbbell_stays(settings, neck):
    mask = flat((50, 30), (16, 34, 14, 14 + neck))
    mask[..., 2] |= ball((50, 30, 1), (11, 14, 0), 7)[..., 0] | ball((50, 30, 1), (38, 14, 0), 7)[..., 0]
    found = whole(mask, settings)
    assert found.longest_diameter_mm == pytest.approx(41, abs=1.2)
    assert found.perpendicular_mm == pytest.approx(14, abs=1)
    assert not found.longest.leaves_lesion
    assert len(found.outline_lps_mm) == 1


def test_a_diameter_that_leaves_an_l_is_stated_policy():
    mask = flat((60, 60), (10, 40, 10, 16), (10, 16, 10, 40))
    leaving, staying = whole(mask), whole(mask, INSIDE)
    assert leaving.longest.leaves_lesion
    assert leaving.longest_diameter_mm == pytest.approx(np.hypot(30, 24), abs=2.5)
    assert not staying.longest.leaves_lesion
    assert staying.longest_diameter_mm == pytest.approx(np.hypot(30, 6), abs=1)
    assert staying.longest_diameter_mm < leaving.longest_diameter_mm


def test_a_ring_with_a_cavity():
    outer, inner = ball((50, 50, 5), (25, 25, 2), 15), ball((50, 50, 5), (25, 25, 2), 9)
    mask = outer & ~inner
    mask[..., [0, 1, 3, 4]] = False
    around, within = whole(mask), whole(mask, INSIDE)
    assert around.longest_diameter_mm == pytest.approx(30, abs=0.6)
    assert around.longest.leaves_lesion
    assert len(around.outline_lps_mm) == 2
    assert within.longest_diameter_mm == pytest.approx(2 * np.sqrt(15**2 - 9**2), abs=1.5)
    assert not within.longest.leaves_lesion
    assert around.volume_ml == pytest.approx(mask.sum() / 1000)


@pytest.mark.parametrize("diameter", [3, 4, 5, 6, 8, 10])
def test_small_lesions_are_not_erased(diameter):
    rng = np.random.default_rng(diameter)
    errors = []
    for _ in range(40):
        mask = ball((20, 20, 20), tuple(10 + rng.uniform(-0.5, 0.5, 3)), diameter / 2)
        found = whole(mask)
        assert found.surface_mm2 > 0
        errors.append(found.longest_diameter_mm / diameter - 1)
    assert abs(np.mean(errors)) < (0.1 if diameter == 3 else 0.06)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_lesion_on_the_border_is_measured_and_flagged(axis):
    mask = ball((40, 40, 40), (20, 20, 20), 10)
    cut = np.take(mask, range(20, 40), axis=axis)
    found = whole(cut)
    assert Code.BORDER in found.flags
    assert found.longest_diameter_mm == pytest.approx(20, abs=0.7)
    assert found.perpendicular_mm == pytest.approx(10.5, abs=0.7)
    assert Code.BORDER not in whole(mask).flags


def test_few_voxels():
    single, two, line = (np.zeros((9, 9, 9), dtype=bool) for _ in range(3))
    single[4, 4, 4] = True
    two[4:6, 4, 4] = True
    line[1:8, 4, 4] = True
    lengths = [whole(m).longest_diameter_mm for m in (single, two, line)]
    assert lengths[0] == pytest.approx(2 / np.sqrt(np.pi), abs=0.15)
    assert lengths[1] == pytest.approx(2.1, abs=0.3)
    assert lengths[2] == pytest.approx(7, abs=1)
    for mask in (single, two, line):
        found = whole(mask)
        assert Code.TOO_SMALL in found.flags
        assert found.volume_ml == pytest.approx(mask.sum() / 1000)
        assert found.perpendicular_mm > 0.3
        assert found.surface_mm2 > 0


def test_a_line_along_the_slices():
    mask = np.zeros((9, 9, 12), dtype=bool)
    mask[4, 4, 1:11] = True
    found = whole(mask, spacing=(1, 1, 2))
    assert found.diameter_3d_mm == pytest.approx(20, abs=0.2)
    assert found.longest_diameter_mm < 1.5


def test_a_single_slice_and_a_full_grid():
    single = whole(flat((40, 40), (10, 30, 15, 25)))
    assert single.slice == 2
    assert single.longest_diameter_mm == pytest.approx(np.hypot(20, 10), abs=1.5)
    full = whole(np.ones((6, 6, 6), dtype=bool))
    assert Code.BORDER in full.flags
    assert full.volume_ml == pytest.approx(0.216)


def test_lengths_follow_rotation_and_mirroring_of_the_grid():
    mask = ball((30, 30, 12), (15, 15, 6), 9)
    turned = np.eye(4)
    turned[:3, :3] = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, -1]])
    turned[:3, 3] = (100, -50, 20)
    segment = Segment.from_mask(1, "t", Compartment.WHOLE, mask)
    there = measure(Segmentation(Geometry(mask.shape, turned), (segment,)), ANY).lesions[0].whole
    here = whole(mask)
    for name in ("longest_diameter_mm", "perpendicular_mm", "volume_ml", "surface_mm2", "diameter_3d_mm"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=1e-9)
    moved = Geometry(mask.shape, turned).to_world(here.centroid_lps_mm)
    assert there.centroid_lps_mm == pytest.approx(moved.tolist())
    for line in (there.longest, there.perpendicular, there.diameter_3d):
        assert np.linalg.norm(np.subtract(line.start_lps_mm, line.end_lps_mm)) == pytest.approx(
            line.length_mm
        )
    low, high = there.box_lps_mm
    assert all((there.outline_lps_mm[0] >= np.array(low) - 1).tolist()[0])
    assert high[2] - low[2] == pytest.approx(12)


def test_the_perpendicular_is_perpendicular():
    rng = np.random.default_rng(2)
    mask = ball((40, 40, 12), (20, 20, 6), 9) | ball((40, 40, 12), (26, 23, 6), 7)
    mask &= rng.random(mask.shape) < 0.97
    for settings in (ANY, INSIDE):
        found = measure(segmentation(mask), settings).lesions[0].whole
        u = np.subtract(found.longest.end_lps_mm, found.longest.start_lps_mm)
        v = np.subtract(found.perpendicular.end_lps_mm, found.perpendicular.start_lps_mm)
        assert abs(u @ v) < 1e-6
        assert found.perpendicular_mm <= found.longest_diameter_mm + 1e-9
        assert u[2] == v[2] == 0
