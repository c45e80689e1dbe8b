"""Regions measured as drawn: laws between compartments, and shapes with a known area."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, Segment, Segmentation
from oncometry.io.structure_grid import fill_region
from oncometry.measurement import MeasurementSettings, lesion_masks, measure

C = Compartment
GRID = Geometry.from_parts((128, 128, 20), (1, 1, 3))
CORNERS = 90


def circle(radius, center, level, wave=0.0):
    t = np.arange(CORNERS) * 2 * np.pi / CORNERS
    r = radius * (1 + wave * np.cos(3 * t))
    return np.column_stack(
        [center[0] + r * np.cos(t), center[1] + r * np.sin(t), np.full(CORNERS, 3.0 * level)]
    )


def tube(radius, center, levels, wave=0.0):
    return [circle(radius, center, k, wave) for k in levels]


def area(radius):
    return radius**2 * CORNERS / 2 * np.sin(2 * np.pi / CORNERS)


def drawn(*rois):
    """From (compartment, contours): filled as an RTSTRUCT is."""
    segments = []
    for number, (compartment, contours) in enumerate(rois, 1):
        region = fill_region(contours, GRID, "roi")
        segments.append(
            Segment(number, f"roi {number}", compartment, region.start, region.mask, contours=region.contours)
        )
    return Segmentation(GRID, tuple(segments))


def test_nested_regions_of_the_whole_are_their_union():
    outer, inner = tube(10, (50, 50), range(3, 10)), tube(6.1, (50, 50), range(4, 9))
    (alone,) = measure(drawn((C.WHOLE, outer))).lesions
    (both,) = measure(drawn((C.WHOLE, outer), (C.WHOLE, inner))).lesions
    assert both.whole.label == "1+2"
    assert both.whole.source == "contours"
    assert both.whole.volume_ml == pytest.approx(area(10) * 21 / 1000, rel=1e-5)
    assert both.whole.longest_diameter_mm == pytest.approx(alone.whole.longest_diameter_mm, abs=1e-4)
    assert not both.whole.longest.leaves_lesion
    assert len(both.whole.outline_lps_mm) == 1


def test_overlapping_regions_are_their_union():
    apart = 12.0
    one, two = tube(10, (50, 50), range(3, 10)), tube(10, (50 + apart, 50), range(3, 10))
    (lesion,) = measure(drawn((C.WHOLE, one), (C.WHOLE, two))).lesions
    lens = 2 * 100 * np.arccos(apart / 20) - apart / 2 * np.sqrt(400 - apart**2)
    assert lesion.whole.volume_ml == pytest.approx((2 * np.pi * 100 - lens) * 21 / 1000, rel=0.002)
    assert lesion.whole.longest_diameter_mm == pytest.approx(20 + apart, rel=1e-3)


def test_a_part_is_nowhere_larger_than_the_whole():
    rng = np.random.default_rng(4)
    for _ in range(15):
        radius = rng.uniform(4, 14, 3)
        first = rng.integers(2, 8, 3)
        rois = [
            (part, tube(r, 50 + rng.uniform(-2, 2, 2), range(k, k + int(rng.integers(2, 9))), 0.1))
            for part, r, k in zip((C.ENHANCING, C.NECROSIS, C.EDEMA), radius, first, strict=True)
        ]
        for lesion in measure(drawn(*rois)).lesions:
            by = {m.compartment: m for m in lesion.measurements}
            assert {m.source for m in lesion.measurements} == {"contours"}
            for holder, parts in ((C.WHOLE, (C.CORE, C.EDEMA)), (C.CORE, (C.ENHANCING, C.NECROSIS))):
                for part in (p for p in parts if p in by and holder in by):
                    assert by[part].longest_diameter_mm <= by[holder].longest_diameter_mm + 1e-6
                    assert by[part].volume_ml <= by[holder].volume_ml + 1e-9


def test_a_part_drawn_on_every_second_slice_stands_for_all_of_them():
    edema, core = tube(12, (50, 50), range(2, 13)), tube(6, (50, 50), (4, 6, 8, 10))
    (lesion,) = measure(drawn((C.EDEMA, edema), (C.ENHANCING, core))).lesions
    by = {m.compartment: m for m in lesion.measurements}
    assert by[C.CORE].volume_ml == pytest.approx(area(6) * 24 / 1000, rel=1e-5)
    assert by[C.WHOLE].volume_ml == pytest.approx(area(12) * 33 / 1000, rel=1e-5)


def test_one_region_of_two_metastases_is_two_lesions():
    seg = drawn((C.WHOLE, tube(10, (30, 40), range(3, 10)) + tube(6, (90, 100), range(3, 10))))
    found = measure(seg)
    assert [m.whole.longest_diameter_mm for m in found.lesions] == pytest.approx([20, 12], abs=0.02)
    assert [m.whole.volume_ml for m in found.lesions] == pytest.approx(
        [area(10) * 0.021, area(6) * 0.021], rel=1e-5
    )
    assert [r[C.WHOLE].voxels for r in lesion_masks(seg)] == [m.whole.voxels for m in found.lesions]


def test_a_neck_thinner_than_a_voxel_holds_a_lesion_together():
    dumbbell = []
    for k in range(4, 9):
        t = np.linspace(0.01, 2 * np.pi - 0.01, 60)
        left = np.column_stack([40 + 8 * np.cos(t), 50.5 + 8 * np.sin(t)])
        right = np.column_stack([70 - 8 * np.cos(t), 50.5 - 8 * np.sin(t)])
        flat = np.concatenate([left, right])
        dumbbell.append(np.column_stack([flat, np.full(len(flat), 3.0 * k)]))
    seg = drawn((C.WHOLE, dumbbell))
    (lesion,) = measure(seg, MeasurementSettings(join_mm=0)).lesions
    assert lesion.whole.longest_diameter_mm == pytest.approx(46, abs=0.1)


def test_what_is_too_small_for_a_voxel_is_said():
    big, tiny = tube(10, (50, 50), range(3, 10)), tube(0.4, (90.5, 90.5), range(3, 6))
    settings = MeasurementSettings(minimum_volume_ml=0)
    for rois in ([(C.WHOLE, tiny)], [(C.WHOLE, big), (C.WHOLE, tiny)]):
        found = measure(drawn(*rois), settings)
        assert len(found.lesions) == len(rois) - 1
        (part,) = found.small_parts
        assert part.voxels == 0
        assert part.volume_ml == pytest.approx(area(0.4) * 9 / 1000, rel=1e-3)
        assert part.centroid_lps_mm == pytest.approx((90.5, 90.5, 12), abs=1e-3)
        assert [n.code for n in found.notices] == [Code.TOO_SMALL]


def test_a_tiny_part_within_a_lesion_is_said():
    big, tiny = tube(10, (50, 50), range(3, 10)), tube(0.4, (50.5, 50.5), range(3, 6))
    found = measure(drawn((C.EDEMA, big), (C.ENHANCING, tiny)))
    assert len(found.lesions) == 1
    assert found.small_parts == ()
    assert "enhancing" in found.notices[0].what
    assert not any(m.absent for m in found.lesions[0].measurements)


def test_organs_as_drawn():
    found = measure(
        drawn((C.OTHER, tube(9, (30, 30), range(3, 6))), (C.OTHER, tube(5, (80, 80), range(3, 6))))
    )
    assert [m.whole.source for m in found.lesions] == ["contours", "contours"]
    assert found.lesions[0].whole.volume_ml == pytest.approx(area(9) * 9 / 1000, rel=1e-5)
