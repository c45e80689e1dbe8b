"""The estimate of an image's noise against noise that is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from oncometry.core import Geometry, Image
from oncometry.features.perturbation.noise import noise_deviation, with_noise

from .solids import ellipsoid


@pytest.mark.parametrize("sigma", [0.7, 10.0, 300.0])
def test_the_deviation_of_known_noise_is_found_in_flat_and_in_smooth_tissue(sigma: float) -> None:
    rng = np.random.default_rng(3)
    shape = (12, 128, 128)
    smooth = 20 * sigma * ndimage.gaussian_filter(rng.normal(size=shape), (2, 8, 8)) / 0.02
    for tissue in (np.zeros(shape), smooth):
        assert noise_deviation(tissue + rng.normal(0, sigma, shape)) == pytest.approx(sigma, rel=0.03)


def test_a_flat_image_has_none_and_edges_hardly_any() -> None:
    assert noise_deviation(np.full((3, 40, 40), 7)) == pytest.approx(0, abs=1e-12)
    edges = np.zeros((3, 200, 200))
    edges[:, 50:150, 50:150] = 1000
    assert noise_deviation(edges) == pytest.approx(0, abs=1e-9)


def test_noise_is_that_about_the_region() -> None:
    """Half of the image is air without noise."""
    rng = np.random.default_rng(0)
    values = np.zeros((400, 200, 20))
    values[260:] = rng.normal(0, 15, (140, 200, 20))
    image = Image(values, Geometry.from_parts((400, 200, 20), (1, 1, 3)))
    _, segmentation = ellipsoid()
    moved = [
        type(s)(s.number, s.name, s.compartment, (320, 100, 2), s.array[:20, :20, :10]) for s in segmentation
    ]
    added = with_noise(image, moved, np.random.default_rng(1)).array - values
    assert added.std() == pytest.approx(15, rel=0.03)
    assert with_noise(image, moved, np.random.default_rng(1)).array.std() > 0


def test_values_that_are_none_stay_where_they_are() -> None:
    image, segmentation = ellipsoid()
    values = image.array.copy()
    values[3, 4, 5] = np.nan
    found = with_noise(image.with_array(values), segmentation.segments, np.random.default_rng(0)).array
    assert np.isnan(found[3, 4, 5])
    assert np.isfinite(np.delete(found.ravel(order="F"), 3 + 61 * (4 + 55 * 5))).all()
