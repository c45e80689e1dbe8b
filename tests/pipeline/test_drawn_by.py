"""A mask that a network drew is known as such, until a person changes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.segmentation.made_network import centered, head, threshold_weights, written

from oncometry.core import Contrast, Image, NothingFoundError
from oncometry.io import CurateSettings, curate, read_volume, write_volume
from oncometry.io.manifest import MaskRecord
from oncometry.one_segmentation import segment_images
from oncometry.pipeline.drawn_by import drawing_network
from oncometry.pipeline.masked_visits import _the_mask

pytestmark = pytest.mark.storeless

NAME = "BraTS-GLI-00003-000"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A visit's folder, into which a network that gives no probabilities wrote its labels."""
    place = tmp_path / "scans" / NAME
    images = head(centered((36, 36, 18), (2.0, 2.0, 4.0)))
    for contrast, suffix in ((Contrast.T1C, "t1c"), (Contrast.FLAIR, "t2f")):
        write_volume(images[contrast], place / f"{NAME}-{suffix}.nii.gz")
    written(tmp_path / "network", threshold_weights())
    done = segment_images(place, tmp_path / "network" / "made.json", place)
    assert done.probabilities is not None
    done.probabilities.unlink()
    return place


def the_mask(place: Path) -> MaskRecord:
    manifest = curate((place,), CurateSettings(scheme="brats-2023"), workspace=place.parent.parent / "work")
    (mask,) = manifest.masks
    return mask


def test_what_a_network_drew_is_no_truth_until_it_is_corrected(place: Path) -> None:
    mask = the_mask(place)
    assert drawing_network(mask) == "made"
    with pytest.raises(NothingFoundError, match="the network made drew"):
        _the_mask([mask])
    drawn = read_volume(mask.path)
    corrected = drawn.array.copy(order="K")
    corrected[18, 18, 9] = 1 - corrected[18, 18, 9] % 2
    write_volume(Image(corrected, drawn.geometry), mask.path)
    mask = the_mask(place)
    assert drawing_network(mask) is None
    assert _the_mask([mask]) is mask


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"Network": {"Name": "made"}}', '{"Network": 1, "Files": 2}']
)
def test_another_sidecar_says_nothing(place: Path, text: str) -> None:
    (place / f"{NAME}_dseg.json").write_text(text)
    assert drawing_network(the_mask(place)) is None
