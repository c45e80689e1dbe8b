"""Filling by pixel center against independent definitions, and volumes against formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline

from oncometry.core import Code, CorruptInputError, Geometry, GeometryError
from oncometry.core.polygons import area, even_odd
from oncometry.io.contours import (
    contour_planes,
    fill,
    fill_plane,
    stack_volume_mm3,
)
from oncometry.io.structure_grid import covering_grid, fill_region, own_grid

GRID = Geometry.from_parts((80, 80, 12), (1.0, 1.0, 3.0))


def circle(
    radius: float, z: float, center: tuple[float, float] = (40.3, 39.6), points: int = 360
) -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.column_stack(
        [center[0] + radius * np.cos(t), center[1] + radius * np.sin(t), np.full(points, z)]
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 12))
def test_any_polygon_fills_as_its_definition(seed: int, corners: int) -> None:
    """Self-crossing polygons too: a center is inside if a ray from it crosses an odd number of edges."""
    polygon = np.random.default_rng(seed).uniform(-2, 22, (corners, 2))
    filled = fill_plane([polygon], (0, 0, 0), (20, 18, 1))
    a, b = polygon, np.roll(polygon, -1, axis=0)
    for i in range(20):
        for j in range(18):
            cut = (a[:, 1] <= j) != (b[:, 1] <= j)
            at = a[cut, 0] + (j - a[cut, 1]) / (b[cut, 1] - a[cut, 1]) * (b[cut, 0] - a[cut, 0])
            assert filled[i, j] == (np.count_nonzero(at > i) % 2 == 1)


def test_agrees_with_matplotlib_on_a_simple_outline() -> None:
    polygon = circle(11.37, 0.0)[:, :2]
    filled = fill_plane([polygon], (0, 0, 0), (80, 80, 1))
    centers = np.stack(np.meshgrid(np.arange(80), np.arange(80), indexing="ij"), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(filled.ravel(), Outline(polygon).contains_points(centers))


@pytest.mark.parametrize("style", ["separate", "keyhole"])
def test_hole(style: str) -> None:
    outer, inner = circle(20, 0)[:, :2], circle(8, 0)[:, :2]
    keyhole = np.concatenate([outer, outer[:1], inner[::-1], inner[-1:]])
    polygons = [outer, inner] if style == "separate" else [keyhole]
    expected = 360 / 2 * np.sin(2 * np.pi / 360) * (20**2 - 8**2)
    assert area(even_odd(polygons)) == pytest.approx(expected, rel=1e-6)
    filled = fill_plane(polygons, (0, 0, 0), (80, 80, 1))
    assert not filled[40, 40]
    assert filled[40, 25]
    assert filled.sum() == pytest.approx(expected, rel=0.01)


def test_shared_edge_is_counted_once() -> None:
    """Two squares that meet along pixel centers: no center twice, none lost."""
    left = np.array([[2.0, 2], [5, 2], [5, 8], [2, 8]])
    right = np.array([[5.0, 2], [9, 2], [9, 8], [5, 8]])
    both = fill_plane([left, right], (0, 0, 0), (12, 12, 1))
    assert both.sum() == 7 * 6 == fill_plane([left], (0, 0, 0), (12, 12, 1)).sum() + 4 * 6


def test_contour_on_the_edge_of_the_image() -> None:
    square = np.array([[-0.5, -0.5], [79.5, -0.5], [79.5, 79.5], [-0.5, 79.5]])
    assert fill_plane([square], (0, 0, 0), (80, 80, 1)).all()


def test_sphere_volume() -> None:
    heights = np.arange(3.0, 33, 3)
    contours = [circle(np.sqrt(13**2 - (z - 16.5) ** 2), z) for z in heights if abs(z - 16.5) < 13]
    planes = contour_planes(contours, GRID)
    assert stack_volume_mm3(planes, GRID) == pytest.approx(4 / 3 * np.pi * 13**3, rel=0.02)
    assert fill(planes, (0, 0, 0), GRID.shape).sum() * 3 == pytest.approx(4 / 3 * np.pi * 13**3, rel=0.02)


@pytest.mark.parametrize("offset", [0.0, 0.02, -0.02, 1.4])
def test_off_plane_contours_take_the_nearest_slice(offset: float) -> None:
    region = fill_region([circle(9, z + offset) for z in (6.0, 9.0, 12.0)], GRID, "GTV")
    slices = np.flatnonzero(region.mask.any(axis=(0, 1))) + region.start[2]
    assert slices.tolist() == [2, 3, 4]
    assert [n.code for n in region.notices] == ([Code.CONTOURS_OFF_PLANE] if offset else [])


def test_sparse_contours_fill_between() -> None:
    region = fill_region([circle(9, z) for z in (6.0, 12.0, 18.0, 24.0)], GRID, "GTV")
    assert region.mask.any(axis=(0, 1)).sum() == 8
    assert any("apart" in n.what for n in region.notices)


def test_a_gap_is_left_empty_and_said() -> None:
    region = fill_region([circle(9, z) for z in (3.0, 6.0, 9.0, 15.0, 18.0)], GRID, "GTV")
    assert region.mask.any(axis=(0, 1)).sum() == 5
    assert [n.code for n in region.notices] == [Code.SLICE_MISSING]


@pytest.mark.parametrize("heights", [(9.0, 30.0), (3.0, 33.0), (9.0, 21.0, 33.0)])
@pytest.mark.parametrize("beside", [0.0, 20.0])
def test_slices_between_lesions_stay_empty(heights: tuple[float, ...], beside: float) -> None:
    """Lesions of one slice each, above or beside one another: each is one slice thick."""
    contours = [circle(6, z, (20.3 + n * beside, 39.6)) for n, z in enumerate(heights)]
    assert covering_grid([contours], GRID) is GRID
    region = fill_region(contours, GRID, "GTV")
    slices = np.flatnonzero(region.mask.any(axis=(0, 1))) + region.start[2]
    assert slices.tolist() == [z / 3 for z in heights]
    volume = stack_volume_mm3(contour_planes(contours, GRID), GRID)
    assert volume == pytest.approx(len(heights) * 3 * np.pi * 36, rel=1e-3)


def test_each_island_has_its_own_interval() -> None:
    """One drawn on every slice, one beside it on every second: both are whole."""
    every = [circle(6, z, (20.0, 20.0)) for z in np.arange(3.0, 25, 3)]
    second = [circle(6, z, (60.0, 60.0)) for z in np.arange(3.0, 25, 6)]
    mask = fill_region([*every, *second], GRID, "GTV").mask
    half = mask.shape[0] // 2
    assert mask[:half].any(axis=(0, 1)).sum() == mask[half:].any(axis=(0, 1)).sum() == 8


def test_coarse_pixels_are_said_wrong_volume_is_refused() -> None:
    rough = Geometry.from_parts((20, 20, 12), (4.0, 4.0, 3.0))
    square = np.array([[10.1, 10.1, 0], [21.9, 10.1, 0], [21.9, 21.9, 0], [10.1, 21.9, 0]])
    contours = [square + np.array([0, 0, z]) for z in np.arange(3.0, 30, 3)]
    codes = {n.code for n in fill_region(contours, rough, "GTV").notices}
    assert Code.CONTOUR_VOLUME in codes
    short = Geometry.from_parts((80, 80, 5), (1.0, 1.0, 3.0))
    with pytest.raises(CorruptInputError) as caught:
        fill_region([circle(12, z) for z in np.arange(3.0, 30, 3)], short, "GTV")
    assert caught.value.code is Code.CONTOUR_VOLUME


def test_grid_extends_to_hold_all_contours() -> None:
    contours = [circle(12, z, (3.3, 39.6)) for z in np.arange(-6.0, 30, 3)]
    grid = covering_grid([contours], GRID)
    assert grid.shape[2] == GRID.shape[2] + 2
    np.testing.assert_allclose(GRID.to_index(grid.to_world((0, 0, 0))) % 1, 0, atol=1e-9)
    region = fill_region(contours, grid, "GTV")
    assert region.mask.sum() * 3 == pytest.approx(12 * 3 * np.pi * 144, rel=0.02)


def test_elsewhere_and_other_orientation_are_refused() -> None:
    with pytest.raises(GeometryError) as elsewhere:
        covering_grid([[circle(9, 300)]], GRID)
    assert elsewhere.value.code is Code.GEOMETRY_MISMATCH
    assert "voxels of" in str(elsewhere.value)
    sagittal = circle(9, 0)[:, [2, 0, 1]] + [40, 0, -22]
    with pytest.raises(GeometryError):
        contour_planes([sagittal], GRID)


def test_own_grid_holds_the_volume_in_any_orientation() -> None:
    rng = np.random.default_rng(4)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    contours = [circle(12, z) @ turn.T for z in np.arange(0, 30, 3.0)]
    grid = own_grid(contours, "1.2.3")
    assert grid.frame_of_reference_uid == "1.2.3"
    region = fill_region(contours, grid, "GTV")
    assert region.mask.sum() * grid.voxel_volume_mm3 == pytest.approx(30 * np.pi * 144, rel=0.01)


def test_one_plane_has_no_thickness() -> None:
    with pytest.raises(GeometryError) as caught:
        own_grid([circle(9, 3)], None)
    assert caught.value.code is Code.GEOMETRY_MISSING


def test_far_planes_alone_have_no_thickness() -> None:
    with pytest.raises(GeometryError) as caught:
        own_grid([circle(9, 9), circle(9, 45)], None)
    assert caught.value.code is Code.GEOMETRY_MISSING
    assert own_grid([circle(9, 9), circle(9, 12), circle(9, 45)], None).spacing_mm[2] == pytest.approx(3)


def test_single_plane_stands_for_one_slice() -> None:
    (plane,) = contour_planes([circle(9, 12)], GRID)
    assert (plane.level, plane.low, plane.high) == (4.0, 3.5, 4.5)
    assert fill([plane], (0, 0, 0), GRID.shape).any(axis=(0, 1)).sum() == 1
