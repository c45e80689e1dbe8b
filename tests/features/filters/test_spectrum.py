"""What is defined by its spectrum: Simoncelli's bands and Riesz transforms.

With an odd number of voxels the grid of frequencies holds zero, and waves that fit are its eigenfunctions.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from oncometry.features.filters import Boundary, LaplacianOfGaussian, Simoncelli
from oncometry.features.filters.fourier import on_spectrum, riesz

SIZE = 33


def wave(cycles: int, axis: int, shift: float = 0.0) -> np.ndarray:
    """Cosine along an axis of (k, j, i), later by a phase."""
    phase = 2 * np.pi * cycles * np.indices((SIZE, SIZE, SIZE))[axis] / SIZE
    return np.cos(phase - shift)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("cycles", "level"), [(5, 1), (12, 1), (3, 2), (5, 3), (16, 1)])
def test_a_wave_passes_by_its_octave(cycles, level, axis):
    frequency = cycles / (SIZE // 2) * 2 ** (level - 1)
    gain = math.cos(math.pi / 2 * math.log2(2 * frequency)) if 0.25 < frequency < 1 else 0.0
    image = wave(cycles, axis)
    np.testing.assert_allclose(Simoncelli(level=level).apply(image), gain * image, atol=1e-12)


def test_levels_share_the_energy_of_all_but_the_ends():
    spectrum = sum(
        np.abs(np.fft.fftn(Simoncelli(level=level).apply(impulse()))) ** 2 for level in range(1, 6)
    )
    radius = np.sqrt(sum(np.square(f) for f in np.meshgrid(*[np.fft.fftfreq(SIZE, 1 / SIZE)] * 3))) / (
        SIZE // 2
    )
    middle = (radius > 1 / 16) & (radius < 0.5)
    np.testing.assert_allclose(spectrum[middle], 1, atol=1e-9)


def impulse() -> np.ndarray:
    image = np.zeros((SIZE, SIZE, SIZE))
    image[0, 0, 0] = 1
    return image


@pytest.mark.parametrize(("order", "axis"), [((1, 0, 0), 2), ((0, 1, 0), 1), ((0, 0, 1), 0)])
def test_riesz_of_first_order_turns_a_cosine_into_a_sine(order, axis):
    response = on_spectrum(wave(4, axis), lambda shape: riesz(shape, order), Boundary.PERIODIC)
    np.testing.assert_allclose(response, wave(4, axis, np.pi / 2), atol=1e-12)


@pytest.mark.parametrize("total", [1, 2, 3])
def test_riesz_transforms_of_an_order_share_the_energy(total):
    image = np.random.default_rng(0).normal(size=(9, 11, 13))
    image -= image.mean()
    orders = [order for order in itertools.product(range(total + 1), repeat=3) if sum(order) == total]
    energy = sum(
        np.square(on_spectrum(image, lambda shape, order=order: riesz(shape, order), Boundary.PERIODIC)).sum()
        for order in orders
    )
    assert energy == pytest.approx(np.square(image).sum(), rel=1e-9)


def test_riesz_of_a_filter_is_riesz_of_its_response():
    image = np.random.default_rng(1).normal(size=(9, 11, 13))
    for one in (Simoncelli(level=2), LaplacianOfGaussian(sigma_mm=1, boundary=Boundary.PERIODIC)):
        after = on_spectrum(one.apply(image), lambda shape: riesz(shape, (0, 1, 1)), Boundary.PERIODIC)
        np.testing.assert_allclose(
            one.model_copy(update={"riesz": (0, 1, 1)}).apply(image), after, atol=1e-12
        )
