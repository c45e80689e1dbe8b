"""One law for all filters: a response in a box is the whole response, cut."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.features.filters import (
    Boundary,
    Exponential,
    Filter,
    Gabor,
    Gradient,
    LaplacianOfGaussian,
    Laws,
    LocalBinaryPattern2D,
    LocalBinaryPattern3D,
    Logarithm,
    Mean,
    Pooling,
    PyradiomicsLog,
    PyradiomicsWavelet,
    SeparableWavelet,
    Simoncelli,
    Square,
    SquareRoot,
)

SPACING_MM = (0.9, 1.1, 2.5)
BOXES = {
    "within": (slice(8, 11), slice(9, 14), slice(10, 13)),
    "at a corner": (slice(0, 3), slice(20, 23), slice(0, 5)),
    "whole": (slice(0, 19), slice(0, 23), slice(0, 24)),
}

FINITE: list[Filter] = [
    *(Mean(support=5, boundary=boundary) for boundary in Boundary),
    Mean(support=3, dimensions=2),
    LaplacianOfGaussian(sigma_mm=1.5),
    LaplacianOfGaussian(sigma_mm=1.5, dimensions=2, boundary=Boundary.ZERO),
    *(Laws(kernels="E5L5S3", pooling=Pooling.MAXIMUM, energy_distance=3, boundary=b) for b in Boundary),
    Laws(kernels="L5S5", pooling=Pooling.AVERAGE),
    Gabor(sigma_mm=1.2, wavelength_mm=3, gamma=1.5, theta_degrees=30),
    Gabor(
        sigma_mm=1.2,
        wavelength_mm=3,
        gamma=0.8,
        step_degrees=45,
        orthogonal_planes=True,
        boundary=Boundary.PERIODIC,
    ),
    *(SeparableWavelet(wavelet="db3", subband="LHH", level=2, boundary=boundary) for boundary in Boundary),
    SeparableWavelet(wavelet="coif1", subband="HL", pooling=Pooling.MAXIMUM),
    Simoncelli(level=2),
    Simoncelli(level=1, riesz=(0, 1, 1), boundary=Boundary.NEAREST),
    LaplacianOfGaussian(sigma_mm=1.5, riesz=(1, 0, 0)),
    PyradiomicsWavelet(subband="LLH"),
    PyradiomicsWavelet(subband="HL", level=2, start_level=1, left_out=0),
    Square(),
    SquareRoot(),
    Logarithm(),
    Exponential(),
    Gradient(),
    LocalBinaryPattern2D(),
    LocalBinaryPattern3D(degree=1),
    LocalBinaryPattern3D(degree=None, radius=1.5, subdivisions=0),
    LocalBinaryPattern2D(radius=2.5, samples=12, slice_axis=2),
]


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(3).integers(-200, 900, (19, 23, 24)).astype(np.int16)


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
@pytest.mark.parametrize("one", FINITE, ids=lambda one: f"{one.kind} {one.name}")
def test_a_box_is_cut_from_the_whole(one, box, image):
    whole = one.apply(image, SPACING_MM)
    assert whole.dtype == np.float64
    assert whole.shape == image.shape
    np.testing.assert_allclose(
        one.apply_to_box(image, box, SPACING_MM), whole[box], atol=1e-10 * np.ptp(whole), rtol=0
    )


@pytest.mark.parametrize("sigma_mm", [0.5, 1.0, 2.0])
def test_the_recursive_laplacian_reads_eight_sigma(sigma_mm):
    image = np.random.default_rng(1).integers(0, 1000, (60, 61, 62)).astype(np.int16)
    box = slice(28, 33), slice(29, 32), slice(27, 30)
    one = PyradiomicsLog(sigma_mm=sigma_mm)
    whole = one.apply(image)
    difference = np.abs(one.apply_to_box(image, box, (1.0, 1.0, 1.0)) - whole[box]).max()
    assert difference < 2e-5 * np.ptp(whole)


def test_what_lies_beyond_a_filters_reach_does_not_matter(image):
    one = SeparableWavelet(wavelet="haar", subband="LLH")
    changed = image.copy()
    changed[:, :, 20:] = 0
    box = BOXES["within"]
    np.testing.assert_array_equal(
        one.apply_to_box(changed, box, SPACING_MM), one.apply_to_box(image, box, SPACING_MM)
    )


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 3)])
@pytest.mark.parametrize("one", FINITE, ids=lambda one: f"{one.kind} {one.name}")
def test_the_smallest_images_have_a_response(one, shape):
    response = one.apply(np.arange(np.prod(shape)).reshape(shape) - 1, SPACING_MM)
    assert response.shape == shape
    assert np.isfinite(response).all()
