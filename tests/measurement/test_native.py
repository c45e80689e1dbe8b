"""The native kernels against their definitions, and against independent peers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oncometry import _native

from . import definitions

MASKS = arrays(np.uint8, st.tuples(*[st.integers(1, 6)] * 3), elements=st.integers(0, 1))
FLAT = arrays(
    np.uint8, st.tuples(st.just(1), st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 1)
)
UNIT = (1.0, 0.0, 0.0, 1.0)


def polygons_of(mask, sigma):
    points, starts, _ = _native.outlines(mask, None, sigma)
    return [points[a:b] for a, b in pairwise(starts)]


@settings(max_examples=100, deadline=None)
@given(MASKS)
def test_components_are_the_definition(mask):
    labels, count = _native.components(mask)
    expected, number = definitions.components(mask)
    assert count == number
    assert np.array_equal(labels, expected)


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.uint8, (4, 5, 6), elements=st.sampled_from((0, 0, 0, 0, 0, 1))),
    st.tuples(*[st.sampled_from((0.5, 1.0, 2.5))] * 3),
    st.sampled_from((0.4, 1.0, 1.5, 3.0)),
)
def test_joining_is_the_definition(mask, spacing, gap_mm):
    labels, count = _native.components(mask)
    found, number = _native.join(labels, count, spacing, gap_mm)
    parts = {frozenset(map(tuple, np.argwhere(found == n + 1).tolist())) for n in range(number)}
    assert parts == definitions.joined(labels, count, spacing[::-1], gap_mm)


def test_components_are_those_of_a_peer():
    cc3d = pytest.importorskip("cc3d")
    mask = np.random.default_rng(1).random((40, 50, 60)) < 0.08
    labels, count = _native.components(mask.view(np.uint8))
    peer = cc3d.connected_components(mask, connectivity=26)
    assert count == peer.max()
    assert len(np.unique(np.stack([labels[mask], peer[mask]]), axis=1).T) == count


@settings(max_examples=100, deadline=None)
@given(FLAT)
def test_the_bare_outline_has_the_defined_area(mask):
    areas = _native.region_slices(mask, None, UNIT, 0.0, False, 0.5)[1]
    assert areas.sum() == pytest.approx(definitions.bare_area(mask[0]))


@settings(max_examples=100, deadline=None)
@given(FLAT, st.sampled_from((0.0, 1.0, 2.5)))
def test_lines_of_an_outline_are_the_definition(mask, sigma):
    _, areas, lengths, ends, leaves = _native.region_slices(mask, None, UNIT, sigma, False, 0.5)
    if not mask.any():
        assert len(areas) == 0
        return
    polygons = polygons_of(mask, sigma)
    assert lengths[0, 0] == pytest.approx(definitions.longest(np.concatenate(polygons)), abs=1e-9)
    direction = (ends[0, 0, 1] - ends[0, 0, 0]) / lengths[0, 0]
    assert lengths[0, 1] == pytest.approx(definitions.perpendicular(polygons, direction), abs=1e-6)
    assert abs((ends[0, 1, 1] - ends[0, 1, 0]) @ direction) < 1e-9
    for line, left in zip(ends[0], leaves[0], strict=True):
        out = definitions.outside_length(polygons, *line, steps=400)
        assert left == (out > 0.5) or abs(out - 0.5) < 0.05


@settings(max_examples=60, deadline=None)
@given(FLAT)
def test_an_outline_moves_no_point_further_than_half_a_pixel(mask):
    for bare, smooth in zip(polygons_of(mask, 0.0), polygons_of(mask, 2.5), strict=True):
        steps = np.linspace(0, 1, 20, endpoint=False)[:, None, None]
        dense = (bare + steps * (np.roll(bare, -1, axis=0) - bare)).reshape(-1, 2)
        gaps = np.linalg.norm(smooth[:, None] - dense[None], axis=-1).min(axis=1)
        assert gaps.max() <= 0.5 + 0.05


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 60), st.just(3)), elements=st.floats(-50, 50)))
def test_the_furthest_pair_is_the_definition(points):
    a, b = _native.furthest_pair(points, 5.0)
    assert np.linalg.norm(points[a] - points[b]) == pytest.approx(definitions.longest(points), abs=1e-9)


def test_a_hull_diameter_is_that_of_a_peer():
    spatial = pytest.importorskip("scipy.spatial")
    rng = np.random.default_rng(3)
    for _ in range(50):
        points = rng.normal(size=(200, 2)) * rng.uniform(1, 20, 2)
        lengths = _native.polygon_diameters(points, [0, 200], False, 1.0)[2]
        hull = points[spatial.ConvexHull(points).vertices]
        assert lengths[0, 0] == pytest.approx(definitions.longest(hull), rel=1e-12)


def test_the_surface_encloses_the_voxels():
    rng = np.random.default_rng(5)
    mask = np.zeros((20, 22, 24), dtype=np.uint8)
    mask[4:16, 5:17, 6:18] = rng.random((12, 12, 12)) < 0.9
    columns = ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))
    area, voxels = _native.surface(mask, None, columns, (1.0, 1.0, 1.0))
    assert voxels == pytest.approx(mask.sum(), rel=1e-3)
    doubled = _native.surface(
        mask, None, tuple(tuple(2 * c for c in row) for row in columns), (1.0, 1.0, 1.0)
    )
    assert doubled[0] == pytest.approx(4 * area)


def test_a_smooth_field_has_the_surface_of_a_peer():
    measure = pytest.importorskip("skimage.measure")
    k, j, i = np.indices((30, 32, 34))
    distance = np.sqrt((i - 16.3) ** 2 + (j - 15.1) ** 2 + (k - 14.6) ** 2)
    field = np.clip(0.5 + (10 - distance) / 4, 0, 1).astype(np.float32)
    mask = (field >= 0.5).astype(np.uint8)
    columns = ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))
    area, voxels = _native.surface(mask, field, columns, (1.0, 1.0, 1.0))
    vertices, faces, *_ = measure.marching_cubes(field, 0.5)
    assert area == pytest.approx(measure.mesh_surface_area(vertices, faces), rel=0.01)
    assert area == pytest.approx(4 * np.pi * 100, rel=0.01)
    assert voxels == pytest.approx(4 / 3 * np.pi * 1000, rel=0.01)


def test_arrays_that_do_not_fit_are_refused():
    mask = np.ones((2, 3, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match="shape"):
        _native.region_slices(mask, np.zeros((2, 3, 3), np.float32), UNIT, 1.0, False, 0.5)
    with pytest.raises(ValueError, match="starts"):
        _native.polygon_diameters(np.zeros((3, 2)), [0, 2], False, 0.5)
    with pytest.raises(TypeError):
        _native.components(mask.astype(np.int16))
