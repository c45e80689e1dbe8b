"""The surface of marching cubes and its diameters, against their definitions and other programs."""

from __future__ import annotations

import csv
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.spatial import ConvexHull

from oncometry import _native
from oncometry.features.definition.surface import largest_distances, outline, surface, vertices

from .regions import REFERENCE
from .shapes import ball, small_masks, spacings

CORNERS = ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))
ENDS = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))
FEW = settings(max_examples=30)


@pytest.mark.parametrize("closed", [True, False])
@FEW
@given(mask=small_masks(), spacing=spacings)
def test_area_and_volume_are_those_of_the_definition(mask, spacing, closed):
    found = _native.marching_cubes(mask, spacing, closed)
    np.testing.assert_allclose(found, surface(mask, spacing, closed), rtol=1e-9, atol=1e-9)


@FEW
@given(mask=small_masks(), spacing=spacings)
def test_diameters_are_those_of_the_definition(mask, spacing):
    found = (_native.largest_diameter(mask, spacing), *_native.plane_diameters(mask, spacing))
    np.testing.assert_allclose(found, largest_distances(vertices(mask, spacing)), rtol=1e-9)


@FEW
@given(mask=small_masks(), spacing=spacings)
def test_the_outline_of_a_slice_is_that_of_the_definition(mask, spacing):
    found = _native.marching_squares(mask[:1].copy(), spacing[:2])
    np.testing.assert_allclose(found, outline(mask[0], spacing[:2]), rtol=1e-9, atol=1e-9)


@given(mask=small_masks())
def test_moments_are_those_of_the_voxels_one_by_one(mask):
    places = np.argwhere(mask)[:, ::-1]  # i, j, k
    covariance = np.atleast_2d(np.cov(places.T, bias=True))
    pairs = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
    expected = (len(places), *places.mean(axis=0), *(covariance[pair] for pair in pairs))
    np.testing.assert_allclose(_native.voxel_moments(mask), expected, atol=1e-12)


@FEW
@given(mask=small_masks(), spacing=spacings)
def test_the_hull_of_a_few_voxels_is_the_hull_of_all_vertices(mask, spacing):
    moves = np.vstack((np.eye(3), -np.eye(3))) / 2
    few = (_native.hull_candidates(mask)[:, None] + moves).reshape(-1, 3) * spacing
    every = np.array(vertices(mask, spacing))
    found, expected = ConvexHull(few), ConvexHull(every)
    assert found.volume == pytest.approx(expected.volume)
    assert found.area == pytest.approx(expected.area)


@FEW
@given(mask=small_masks())
def test_a_closed_surface_has_an_edge_from_two_sides(mask):
    """Each edge of a triangle is run along as often one way as the other."""
    padded = np.pad(mask, 1)
    balance: dict[object, int] = {}
    for at in product(*(range(size - 1) for size in padded.shape)):
        bits = sum(int(padded[tuple(np.add(at, corner))]) << c for c, corner in enumerate(CORNERS))
        edges = _native.cube_triangles(bits, True)
        middles = [
            tuple(2 * np.array(at) + CORNERS[ENDS[e][0]] + np.array(CORNERS[ENDS[e][1]])) for e in edges
        ]
        for first in range(0, len(edges), 3):
            a, b, c = middles[first : first + 3]
            for p, q in ((a, b), (b, c), (c, a)):
                balance[p, q] = balance.get((p, q), 0) + 1
                balance[q, p] = balance.get((q, p), 0) - 1
    assert not any(balance.values())


def test_each_cube_of_pyradiomics():
    """Area and volume that PyRadiomics 3.0.1 gives for each of the 256 configurations alone."""
    with (REFERENCE / "pyradiomics_cubes.csv").open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(rows) == 256
    corners = np.array(CORNERS) * (1.3, 1.0, 0.7)
    for row in rows:
        area = volume = 0.0
        edges = _native.cube_triangles(int(row["configuration"]), False)
        for first in range(0, len(edges), 3):
            a, b, c = (corners[list(ENDS[e])].mean(axis=0) for e in edges[first : first + 3])
            area += np.linalg.norm(np.cross(b - a, c - a)) / 2
            volume += a @ np.cross(b, c) / 6
        assert (area, volume) == pytest.approx((float(row["area"]), float(row["volume"])), abs=1e-14)


def test_a_ball_has_the_volume_of_its_voxels_and_their_diameter():
    mask = ball(12)
    _, volume = _native.marching_cubes(mask, (1, 1, 1), True)
    assert volume == pytest.approx(4 / 3 * np.pi * 12**3, rel=0.02)
    assert _native.largest_diameter(mask, (1, 1, 1)) == pytest.approx(25)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 9), (1, 7, 9), (5, 7, 9), (3, 4, 64), (2, 3, 65)])
def test_a_box_lacks_its_edges_and_corners(shape):
    """Marching cubes cut an eighth of a voxel along each edge, and half as much again less at corners."""
    mask, spacing = np.ones(shape, np.uint8), (0.5, 1.0, 2.0)
    expected = surface(mask, spacing, True)
    assert _native.marching_cubes(mask, spacing, True) == pytest.approx(expected)
    nk, nj, ni = shape
    assert expected[1] == pytest.approx(nk * nj * ni - (nk + nj + ni - 3) / 2 - 5 / 6)


def test_symmetry():
    """Area, volume and diameters do not change when the region is mirrored or its axes are renamed."""
    rng = np.random.default_rng(4)
    mask = (rng.random((7, 9, 20)) < 0.6).astype(np.uint8)
    _area, volume = _native.marching_cubes(mask, (1, 2, 3), True)
    assert _native.marching_cubes(mask[::-1].copy(), (1, 2, 3), True)[1] == pytest.approx(volume, rel=1e-3)
    turned = np.ascontiguousarray(mask.transpose(2, 1, 0))
    slice_, column, row = _native.plane_diameters(mask, (1, 2, 3))
    assert _native.plane_diameters(turned, (3, 2, 1)) == pytest.approx((row, column, slice_))
    assert _native.largest_diameter(turned, (3, 2, 1)) == _native.largest_diameter(mask, (1, 2, 3))
