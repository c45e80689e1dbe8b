"""The smallest bodies around points, and the ellipsoid's area."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial.legendre import legval
from scipy.optimize import minimize
from scipy.special import elliprg
from scipy.stats import special_ortho_group

from oncometry.features.ellipsoid import ellipsoid_area, ellipsoid_volume
from oncometry.features.enclosing import convex_hull, enclosing_ellipsoid, oriented_box

CUBE = np.array(list(product((-1.0, 1.0), repeat=3)))


@pytest.mark.parametrize("seed", range(5))
def test_a_turned_box_is_found(seed):
    turn = special_ortho_group.rvs(3, random_state=seed)
    hull = convex_hull(CUBE * (5, 2, 1) @ turn)
    assert sorted(oriented_box(hull)) == pytest.approx([2, 4, 10])
    assert (hull.area_mm2, hull.volume_mm3) == pytest.approx((2 * (8 + 20 + 40), 80))


@pytest.mark.parametrize("seed", range(5))
def test_a_turned_ellipsoid_is_found(seed):
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(400, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    points = (
        np.vstack((directions, np.eye(3), -np.eye(3)))
        * (6, 3, 2)
        @ special_ortho_group.rvs(3, random_state=seed)
    )
    moved = points + np.array((10, 20, 30))
    assert enclosing_ellipsoid(moved) == pytest.approx((6, 3, 2), rel=1e-4)


def test_around_a_cube_it_is_the_ball_through_its_corners():
    assert enclosing_ellipsoid(CUBE) == pytest.approx(3 * [np.sqrt(3)])


@pytest.mark.parametrize("seed", range(3))
def test_no_ellipsoid_around_the_points_is_smaller(seed):
    """Another solver, which starts from the one that is found, finds none."""
    points = np.random.default_rng(seed).normal(size=(12, 3)) * (4, 2, 1)
    least = np.prod(enclosing_ellipsoid(points))

    def factor(x):
        lower = np.zeros((3, 3))
        lower[np.tril_indices(3)] = x[:6]
        return lower

    def inside(x):
        return 1 - np.sum((points @ factor(x).T - x[6:]) ** 2, axis=1)

    start = np.concatenate((0.15 * np.eye(3)[np.tril_indices(3)], np.zeros(3)))
    best = minimize(
        lambda x: -np.log(np.abs(np.linalg.det(factor(x)))),
        start,
        constraints={"type": "ineq", "fun": inside},
        options={"maxiter": 500, "ftol": 1e-12},
    )
    assert best.success
    assert least == pytest.approx(np.exp(best.fun), rel=1e-5)


@given(st.tuples(*3 * [st.floats(0.1, 0.99)]))
def test_the_area_of_an_ellipsoid_is_the_manual_s_series(shares):
    c, b, a = sorted(10 * share for share in (*shares[:2], 1))
    alpha, beta = np.sqrt(1 - (b / a) ** 2), np.sqrt(1 - (c / a) ** 2)
    degrees = np.arange(21)
    terms = (alpha * beta) ** degrees / (1 - 4 * degrees**2)
    series = legval((alpha**2 + beta**2) / (2 * alpha * beta), terms)
    assert ellipsoid_area(a, b, c) == pytest.approx(4 * np.pi * a * b * series, rel=1e-9)


def test_the_reference_value_is_of_the_series_and_not_of_the_true_area():
    """The digital phantom's ellipsoid, area density 1.36 +- 0.01; true area by Carlson 1995, doi:10.1007/BF02198293."""
    a, b, c = 5.7012, 4.6540, 4.2680
    true = 4 * np.pi * a * b * c * elliprg(a**-2, b**-2, c**-2)
    assert 388.07 / ellipsoid_area(a, b, c) == pytest.approx(1.36, abs=0.01)
    assert 388.07 / true == pytest.approx(1.304, abs=0.001)


def test_a_sphere():
    assert ellipsoid_area(2, 2, 2) == pytest.approx(16 * np.pi)
    assert ellipsoid_volume(2, 2, 2) == pytest.approx(32 / 3 * np.pi)
