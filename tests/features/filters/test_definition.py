"""The separable filters against their plain definition, on small images of noise."""

from __future__ import annotations

import numpy as np
import pytest
import pywt
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.features.definition import filters as plain
from oncometry.features.filters import Boundary, LaplacianOfGaussian, Laws, Mean, Pooling, SeparableWavelet

CENTER = {(0,): 1.0}
LAWS = {"L3": [1, 2, 1], "S3": [-1, 2, -1], "E5": [-1, -2, 0, 2, 1], "W5": [-1, 2, 0, -2, 1]}


def noise(shape: tuple[int, int, int], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(10, 50, shape)


shapes = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(2, 5))
boundaries = st.sampled_from(list(Boundary))


@settings(max_examples=20)
@given(shapes, boundaries, st.sampled_from([1, 3, 5]), st.sampled_from([2, 3]), st.integers(0, 99))
def test_mean(shape, boundary, support, dimensions, seed):
    image = noise(shape, seed)
    found = Mean(support=support, dimensions=dimensions, boundary=boundary).apply(image)
    np.testing.assert_allclose(
        found, plain.convolved(image, plain.mean(support, dimensions), boundary), atol=1e-9
    )


@settings(max_examples=8)
@given(shapes, boundaries, st.sampled_from([2, 3]), st.integers(0, 99))
def test_laplacian_of_gaussian_is_the_closed_form(shape, boundary, dimensions, seed):
    image = noise(shape, seed)
    one = LaplacianOfGaussian(sigma_mm=1.4, cutoff=2.5, dimensions=dimensions, boundary=boundary)
    kernel = plain.laplacian_of_gaussian(0.7, 2.5, dimensions)
    np.testing.assert_allclose(
        one.apply(image, (2.0, 2.0, 2.0)), plain.convolved(image, kernel, boundary), atol=1e-9
    )


def laws_kernel(names: str) -> plain.Kernel:
    along = []
    for name in (names[n : n + 2] for n in range(0, len(names), 2)):
        taps = np.array(LAWS[name]) / np.linalg.norm(LAWS[name])
        along.append({(m - len(taps) // 2,): tap for m, tap in enumerate(taps)})
    i, j, k = (*along, CENTER)[:3]
    return plain.outer(k, j, i)


@settings(max_examples=8)
@given(
    shapes,
    boundaries,
    st.sampled_from(["E5L3W5", "S3E5"]),
    st.sampled_from([None, *Pooling]),
    st.integers(0, 99),
)
def test_laws(shape, boundary, kernels, pooling, seed):
    image = noise(shape, seed)
    kernel, plane = laws_kernel(kernels), len(kernels) == 4
    turned = [kernel] if pooling is None else plain.rotations(kernel, plane)
    responses = [plain.convolved(image, one, boundary) for one in turned]
    expected = plain.maximal(responses) if pooling is Pooling.MAXIMUM else plain.averaged(responses)
    found = Laws(kernels=kernels, pooling=pooling, boundary=boundary)
    np.testing.assert_allclose(found.apply(image), expected, atol=1e-9)
    energy = plain.convolved(np.abs(expected), plain.mean(3, 2 if plane else 3), boundary)
    found = Laws(kernels=kernels, pooling=pooling, boundary=boundary, energy_distance=1)
    np.testing.assert_allclose(found.apply(image), energy, atol=1e-9)


def wavelet_kernel(name: str, subband: str, level: int) -> plain.Kernel:
    taps = {"L": pywt.Wavelet(name).dec_lo, "H": pywt.Wavelet(name).dec_hi}
    i, j, k = (*(plain.wavelet(taps[letter], level) for letter in subband), CENTER)[:3]
    return plain.outer(k, j, i)


@pytest.mark.parametrize("boundary", list(Boundary))
@pytest.mark.parametrize(
    ("wavelet", "subband", "level", "pooling"),
    [
        ("db2", "LHL", 1, None),
        ("haar", "HHL", 2, Pooling.AVERAGE),
        ("haar", "LH", 2, Pooling.MAXIMUM),
        ("db2", "HL", 1, Pooling.AVERAGE),
    ],
)
def test_wavelets_go_level_by_level(wavelet, subband, level, pooling, boundary):
    image, plane = noise((2, 3, 4), 5), len(subband) == 2
    stages = [wavelet_kernel(wavelet, "L" * len(subband), n) for n in range(1, level)]
    stages.append(wavelet_kernel(wavelet, subband, level))
    turned = zip(*[[s] if pooling is None else plain.rotations(s, plane) for s in stages], strict=True)
    responses = []
    for kernels in turned:
        response = image
        for kernel in kernels:
            response = plain.convolved(response, kernel, boundary)
        responses.append(response)
    expected = plain.maximal(responses) if pooling is Pooling.MAXIMUM else plain.averaged(responses)
    found = SeparableWavelet(
        wavelet=wavelet, subband=subband, level=level, pooling=pooling, boundary=boundary
    )
    np.testing.assert_allclose(found.apply(image), expected, atol=1e-9)
