"""Deep features: the encoder's activations, averaged over a lesion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from oncometry.core import Code, Compartment, Geometry, Segment, Segmentation, UnsupportedError
from oncometry.segmentation.deep_features import Encoded, Encoder
from oncometry.segmentation.prepare import prepare
from oncometry.segmentation.torch_network import ResidualUNet
from oncometry.segmentation.weights import read_network

from .made_network import ARCHITECTURE, TUMOR_LPS_MM, centered, head, random_weights, written

GRID = centered((40, 40, 40), (2.0, 2.0, 2.0))
CHANNELS = sum(ARCHITECTURE.channels)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("network")
    written(place, random_weights(ARCHITECTURE))
    return place


@pytest.fixture(scope="module")
def encoded(folder: Path) -> Encoded:
    return Encoder.read(folder / "made.json").encode(head(GRID))


def lesion(radius_mm: float, grid: Geometry = GRID) -> Segmentation:
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
    mask = np.linalg.norm(grid.to_world(index) - TUMOR_LPS_MM, axis=-1) < radius_mm
    return Segmentation(grid, (Segment.from_mask(1, "lesion", Compartment.WHOLE, mask),), "binary", "stated")


def test_levels_are_those_of_the_torch_encoder(folder: Path, encoded: Encoded) -> None:
    card, weights = read_network(folder / "made.json")
    network = ResidualUNet(ARCHITECTURE)
    own = network.state_dict()
    network.load_state_dict(own | {name: torch.tensor(value) for name, value in weights.items()})
    prepared = prepare(head(GRID), card)
    with torch.inference_mode():
        levels = network.encoded(torch.tensor(prepared.images[None]))
    for ours, theirs in zip(encoded.levels, levels, strict=True):
        np.testing.assert_allclose(ours, theirs[0].numpy(), atol=2e-4)


def test_a_feature_is_the_mean_over_the_lesion(encoded: Encoded) -> None:
    """A level that says where it is gives the lesion's middle."""
    level = encoded.levels[0]
    cells = np.stack(np.meshgrid(*(np.arange(n) for n in level.shape[1:]), indexing="ij"))
    placed = replace(encoded, levels=((2 * cells + 0.5).astype(np.float32),))
    found = lesion(9.0)
    values = [f.value for f in placed.features(found, found[1])]
    middle = encoded.geometry.to_index(np.array(TUMOR_LPS_MM)[None])[0]
    assert values == pytest.approx(middle, abs=0.3)


def test_names_tell_level_and_channel(encoded: Encoded) -> None:
    found = lesion(9.0)
    features = encoded.features(found, found[1])
    assert len({f.name for f in features}) == len(features) == CHANNELS
    assert features[0].name == "deep_level_0_channel_000_mean"
    assert features[-1].name == f"deep_level_1_channel_{ARCHITECTURE.channels[1] - 1:03d}_mean"
    assert all(f.value is not None and np.isfinite(f.value) for f in features)


def test_too_small_for_the_coarse_level(encoded: Encoded) -> None:
    small = lesion(2.9)
    features = encoded.features(small, small[1])
    assert features[0].value is not None
    assert features[-1].value is None
    assert features[-1].reason is Code.TOO_SMALL


def test_the_mask_may_be_finer_than_the_images(encoded: Encoded) -> None:
    coarse, fine = lesion(12.0), lesion(12.0, centered((80, 80, 80), (1.0, 1.0, 1.0)))
    one = np.array([f.value for f in encoded.features(coarse, coarse[1])])
    other = np.array([f.value for f in encoded.features(fine, fine[1])])
    spread = np.std(one)
    assert np.abs(one - other).max() < 0.1 * spread


def test_networks_of_other_makes_are_refused(folder: Path, tmp_path: Path) -> None:
    card, _ = read_network(folder / "made.json")
    (tmp_path / "made.json").write_text(card.model_copy(update={"architecture": None}).model_dump_json())
    (tmp_path / "made.safetensors").write_bytes((folder / "made.safetensors").read_bytes())
    with pytest.raises(UnsupportedError, match="another make"):
        Encoder.read(tmp_path / "made.json")
