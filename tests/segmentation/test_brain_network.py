"""A network that finds the brain: it takes any sequence with the skull on, and a tumor network takes what it finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.segmentation.made_network import WT_MM, centered, head, threshold_weights, written

from oncometry.core import Compartment, Contrast, Image, Modality, UnsupportedError
from oncometry.segmentation.architecture import FOLD, Architecture
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.weight_shapes import weight_shapes

CELLS = FOLD**3
ARCHITECTURE = Architecture(inputs=1, outputs=1, channels=(16, 24))
PLAIN = InferenceSettings(backend="onnxruntime", threads=2)
GRID = centered((52, 52, 52), (2, 2, 2))
BRAIN_MM, SKULL_MM = 32.0, (36.0, 40.0)


def bright_weights() -> dict[str, np.ndarray]:
    """Voxels 1.0 deviations above the mean are brain."""
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(ARCHITECTURE).items()}
    for cell in range(CELLS):
        for to, sign in ((0, 1), (1, -1)):
            weights["stem.around.weight"][to * CELLS + cell, cell] = sign
            weights["head.weight"][cell, to * CELLS + cell] = 8.0 * sign
    weights["head.bias"][:] = -8.0
    return weights


@pytest.fixture(scope="module")
def brain(tmp_path_factory: pytest.TempPathFactory) -> OwnNetwork:
    folder = Path(tmp_path_factory.mktemp("brain"))
    written(
        folder,
        bright_weights(),
        name="brain",
        task="brain",
        inputs=(Contrast.UNKNOWN,),
        field=(56, 56, 56),
        scheme=None,
        regions=({"name": "brain", "labels": (1,)},),
        architecture=ARCHITECTURE,
    )
    return OwnNetwork.read(folder / "brain.json", PLAIN)


def with_skull() -> tuple[dict[Contrast, Image], np.ndarray]:
    """Heads with noise in the air and a dim skull around the brain; the brain."""
    rng = np.random.default_rng(0)
    images = head(GRID)
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in GRID.shape), indexing="ij"), axis=-1)
    away = np.linalg.norm(GRID.to_world(grid), axis=-1)
    skull = np.where((away > SKULL_MM[0]) & (away < SKULL_MM[1]), 25.0, 0.0)
    added = skull + np.abs(rng.normal(0, 1, GRID.shape))
    return {c: i.with_array((i.array + added).astype(np.float32)) for c, i in images.items()}, away < BRAIN_MM


@pytest.mark.parametrize("contrast", [Contrast.T1, Contrast.T2, Contrast.UNKNOWN])
def test_it_takes_any_sequence(contrast: Contrast, brain: OwnNetwork) -> None:
    images, truth = with_skull()
    found = brain.segment({contrast: images[Contrast.T1]})
    assert found.notices == ()
    assert [(s.name, s.compartment) for s in found.segmentation] == [("brain", Compartment.OTHER)]
    mask = found.segmentation.mask()
    assert 2 * (mask & truth).sum() / (mask.sum() + truth.sum()) > 0.99


def test_air_about_the_head_changes_nothing(brain: OwnNetwork) -> None:
    images, _ = with_skull()
    image = images[Contrast.T1]
    wide = np.zeros(tuple(n + 24 for n in GRID.shape), np.float32, order="F")
    wide[12:-12, 12:-12, 12:-12] = image.array
    padded = image.with_array(wide, GRID.crop((-12, -12, -12), wide.shape))
    one, other = (brain.segment({Contrast.T1: given}).regions["brain"].array for given in (image, padded))
    assert np.abs(other[12:-12, 12:-12, 12:-12] - one).max() < 0.05


def test_sequences_vote(brain: OwnNetwork) -> None:
    images, truth = with_skull()
    good = images[Contrast.T1]
    spoiled = good.array.copy()
    spoiled[40:50, 20:30, 20:30] = 150.0
    bad = good.with_array(spoiled)
    alone, _ = brain_region({Contrast.T1: bad}, None, brain)
    voted, _ = brain_region({Contrast.T1: bad, Contrast.T1C: good, Contrast.T2: good}, None, brain)
    assert (alone & ~truth).sum() > 300
    assert (voted & ~truth).sum() < 50


def test_ct_is_refused_here_too(brain: OwnNetwork) -> None:
    images, _ = with_skull()
    with pytest.raises(UnsupportedError, match="is CT"):
        brain.segment({Contrast.CT: replace(images[Contrast.T1], modality=Modality.CT)})


def test_a_tumor_network_looks_where_it_finds_the_brain(brain: OwnNetwork, tmp_path: Path) -> None:
    written(tmp_path, threshold_weights())
    network = OwnNetwork.read(tmp_path / "made.json", PLAIN, brain)
    images, _ = with_skull()
    found = network.segment(images)
    assert found.notices == ()
    volume = found.segmentation.mask().sum() * GRID.voxel_volume_mm3
    assert volume == pytest.approx(4 / 3 * np.pi * WT_MM**3, rel=0.1)
