"""The Gabor filter against its plain definition, and its pooling over turns and planes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from oncometry.features.definition import filters as plain
from oncometry.features.filters import Boundary, Gabor, Pooling

SPACING_MM = (2.0, 2.0, 2.0)
SHAPE = {"sigma_mm": 1.6, "wavelength_mm": 5.0, "gamma": 1.3}


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(2).normal(0, 100, (2, 4, 5))


def expected(image: np.ndarray, theta_degrees: float, boundary: Boundary) -> np.ndarray:
    parts = plain.gabor(0.8, 2.5, 1.3, math.radians(theta_degrees), 7)
    return np.hypot(*(plain.convolved(image, part, boundary) for part in parts))


@pytest.mark.parametrize("boundary", list(Boundary))
@pytest.mark.parametrize("theta_degrees", [0.0, 35.0])
def test_one_orientation(image, theta_degrees, boundary):
    found = Gabor(theta_degrees=theta_degrees, boundary=boundary, **SHAPE).apply(image, SPACING_MM)
    np.testing.assert_allclose(found, expected(image, theta_degrees, boundary), atol=1e-5)


@pytest.mark.parametrize("step_degrees", [120.0, 90.0])
def test_turns_are_pooled_all_around(image, step_degrees):
    turns = [
        expected(image, 10 + turn * step_degrees, Boundary.MIRROR)
        for turn in range(round(360 / step_degrees))
    ]
    for pooling, pool in ((Pooling.AVERAGE, np.mean), (Pooling.MAXIMUM, np.max)):
        one = Gabor(theta_degrees=10, step_degrees=step_degrees, pooling=pooling, **SHAPE)
        np.testing.assert_allclose(one.apply(image, SPACING_MM), pool(turns, axis=0), atol=1e-5)


def test_the_orthogonal_planes_are_those_of_the_turned_image(image):
    found = Gabor(theta_degrees=20, orthogonal_planes=True, **SHAPE).apply(image, SPACING_MM)
    one = Gabor(theta_degrees=20, **SHAPE)
    planes = [
        one.apply(image.transpose(axes), SPACING_MM).transpose(np.argsort(axes))
        for axes in ((0, 1, 2), (1, 0, 2), (2, 0, 1))
    ]
    np.testing.assert_allclose(found, np.mean(planes, axis=0), atol=1e-9)


def test_spacing_is_that_of_each_axis():
    fine = np.zeros((1, 41, 41))
    fine[0, 20, 20] = 1
    one = Gabor(sigma_mm=3, wavelength_mm=4, gamma=1, theta_degrees=0)
    response = one.apply(fine, (1.0, 2.0, 9.0))[0]
    assert response[20, 26] == pytest.approx(math.exp(-(6**2) / 18), rel=1e-6)
    assert response[23, 20] == pytest.approx(math.exp(-(6**2) / 18), rel=1e-6)
