"""A network of SynthStrip's make sees heads as `mri_synthstrip` shows them, and its distances become a brain in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from scipy.spatial.transform import Rotation

from oncometry.core import Code, Contrast, CorruptInputError, Geometry, Image
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.convert import convert
from oncometry.segmentation.foreign.channels import region_logits
from oncometry.segmentation.foreign.conformed import conformed_head
from oncometry.segmentation.foreign.strip_card import strip_fields
from oncometry.segmentation.foreign.strip_graph import strip_shapes
from oncometry.segmentation.foreign_rules import HeadGrid
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.opening import brain_network
from oncometry.segmentation.segmenter import Segmenter

from ..made_network import centered

FIELDS = strip_fields("0" * 64)
CARD = NetworkCard(**FIELDS, name="strip", sha256="0" * 64)
SMALL = FIELDS["foreign"] | {"head": {"least": 64, "most": 64}}
MIDDLE_LPS_MM = (5.0, -4.0, 3.0)
BORDER_MM, FADED_MM, PLATEAU = 40.0, 62.0, 40.0
"""Of the ball that is brain; where the image has faded to 0; its largest value, which more than a hundredth have."""


def away_mm(geometry: Geometry) -> np.ndarray:
    """Distance of each voxel from the middle of the ball."""
    index = np.stack(np.meshgrid(*(np.arange(n) for n in geometry.shape), indexing="ij"), axis=-1)
    return np.linalg.norm(geometry.to_world(index) - MIDDLE_LPS_MM, axis=-1)


def ball(geometry: Geometry) -> Image:
    """An image whose values say how far it is to the ball's border, but for the plateau in its middle."""
    shown = np.clip(FADED_MM - away_mm(geometry), 0, PLATEAU)
    return Image(np.asfortranarray(shown, np.float32), geometry, contrast=Contrast.T2)


def distance_weights() -> dict[str, np.ndarray]:
    """The signed distance to the ball's border: the image passes along the finest level, every other one is silent."""
    weights = {name: np.zeros(shape, np.float32) for name, shape in strip_shapes().items()}
    for layer, channel in (("encoder.0.0", 0), ("encoder.0.1", 0), ("remaining.0", 32), ("remaining.1", 0)):
        weights[f"{layer}.conv.weight"][0, channel, 1, 1, 1] = 1.0
    weights["remaining.2.conv.weight"][0, 0, 1, 1, 1] = -PLATEAU
    weights["remaining.2.conv.bias"][0] = FADED_MM - BORDER_MM
    return weights


@pytest.fixture(scope="module")
def strip(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    """Converted, with a card of its own that asks for a coarser and smaller grid."""
    folder = Path(tmp_path_factory.mktemp("strip"))
    save_file(distance_weights(), folder / "theirs.safetensors")
    (folder / "card.json").write_text(json.dumps({"spacing_mm": [2, 2, 2], "foreign": SMALL}))
    done = convert(folder / "theirs.safetensors", "strip", folder / "card.json", folder / "new")
    found = brain_network(done.path, InferenceSettings(backend="onnxruntime", threads=2))
    assert found is not None
    return found


def test_a_known_distance_becomes_its_probability(strip: Segmenter) -> None:
    geometry = centered((70, 66, 64), (2, 2, 2), np.diag([-1.0, 1.0, -1.0]))
    found = strip.segment({Contrast.T2: ball(geometry)})
    distance = away_mm(geometry) - BORDER_MM
    sure = (distance > -17) & (distance < 20)
    wanted = 1 / (1 + np.exp(distance - 1.0))
    np.testing.assert_allclose(found.regions["brain"].array[sure], wanted[sure], atol=2e-3)
    assert np.array_equal(found.segmentation.mask()[sure], (distance < 1.0)[sure])
    assert found.notices == ()


def test_it_finds_the_brain_of_an_oblique_image_of_thick_slices(strip: Segmenter) -> None:
    turned = Rotation.from_euler("xyz", (15, -10, 20), degrees=True).as_matrix()[:, [2, 0, 1]]
    geometry = centered((30, 120, 130), (4.5, 1.1, 1.0), turned * [1, -1, 1])
    image = ball(geometry)
    dark = np.random.default_rng(0).uniform(-0.01, 0, geometry.shape).astype(np.float32)
    mask, _ = brain_region({Contrast.T2: image.with_array(image.array + dark)}, None, strip)
    truth = away_mm(geometry) < BORDER_MM + 1.0
    assert 2 * (mask & truth).sum() / (mask.sum() + truth.sum()) > 0.97


def spotted(shape: tuple[int, int, int]) -> np.ndarray:
    """Whole numbers above 0, but for an empty border of 2, 3 and 4 voxels."""
    array = np.zeros(shape, np.float32, order="F")
    inner = array[2:-2, 3:-3, 4:-4]
    inner[...] = np.random.default_rng(0).integers(1, 1000, inner.shape)
    return array


def as_published(array: np.ndarray, least: int, most: int) -> np.ndarray:
    """What the network is shown of a 1 mm image in LPS order whose border is empty, by the published steps."""
    left_feet_front = array.transpose(0, 2, 1)[:, ::-1, ::-1]
    head = left_feet_front[4 - 2 : -2, 4:-4, 3:-3]
    for axis in range(3):
        wanted = int(np.clip(np.ceil(head.shape[axis] / 64) * 64, least, most))
        more = wanted - head.shape[axis]
        if more >= 0:
            sides = [(0, 0)] * 3
            sides[axis] = (more // 2, more - more // 2)
            head = np.pad(head, sides)
        else:
            start = -more // 2
            head = np.take(head, np.arange(start, start + wanted), axis)
    head = head - head.min()
    return np.clip(head / np.percentile(head, 99), 0, 1)


@pytest.mark.parametrize("most", [128, 64])
def test_heads_are_shown_as_mri_synthstrip_shows_them(most: int) -> None:
    array = spotted((70, 61, 98))
    image = Image(array, centered((70, 61, 98), (1, 1, 1)), contrast=Contrast.T1)
    found = conformed_head({Contrast.T1: image}, CARD, HeadGrid(least=64, most=most))
    np.testing.assert_allclose(found.images[0], as_published(array, 64, most), atol=1e-6)
    assert [notice.code for notice in found.notices] == [Code.SEGMENTATION_UNCERTAIN] * (most == 64)
    assert (found.geometry.shape, found.used) == (found.images.shape[1:], (Contrast.T1,))


def test_what_lies_beyond_a_standardized_image_is_its_darkest() -> None:
    array = np.random.default_rng(0).normal(0, 1, (40, 40, 40)).astype(np.float32)
    image = Image(np.asfortranarray(array), centered((40, 40, 40), (1, 1, 1)), contrast=Contrast.T1)
    found = conformed_head({Contrast.T1: image}, CARD, HeadGrid(least=64, most=64))
    assert found.images[0][~found.brain].max() == 0


def test_a_speck_is_no_head() -> None:
    array = np.zeros((80, 80, 80), np.float32, order="F")
    array[40, 40, 40] = 9
    image = Image(array, centered((80, 80, 80), (1, 1, 1)), contrast=Contrast.T1)
    with pytest.raises(CorruptInputError, match="no head to see") as caught:
        conformed_head({Contrast.T1: image}, CARD, HeadGrid(least=64, most=64))
    assert caught.value.code is Code.CONSTANT


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=5), st.floats(-3, 3))
def test_probability_falls_with_distance_and_is_half_at_the_border(
    distances: list[float], border: float
) -> None:
    card = NetworkCard(
        **FIELDS | {"foreign": FIELDS["foreign"] | {"border_mm": border}}, name="strip", sha256="0" * 64
    )
    values = np.array([*sorted(distances), border], np.float32).reshape(1, -1, 1, 1)
    logits = region_logits(values, card).ravel()
    assert (np.diff(logits[:-1]) <= 0).all()
    assert abs(logits[-1]) < 1e-5


@pytest.mark.parametrize(
    ("foreign", "says"),
    [
        ({"head": {"least": 100, "most": 320}}, "no range of multiples of 64"),
        ({"head": {"least": 320, "most": 192}}, "no range"),
        ({"window": (256, 256, 256)}, "larger than a head"),
        ({"intensity": "brain"}, "needs a brain"),
        ({"activation": "sigmoid"}, "outputs that are distances"),
        ({"outputs": ()}, "with 'distance', `outputs`"),
        ({"outputs": ("WT",)}, "are not the regions"),
    ],
)
def test_rules_that_do_not_fit_together(foreign: dict[str, Any], says: str) -> None:
    fields = FIELDS | {"foreign": FIELDS["foreign"] | foreign}
    with pytest.raises(ValueError, match=says):
        NetworkCard(**fields, name="strip", sha256="0" * 64)


def test_a_head_is_of_one_image() -> None:
    with pytest.raises(ValueError, match="with one input"):
        NetworkCard(**FIELDS | {"inputs": ("T1", "T2")}, name="strip", sha256="0" * 64)
