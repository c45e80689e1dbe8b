"""Files in, files out: what is written is what was found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.segmentation.made_network import INPUTS, centered, head, threshold_weights, written

from oncometry.core import Code, Contrast, CorruptInputError, SettingsError, UnsupportedError
from oncometry.io import read_mask_file, read_volume, sha256_of, write_volume
from oncometry.one_segmentation import SegmentationFiles, segment_images
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork

ENDS = dict(zip(INPUTS, ("t1n", "t1c", "t2w", "t2f"), strict=True))
GEOMETRY = centered((35, 36, 37), (2, 2, 2), np.diag([-1.0, -1.0, 1.0]))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    for contrast, image in head(GEOMETRY).items():
        write_volume(image, folder / f"B-001-{ENDS[contrast]}.nii.gz")
    return folder


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> OwnNetwork:
    folder = tmp_path_factory.mktemp("network")
    written(folder, threshold_weights())
    return OwnNetwork.read(folder / "made.json", InferenceSettings(backend="onnxruntime"))


@pytest.fixture(scope="module")
def files(case: Path, network: OwnNetwork, tmp_path_factory: pytest.TempPathFactory) -> SegmentationFiles:
    return segment_images(case, network, tmp_path_factory.mktemp("output") / "new")


def test_the_label_map_is_what_was_found(files: SegmentationFiles) -> None:
    assert files.labels.name == "B-001_dseg.nii.gz"
    read = read_mask_file(files.labels, scheme="brats-2023")
    assert read.geometry.matches(GEOMETRY)
    for segment in read:
        np.testing.assert_array_equal(
            read.mask(segment.number), files.segmented.segmentation.mask(segment.number)
        )
    assert read.mask().any()


def test_each_region_has_a_volume_of_probabilities(files: SegmentationFiles) -> None:
    for at, image in enumerate(files.segmented.regions.values()):
        np.testing.assert_array_equal(read_volume(files.probabilities, volume=at).array, image.array)


def test_the_sidecar_says_what_made_it(files: SegmentationFiles, network: OwnNetwork) -> None:
    told = json.loads(files.sidecar.read_text(encoding="utf-8"))
    assert told["GeneratedBy"]["Name"] == "oncometry"
    assert told["Network"]["SHA256"] == network.card.sha256
    assert told["Backend"].startswith("onnxruntime")
    assert set(told["Sources"]) == {"T1", "T1c", "T2", "FLAIR"}
    assert told["Labels"] == {"1": "NCR", "2": "ED", "3": "ET"}
    assert list(told["Regions"]) == ["WT", "TC", "ET"]
    assert told["Regions"]["WT"]["VolumeML"] == pytest.approx(sum(told["VolumesML"].values()), abs=0.01)
    assert told["Regions"]["WT"]["VolumeIntervalML"] is None
    assert 0.8 < told["Regions"]["WT"]["ExpectedDice"] <= 1
    assert told["Notices"] == []
    assert told["Settings"] == {"inference": network.settings.model_dump(mode="json"), "geometry": "strict"}
    assert len(told["SettingsSHA256"]) == 64
    assert told["Files"] == {path.name: sha256_of(path) for path in (files.labels, files.probabilities)}


def test_other_settings_have_another_hash(
    files: SegmentationFiles, case: Path, network: OwnNetwork, tmp_path: Path
) -> None:
    settings = network.settings.model_copy(update={"overlap": 0.25})
    other = segment_images(case, replace(network, settings=settings), tmp_path)
    one, two = (json.loads(f.sidecar.read_text(encoding="utf-8"))["SettingsSHA256"] for f in (files, other))
    assert one != two


def test_one_file_named_as_a_sequence_is_enough(case: Path, network: OwnNetwork, tmp_path: Path) -> None:
    files = segment_images({Contrast.T1C: case / "B-001-t1c.nii.gz"}, network, tmp_path, name="one")
    assert files.labels.name == "one_dseg.nii.gz"
    told = json.loads(files.sidecar.read_text(encoding="utf-8"))
    assert told["Notices"][0].startswith(Code.SEQUENCE_MISSING)


def test_the_same_input_gives_the_same_bytes(
    files: SegmentationFiles, case: Path, network: OwnNetwork, tmp_path: Path
) -> None:
    again = segment_images(case, network, tmp_path)
    for one, other in ((again.labels, files.labels), (again.probabilities, files.probabilities)):
        assert one.read_bytes() == other.read_bytes()


def test_a_network_that_finds_the_brain_is_no_tumor_network(
    case: Path, network: OwnNetwork, tmp_path: Path
) -> None:
    card = network.card.model_copy(update={"task": "brain"})
    with pytest.raises(UnsupportedError, match="no tumor"):
        segment_images(case, replace(network, card=card), tmp_path)


def test_a_refusal_names_the_file(network: OwnNetwork, tmp_path: Path) -> None:
    image = next(iter(head(GEOMETRY).values()))
    path = tmp_path / "black.nii.gz"
    write_volume(image.with_array(np.zeros_like(image.array)), path)
    with pytest.raises(CorruptInputError) as refused:
        segment_images({Contrast.T1C: path}, network, tmp_path / "out")
    assert refused.value.code is Code.CONSTANT
    assert refused.value.path == path


def test_where_it_looked_is_written_beside_what_it_found(
    files: SegmentationFiles, case: Path, network: OwnNetwork, tmp_path: Path
) -> None:
    """The made network sees the whole tumor by FLAIR alone, so that its answer rests on FLAIR, in the tumor."""
    explained = segment_images(case, network, tmp_path, saliency=True)
    assert explained.saliency is not None
    assert explained.saliency.name == "B-001_saliency.nii.gz"
    fall = read_volume(explained.saliency).array
    whole = explained.segmented.regions["WT"].array > 0.5
    assert fall.shape == whole.shape
    assert fall[whole].mean() > 3 * np.abs(fall[~whole]).mean()
    told = json.loads(explained.sidecar.read_text(encoding="utf-8"))
    assert told["Saliency"]["Region"] == "WT"
    assert max(told["Saliency"]["FallBySequence"].items(), key=lambda item: item[1])[0] == "FLAIR"
    assert told["Files"]["B-001_saliency.nii.gz"] == sha256_of(explained.saliency)
    assert explained.labels.read_bytes() == files.labels.read_bytes()
    assert "Saliency" not in json.loads(files.sidecar.read_text(encoding="utf-8"))


def test_a_program_without_probabilities_cannot_be_asked_where_it_looked(
    case: Path, network: OwnNetwork, tmp_path: Path
) -> None:
    card = network.card.model_copy(update={"format": "command"})
    with pytest.raises(SettingsError, match="without probabilities") as refused:
        segment_images(case, replace(network, card=card), tmp_path / "new", saliency=True)
    assert refused.value.code is Code.SETTINGS
    assert not (tmp_path / "new").exists()


def test_where_nothing_is_found_there_is_no_saliency(network: OwnNetwork, tmp_path: Path) -> None:
    quiet = next(iter(head(GEOMETRY).values()))
    write_volume(quiet, tmp_path / "x-t1c.nii.gz")
    done = segment_images({Contrast.T1C: tmp_path / "x-t1c.nii.gz"}, network, tmp_path / "new", saliency=True)
    assert done.saliency is None
    assert Code.MASK_EMPTY in [notice.code for notice in done.segmented.notices]
