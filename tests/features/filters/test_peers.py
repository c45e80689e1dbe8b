"""PyRadiomics' image types against the libraries that PyRadiomics calls."""

from __future__ import annotations

import numpy as np
import pytest
import pywt
import SimpleITK as sitk
from skimage.feature import local_binary_pattern

from oncometry.core import Code, UnsupportedError
from oncometry.features.filters import (
    Exponential,
    Gradient,
    LocalBinaryPattern2D,
    Logarithm,
    PyradiomicsLog,
    PyradiomicsWavelet,
    Square,
    SquareRoot,
)

SPACING_MM = (0.8, 0.9, 2.5)


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(7).integers(-300, 900, (9, 12, 15)).astype(np.int16)


def itk(image: np.ndarray) -> sitk.Image:
    grid = sitk.GetImageFromArray(image)
    grid.SetSpacing(SPACING_MM)
    return grid


@pytest.mark.parametrize("sigma_mm", [0.3, 1, 2.5, 6.0])
def test_log_is_simpleitks(image, sigma_mm):
    peer = sitk.LaplacianRecursiveGaussianImageFilter()
    peer.SetNormalizeAcrossScale(True)
    peer.SetSigma(sigma_mm)
    expected = sitk.GetArrayFromImage(peer.Execute(itk(image)))
    found = PyradiomicsLog(sigma_mm=sigma_mm).apply(image, SPACING_MM)
    np.testing.assert_allclose(found, expected, atol=2e-7 * np.ptp(expected), rtol=0)


@pytest.mark.parametrize("sigma_mm", [1, 3, 5, 14])
@pytest.mark.parametrize("value", [0.1, -1000, 30000])
def test_log_of_a_flat_image_is_flat(value, sigma_mm):
    """SimpleITK leaves the recursion's rounding, which 16 bins would take for a texture of entropy 3.6."""
    flat = np.full((24, 26, 22), float(value))
    assert not PyradiomicsLog(sigma_mm=sigma_mm).apply(flat, (0.8, 0.8, 2.0)).any()


@pytest.mark.parametrize(("sigma_mm", "shape"), [(1.0, (3, 9, 9)), (9.5, (5, 11, 12))])
def test_log_refuses_an_image_that_pyradiomics_leaves_out(sigma_mm, shape):
    with pytest.raises(UnsupportedError, match="needs") as caught:
        PyradiomicsLog(sigma_mm=sigma_mm).apply(np.zeros(shape), SPACING_MM)
    assert caught.value.code is Code.TOO_SMALL


def stationary(image: np.ndarray, wavelet: str, levels: int, axes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Subbands of the last level, as PyRadiomics asks PyWavelets for them; odd axes get their first voxel again."""
    data = np.pad(image, [(0, n % 2) for n in image.shape], "wrap")
    for _ in range(levels):
        (found,) = pywt.swtn(data, wavelet, level=1, start_level=0, axes=axes)
        data = found["a" * len(axes)]
    nk, nj, ni = image.shape
    return {key.replace("a", "L").replace("d", "H"): value[:nk, :nj, :ni] for key, value in found.items()}


@pytest.mark.parametrize("wavelet", ["coif1", "haar", "bior2.2"])
@pytest.mark.parametrize("left_out", [None, 0, 1, 2])
def test_wavelets_are_pywavelets(image, wavelet, left_out):
    axes = tuple(axis for axis in (2, 1, 0) if axis != left_out)
    expected = stationary(image, wavelet, 2, axes)
    assert len(expected) == 2 ** len(axes)
    for subband, response in expected.items():
        for levels in ({"level": 2}, {"start_level": 1}):
            found = PyradiomicsWavelet(wavelet=wavelet, subband=subband, left_out=left_out, **levels)
            np.testing.assert_allclose(found.apply(image), response, atol=1e-8)


def test_gradient_is_simpleitks(image):
    for per_mm in (True, False):
        expected = sitk.GetArrayFromImage(sitk.GradientMagnitude(itk(image), useImageSpacing=per_mm))
        np.testing.assert_allclose(Gradient(per_mm=per_mm).apply(image, SPACING_MM), expected, rtol=1e-7)


@pytest.mark.parametrize("method", ["default", "ror", "uniform"])
@pytest.mark.parametrize(("radius", "samples"), [(1, 8), (2.5, 12)])
def test_patterns_are_scikit_images(image, radius, samples, method):
    flat = image // 300  # many ties
    for axis in (0, 1, 2):
        slices = flat.swapaxes(0, axis)
        expected = np.array([local_binary_pattern(one, samples, radius, method) for one in slices])
        found = LocalBinaryPattern2D(radius=radius, samples=samples, method=method, slice_axis=axis)
        np.testing.assert_array_equal(found.apply(flat), expected.swapaxes(0, axis))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Square(), [100.0, 25.0, 0.0, 1.0]),
        (SquareRoot(), [-10.0, -np.sqrt(50), 0.0, np.sqrt(10)]),
        (Logarithm(), [-10.0, -10 * np.log(6) / np.log(11), 0.0, 10 * np.log(2) / np.log(11)]),
        (Exponential(), [0.1, 10**-0.5, 1.0, 10**0.1]),
    ],
)
def test_pointwise_formulas(one, expected):
    image = np.array([-10, -5, 0, 1], dtype=np.int16).reshape(1, 1, 4)
    scale = 10 if isinstance(one, Square) else 1
    np.testing.assert_allclose(one.apply(image).ravel() * scale, expected, rtol=1e-12)
    assert np.isfinite(one.apply(np.zeros((1, 1, 3)))).all()
