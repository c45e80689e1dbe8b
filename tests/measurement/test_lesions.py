"""Which voxels are which lesion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, Notice, Segment, Segmentation
from oncometry.measurement import MeasurementSettings, joined_components, lesion_masks, measure, region

from .phantoms import ball, grid, segmentation

C = Compartment
SHAPE = (50, 40, 30)


def labeled(*parts, spacing=(1, 1, 1)):
    """Segments from (compartment, mask) or (compartment, mask, uid)."""
    segments = tuple(
        Segment.from_mask(n, c.value, c, np.asfortranarray(m), tracking_uid=u[0] if u else None)
        for n, (c, m, *u) in enumerate(parts, 1)
    )
    return Segmentation(Geometry.from_parts(SHAPE, spacing), segments)


@pytest.mark.parametrize(
    ("empty", "join_mm", "lesions"), [(1, 2, 1), (2, 2, 2), (2, 2.1, 1), (1, 0, 2), (0, 0, 1)]
)
def test_parts_less_than_the_stated_gap_apart_are_one(empty, join_mm, lesions):
    mask = np.zeros(SHAPE, dtype=bool)
    mask[10:15, 10:20, 10:20] = True
    mask[15 + empty : 22, 10:20, 10:20] = True
    found = measure(segmentation(mask), MeasurementSettings(join_mm=join_mm))
    assert len(found.lesions) == lesions


def test_the_gap_is_true_distance_on_oblong_voxels():
    mask = np.zeros((20, 20, 10), dtype=bool)
    mask[5:10, 5:10, 2], mask[5:10, 5:10, 4] = True, True
    assert joined_components(mask, grid(mask.shape, (1, 1, 5)), 4.9)[1] == 2
    assert joined_components(mask, grid(mask.shape, (1, 1, 5)), 5.1)[1] == 1
    assert joined_components(mask, grid(mask.shape, (1, 1, 1)), 2)[1] == 1


def test_lesions_are_numbered_by_size_and_small_parts_counted():
    mask = ball(SHAPE, (10, 10, 10), 4) | ball(SHAPE, (30, 20, 15), 7)
    mask[45, 35, 25] = mask[1, 38, 28] = True
    found = measure(segmentation(mask))
    assert [lesion.number for lesion in found.lesions] == [1, 2]
    assert found.lesions[0].whole.volume_ml > found.lesions[1].whole.volume_ml
    assert [p.voxels for p in found.small_parts] == [1, 1]
    assert sorted(p.centroid_lps_mm for p in found.small_parts) == [(1, 38, 28), (45, 35, 25)]
    voxels = sum(x.whole.voxels for x in found.lesions) + sum(p.voxels for p in found.small_parts)
    assert voxels == mask.sum()


def test_compartments_are_measured_within_the_lesion():
    whole, core, dead = (ball(SHAPE, (20, 20, 15), r) for r in (12, 8, 4))
    other = ball(SHAPE, (42, 10, 15), 5)
    seg = labeled((C.EDEMA, (whole & ~core) | other), (C.NECROSIS, dead), (C.ENHANCING, core & ~dead))
    one, two = measure(seg).lesions
    by = {m.compartment: m for m in one.measurements}
    assert list(by) == [C.WHOLE, C.CORE, C.ENHANCING, C.NECROSIS, C.EDEMA]
    assert [by[c].label for c in by] == ["1+2+3", "2+3", "3", "2", "1"]
    assert by[C.WHOLE].voxels == whole.sum()
    assert by[C.CORE].voxels == core.sum()
    assert by[C.ENHANCING].voxels == (core & ~dead).sum()
    assert by[C.EDEMA].voxels + by[C.CORE].voxels == by[C.WHOLE].voxels
    assert [m.compartment for m in two.measurements] == [C.WHOLE, C.EDEMA, C.CORE, C.ENHANCING]
    for gone in two.measurements[2:]:
        assert gone.absent
        assert (gone.volume_ml, gone.longest_diameter_mm, gone.product_mm2, gone.voxels) == (0, 0, 0, 0)
        assert (gone.centroid_lps_mm, gone.slice) == (None, None)


def test_a_binary_mask_has_only_the_whole():
    (lesion,) = measure(segmentation(ball(SHAPE, (20, 20, 15), 6))).lesions
    assert [m.compartment for m in lesion.measurements] == [C.WHOLE]


@pytest.mark.parametrize("fluid", [C.CYST, C.CAVITY])
def test_cyst_and_cavity_count_only_if_asked_for(fluid):
    outer, inner = ball(SHAPE, (20, 20, 15), 12), ball(SHAPE, (20, 20, 15), 6)
    seg = labeled((C.ENHANCING, outer & ~inner), (fluid, inner))
    out = measure(seg).lesions[0].whole
    into = measure(seg, MeasurementSettings(cavity="in")).lesions[0].whole
    assert out.voxels == (outer & ~inner).sum()
    assert into.voxels == outer.sum()
    assert out.longest_diameter_mm == pytest.approx(into.longest_diameter_mm, rel=0.01)


def test_a_cyst_holds_a_lesion_together_and_a_cavity_does_not():
    left, right = ball(SHAPE, (10, 20, 15), 5), ball(SHAPE, (34, 20, 15), 5)
    between = np.zeros(SHAPE, dtype=bool)
    between[14:31, 17:24, 12:19] = True
    between &= ~(left | right)
    assert len(measure(labeled((C.ENHANCING, left | right), (C.CYST, between))).lesions) == 1
    apart = labeled((C.ENHANCING, left | right), (C.CAVITY, between))
    assert len(measure(apart).lesions) == 2
    assert len(measure(apart, MeasurementSettings(cavity="in")).lesions) == 1


def test_organs_are_measured_each_by_itself():
    seg = labeled(
        (C.OTHER, ball(SHAPE, (10, 10, 10), 4) | ball(SHAPE, (30, 10, 10), 4)),
        (C.OTHER, ball(SHAPE, (20, 28, 15), 7)),
    )
    found = measure(seg).lesions
    assert [x.whole.compartment for x in found] == [C.OTHER, C.OTHER]
    assert [x.whole.label for x in found] == ["2", "1"]


def test_an_empty_mask_says_so():
    found = measure(segmentation(np.zeros(SHAPE, dtype=bool)))
    assert found.lesions == ()
    assert found.notices[0].code is Code.MASK_EMPTY
    assert "1 (tumor)" in found.notices[0].what


@pytest.mark.parametrize("compartment", [C.WHOLE, C.OTHER])
def test_contours_that_enclose_nothing_are_an_empty_mask(compartment):
    line = np.array([[10.2, 10.2, 3], [20.2, 10.2, 3], [30.2, 10.2, 3]])
    none = np.zeros((0, 0, 0), dtype=bool)
    segment = Segment(1, "flat", compartment, (0, 0, 0), none, contours=(line,))
    found = measure(Segmentation(Geometry.from_parts(SHAPE, (1, 1, 3)), (segment,)))
    assert found.lesions == found.small_parts == ()
    assert [n.code for n in found.notices] == [Code.MASK_EMPTY]
    assert "1 (flat)" in found.notices[0].what


def test_a_scheme_tells_which_parts_could_be_there():
    seg = replace(labeled((C.EDEMA, ball(SHAPE, (20, 20, 15), 8))), scheme="brats-2023")
    (lesion,) = measure(seg).lesions
    assert [m.compartment for m in lesion.measurements if m.absent] == [C.CORE, C.ENHANCING]
    (plain,) = measure(replace(seg, scheme="binary")).lesions
    assert not any(m.absent for m in plain.measurements)


@pytest.mark.parametrize("degrees", range(0, 90, 6))
def test_rounding_of_the_affine_joins_nothing(degrees):
    mask = np.zeros((30, 16, 16), dtype=bool)
    mask[5:12, 4:11, 4:11] = mask[14:21, 4:11, 4:11] = True
    angles = np.radians([degrees, degrees / 2, degrees / 3])
    turn = np.eye(3)
    for axis, angle in enumerate(angles):
        one = np.eye(3)
        u, v = (axis + 1) % 3, (axis + 2) % 3
        one[u, u] = one[v, v] = np.cos(angle)
        one[u, v], one[v, u] = -np.sin(angle), np.sin(angle)
        turn = one @ turn
    seg = replace(segmentation(mask), geometry=Geometry.from_parts(mask.shape, (1, 1, 1), direction=turn))
    assert len(measure(seg).lesions) == 2
    exact = MeasurementSettings(minimum_volume_ml=0.343)
    assert len(measure(seg, exact).lesions) == 2


def test_tracked_segments_are_lesions_even_where_they_touch():
    one, two = ball(SHAPE, (15, 20, 15), 7), ball(SHAPE, (27, 20, 15), 6)
    seg = labeled((C.WHOLE, one, "1.2.3"), (C.WHOLE, two, "1.2.4"))
    found = measure(seg).lesions
    assert [x.tracking_uid for x in found] == ["1.2.3", "1.2.4"]
    assert [x.whole.voxels for x in found] == [one.sum(), two.sum()]


def test_tracking_uids_of_tissues_do_not_part_a_lesion():
    whole, core = ball(SHAPE, (20, 20, 15), 10), ball(SHAPE, (20, 20, 15), 5)
    seg = labeled((C.EDEMA, whole & ~core, "1.1"), (C.ENHANCING, core, "1.2"))
    (lesion,) = measure(seg).lesions
    assert lesion.whole.voxels == whole.sum()
    assert lesion.tracking_uid is None


def test_edema_goes_to_the_tracked_core_it_adjoins():
    core, other = ball(SHAPE, (12, 20, 15), 5), ball(SHAPE, (36, 20, 15), 4)
    edema = ball(SHAPE, (12, 20, 15), 9) & ~core
    seg = labeled((C.ENHANCING, core, "1.1"), (C.ENHANCING, other, "1.2"), (C.EDEMA, edema))
    first, second = measure(seg).lesions
    assert first.tracking_uid == "1.1"
    assert first.whole.voxels == core.sum() + edema.sum()
    assert second.whole.voxels == other.sum()


def test_regions_are_what_was_measured():
    whole, core = ball(SHAPE, (20, 20, 15), 10), ball(SHAPE, (20, 20, 15), 5)
    seg = labeled((C.EDEMA, (whole & ~core) | ball(SHAPE, (42, 10, 15), 4)), (C.ENHANCING, core))
    found, regions = measure(seg), lesion_masks(seg)
    for lesion, parts in zip(found.lesions, regions, strict=True):
        there = [m for m in lesion.measurements if not m.absent]
        assert [m.compartment for m in there] == list(parts)
        for m in there:
            start, array = region(seg, lesion.number, m.compartment)
            assert np.count_nonzero(array) == m.voxels == parts[m.compartment].voxels
            center = np.argwhere(array).mean(axis=0) + start
            assert center.tolist() == pytest.approx(m.centroid_lps_mm)
    assert region(seg, 2, C.CORE)[1].size == 0
    with pytest.raises(IndexError, match="no lesion 3"):
        region(seg, 3, C.WHOLE)


def test_untrusted_spacing_is_flagged_on_every_number():
    notice = Notice(Code.SPACING_IMPLAUSIBLE, "a head 24 mm thick")
    found = measure(replace(segmentation(ball(SHAPE, (20, 20, 15), 6)), notices=(notice,)))
    row = found.lesions[0].whole.to_row()
    assert row["voxels"] > 0
    assert [
        row[name] for name in row if name.endswith(("_ml", "diameter_mm", "_mm2", "perpendicular_mm"))
    ] == ([None] * 5)
    assert Code.SPACING_IMPLAUSIBLE in found.lesions[0].whole.flags
