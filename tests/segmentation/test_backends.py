"""Every backend gives what torch gives in float32."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.segmentation.made_network import random_weights

from oncometry.core import Code, SettingsError
from oncometry.segmentation import backend as backends
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Backend, choose_backend, installed_backends
from oncometry.segmentation.inference_settings import BackendName, InferenceSettings

ARCHITECTURE = Architecture(inputs=2, outputs=3, channels=(16, 32, 48))
SHAPE = (48, 56, 40)
LEAST_ML, VOXEL_ML = 1.0, 0.001


def made(name: BackendName) -> Backend:
    return choose_backend(
        ARCHITECTURE, random_weights(ARCHITECTURE), InferenceSettings(backend=name, threads=2)
    )


def smooth(seed: int) -> np.ndarray:
    """(2, i, j, k) smooth images of deviation 1."""
    rng = np.random.default_rng(seed)
    images = np.stack([gaussian_filter(rng.normal(size=SHAPE), 3) for _ in range(2)])
    return (images / images.std()).astype(np.float32)


@pytest.fixture(scope="module")
def reference() -> tuple[np.ndarray, np.ndarray]:
    images = smooth(1)
    return images, made("torch").run(images)


@pytest.mark.parametrize("name", ["onnxruntime", "openvino"])
def test_it_agrees_with_torch(name: BackendName, reference: tuple[np.ndarray, np.ndarray]) -> None:
    pytest.importorskip(name)
    images, logits = reference
    backend = made(name)
    found = backend.run(images)
    assert found.dtype == np.float32
    if backend.name.endswith("f32"):
        np.testing.assert_allclose(found, logits, atol=1e-3)
    judged = 0
    for one, other in zip(found, logits, strict=True):
        cut = float(np.median(other))
        a, b = one > cut, other > cut
        if b.sum() * VOXEL_ML >= LEAST_ML:
            judged += 1
            assert 2 * (a & b).sum() / (a.sum() + b.sum()) >= 0.995
    assert judged == len(logits)


@pytest.mark.parametrize("name", ["onnxruntime", "openvino"])
def test_other_shapes_follow_each_other(name: BackendName) -> None:
    pytest.importorskip(name)
    backend, images = made(name), smooth(2)
    whole = backend.run(images)
    assert backend.run(np.ascontiguousarray(images[:, :24])).shape == (3, 24, *SHAPE[1:])
    np.testing.assert_array_equal(backend.run(images), whole)


def test_the_fastest_is_chosen_and_says_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_has_cuda", lambda: False)
    monkeypatch.setattr(backends, "find_spec", lambda name: None if name == "openvino" else name)
    assert installed_backends() == ("onnxruntime", "torch")
    chosen = choose_backend(ARCHITECTURE, random_weights(ARCHITECTURE))
    assert chosen.name.startswith("onnxruntime ")
    assert chosen.name.endswith(" f32")


def test_torch_comes_first_with_a_cuda_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_has_cuda", lambda: True)
    assert installed_backends()[0] == "torch"


def test_one_that_is_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda name: None if name == "openvino" else name)
    with pytest.raises(SettingsError, match=r"oncometry\[openvino\]") as caught:
        made("openvino")
    assert caught.value.code is Code.EXTRA_MISSING
