"""A network whose answer is known gives it in the right place, whatever the grid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage
from tests.segmentation.made_network import (
    ARCHITECTURE,
    ET_MM,
    REGIONS,
    TC_MM,
    TUMOR_LPS_MM,
    WT_MM,
    centered,
    head,
    threshold_weights,
    written,
)

from oncometry.core import Code, Contrast, CorruptInputError, Geometry, UnsupportedError
from oncometry.core.segmentation import Segmentation
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork, ring_labels
from oncometry.segmentation.window import needed_bytes

PLAIN = InferenceSettings(backend="onnxruntime", threads=2)
SMALL = needed_bytes(ARCHITECTURE, (24, 24, 24)) / 2**30
TURN = np.radians(20)
OBLIQUE = np.array([[np.cos(TURN), -np.sin(TURN), 0], [np.sin(TURN), np.cos(TURN), 0], [0, 0, 1]])
RAS = np.diag([-1.0, -1.0, 1.0])
SAGITTAL = np.array([[0.0, 0, 1], [1, 0, 0], [0, -1, 0]])
GRIDS = {
    "LPS": centered((35, 36, 37), (2, 2, 2)),
    "RAS": centered((35, 36, 37), (2, 2, 2), RAS),
    "sagittal": centered((36, 37, 35), (2, 2, 2), SAGITTAL),
    "oblique": centered((35, 36, 37), (2, 2, 2), OBLIQUE),
    "fine": centered((75, 75, 40), (1, 1, 1.8)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("network")
    written(place, threshold_weights())
    return place


@pytest.fixture(scope="module")
def network(folder: Path) -> OwnNetwork:
    return OwnNetwork.read(folder / "made.json", PLAIN)


def ball(geometry: Geometry, radius_mm: float) -> np.ndarray:
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in geometry.shape), indexing="ij"), axis=-1)
    return np.linalg.norm(geometry.to_world(grid) - TUMOR_LPS_MM, axis=-1) < radius_mm


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def regions(segmentation: Segmentation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return segmentation.mask(), segmentation.mask(1, 3), segmentation.mask(3)


@pytest.mark.parametrize("name", GRIDS)
def test_the_tumor_is_found_where_it_is(name: str, network: OwnNetwork) -> None:
    geometry = GRIDS[name]
    found = network.segment(head(geometry))
    least = 0.93 if name in ("fine", "oblique") else 0.999
    for mask, radius in zip(regions(found.segmentation), (WT_MM, TC_MM, ET_MM), strict=True):
        assert dice(mask, ball(geometry, radius)) > least
    assert found.segmentation.geometry is geometry
    assert found.segmentation.scheme == "brats-2023"
    assert {notice.code for notice in found.notices} <= {Code.SEQUENCES_SWAPPED}, (
        "the made head has no tissues"
    )


def test_thick_slices_give_what_they_can(network: OwnNetwork) -> None:
    geometry = centered((35, 36, 12), (2, 2, 7))
    found = network.segment(head(geometry))
    assert dice(found.segmentation.mask(), ball(geometry, WT_MM)) > 0.9


def test_windows_give_the_same(folder: Path, network: OwnNetwork) -> None:
    small = OwnNetwork.read(folder / "made.json", PLAIN.model_copy(update={"memory_gib": SMALL}))
    images = head(GRIDS["LPS"])
    whole, passed = network.segment(images), small.segment(images)
    for region, image in whole.regions.items():
        np.testing.assert_allclose(passed.regions[region].array, image.array, atol=2e-3)


def test_mirroring_gives_the_same_here(folder: Path, network: OwnNetwork) -> None:
    mirrored = OwnNetwork.read(folder / "made.json", PLAIN.model_copy(update={"mirror": True}))
    images = head(GRIDS["RAS"])
    np.testing.assert_array_equal(
        mirrored.segment(images).segmentation.mask(), network.segment(images).segmentation.mask()
    )


def test_probabilities_are_of_the_regions_and_of_the_segments(network: OwnNetwork) -> None:
    found = network.segment(head(GRIDS["LPS"]))
    assert list(found.regions) == ["WT", "TC", "ET"]
    for image, mask in zip(found.regions.values(), regions(found.segmentation), strict=True):
        np.testing.assert_array_equal(image.array > 0.5, mask)
    for segment in found.segmentation:
        assert segment.probability is not None
        assert segment.probability.shape == segment.array.shape
        assert (segment.probability[segment.array] > 0.4).all()


def test_temperature_softens_and_does_not_move_the_outline(tmp_path: Path, network: OwnNetwork) -> None:
    written(tmp_path, threshold_weights(), temperature=4.0)
    soft = OwnNetwork.read(tmp_path / "made.json", PLAIN)
    images = head(GRIDS["LPS"])
    hot, cold = soft.segment(images), network.segment(images)
    np.testing.assert_array_equal(hot.segmentation.mask(), cold.segmentation.mask())
    inside = cold.segmentation.mask()
    assert hot.regions["WT"].array[inside].mean() < cold.regions["WT"].array[inside].mean()


def test_a_missing_sequence_leaves_what_the_others_show(network: OwnNetwork) -> None:
    images = head(GRIDS["LPS"])
    found = network.segment({Contrast.T1C: images[Contrast.T1C]})
    assert [n.code for n in found.notices] == [Code.SEQUENCE_MISSING]
    assert dice(found.segmentation.mask(3), ball(GRIDS["LPS"], ET_MM)) > 0.99


def test_no_tumor_is_an_empty_segmentation(network: OwnNetwork) -> None:
    images = head(GRIDS["LPS"])
    flat = {c: images[Contrast.T1].with_array(images[Contrast.T1].array) for c in images}
    found = network.segment(flat)
    assert [segment.number for segment in found.segmentation] == [1, 2, 3]
    assert found.segmentation.mask().sum() == 0


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    written(tmp_path, {**threshold_weights(), "head.bias": np.zeros(5)})
    with pytest.raises(CorruptInputError) as caught:
        OwnNetwork.read(tmp_path / "made.json", PLAIN)
    assert caught.value.code is Code.CORRUPT
    assert caught.value.path == tmp_path / "made.json"


def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    written(tmp_path, threshold_weights())
    place = tmp_path / "made.safetensors"
    place.write_bytes(place.read_bytes()[:-1] + b"\1")
    with pytest.raises(CorruptInputError) as caught:
        OwnNetwork.read(place, PLAIN)
    assert caught.value.code is Code.MODEL_TAMPERED


def test_a_network_of_another_make_is_refused(tmp_path: Path) -> None:
    written(tmp_path, threshold_weights(), architecture=None)
    with pytest.raises(UnsupportedError, match="another make"):
        OwnNetwork.read(tmp_path / "made.json", PLAIN)


def test_labels_are_those_between_regions(network: OwnNetwork) -> None:
    assert ring_labels(network.card) == (2, 1, 3)


def test_regions_that_do_not_nest_are_refused(tmp_path: Path) -> None:
    card = written(tmp_path, threshold_weights(), regions=tuple(reversed(REGIONS)))
    with pytest.raises(UnsupportedError, match="outermost"):
        ring_labels(card)


def test_nothing_is_found_outside_the_brain(folder: Path) -> None:
    """A network that sees tumor everywhere is held to the brain and a voxel about it."""
    weights = threshold_weights()
    weights["head.bias"] = weights["head.bias"] + np.float32(2e4)
    place = folder / "everywhere"
    written(place, weights)
    images = head(GRIDS["LPS"])
    found = OwnNetwork.read(place / "made.json", PLAIN).segment(images)
    brain = np.logical_or.reduce([image.array != 0 for image in images.values()])
    mask = found.segmentation.mask()
    assert mask[brain].all()
    assert not (mask & ~ndimage.binary_dilation(brain, iterations=3)).any()


def test_parts_of_which_it_is_not_sure_do_not_count(network: OwnNetwork) -> None:
    images = head(GRIDS["LPS"])
    changes = {"temperature": 1000.0, "peak": 0.95}
    unsure = replace(network, card=network.card.model_copy(update=changes)).segment(images)
    sure = max(float(image.array.max()) for image in unsure.regions.values())
    assert 0.5 < sure < 0.95
    assert not unsure.segmentation.mask().any()
    assert Code.PARTS_LEFT_OUT in {notice.code for notice in unsure.notices}
    every = replace(network, card=network.card.model_copy(update={"temperature": 1000.0})).segment(images)
    assert every.segmentation.mask().any()
