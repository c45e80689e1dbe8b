"""Windows put together give the whole."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Channels
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.window import needed_bytes, predict, window_shape

ARCHITECTURE = Architecture(inputs=2, outputs=1, channels=(16, 16))


class Voxelwise:
    """The second image is the logit; counts what it is asked."""

    name = "voxelwise"

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def run(self, images: Channels) -> Channels:
        self.shapes.append(images.shape[1:])
        return images[1:].copy()


@given(st.tuples(*[st.integers(4, 14)] * 3), st.floats(0, 0.8))
def test_windows_of_a_voxelwise_network_are_its_one_pass(
    multiples: tuple[int, int, int], overlap: float
) -> None:
    shape = tuple(4 * n for n in multiples)
    images = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    small = needed_bytes(ARCHITECTURE, (16, 16, 16)) / 2**30
    backend = Voxelwise()
    settings = InferenceSettings(memory_gib=small, overlap=overlap)
    np.testing.assert_allclose(predict(backend, images, ARCHITECTURE, settings), images[1:], atol=1e-5)
    assert set(backend.shapes) == {(16, 16, 16)}


def test_what_fits_goes_in_one_pass() -> None:
    backend = Voxelwise()
    images = np.ones((2, 40, 40, 40), np.float32)
    predict(backend, images, ARCHITECTURE, InferenceSettings())
    assert backend.shapes == [(40, 40, 40)]


def test_the_mirrored_image_is_mirrored_back() -> None:
    class Sided(Voxelwise):
        def run(self, images: Channels) -> Channels:
            return super().run(images) + np.arange(images.shape[1], dtype=np.float32)[:, None, None]

    images = np.random.default_rng(1).normal(size=(2, 16, 16, 16)).astype(np.float32)
    found = predict(Sided(), images, ARCHITECTURE, InferenceSettings(mirror=True))
    np.testing.assert_allclose(found, images[1:] + 7.5, atol=1e-5)


def test_a_window_is_within_the_limit_and_of_whole_multiples() -> None:
    limit = 50e6
    window = window_shape(ARCHITECTURE, (200, 100, 300), limit)
    assert needed_bytes(ARCHITECTURE, window) <= limit
    assert all(n % ARCHITECTURE.multiple == 0 for n in window)
