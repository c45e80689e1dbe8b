"""`oncometry train` on label maps made here: weights with a card, curves, and going on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.synthesis.training.heads import shell_head

from oncometry.core import Geometry, Image
from oncometry.io import write_volume
from oncometry.segmentation.weights import read_network

pytestmark = pytest.mark.storeless

pytest.importorskip("torch")

FREESURFER = {0: 0, 1: 2, 2: 3, 4: 4, 5: 24, 16: 516, 18: 511}


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small heads with FreeSurfer's numbers, and a configuration beside them."""
    folder = tmp_path_factory.mktemp("training")
    classes = shell_head(48)
    labels = np.vectorize(FREESURFER.get)(classes).astype(np.int16)
    geometry = Geometry.from_parts(labels.shape, (1, 1, 1))
    for name in ("one", "two"):
        write_volume(Image(labels, geometry), folder / "heads" / f"{name}.nii.gz")
    learning = {
        "steps": 3, "patch": [16, 16, 16], "check_every": 2, "checks": 2, "save_every": 1, "device": "cpu", "threads": 1
    }  # fmt: skip
    config = {
        "name": "small",
        "data": {"kind": "heads", "folder": "heads", "variants": 1, "held_out": ["two"]},
        "channels": [16, 16],
        "learning": learning,
    }
    (folder / "small.yaml").write_text(yaml.safe_dump(config))
    return folder


def test_a_network_comes_with_its_card_and_curves(oncometry, heads: Path, tmp_path: Path) -> None:
    output = tmp_path / "small"
    ran = oncometry("train", heads / "small.yaml", "-o", output, "--json", "--quiet")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["finished"]
    assert told["step"] == 3
    card, weights = read_network(output / "small.safetensors")
    assert card.sha256 == told["sha256"]
    assert "1 label maps of heads" in card.data
    assert card.measured == ()
    assert weights["head.weight"].shape == (24, 16, 1, 1, 1)
    assert (output / "history.csv").read_text().splitlines()[0] == "step,seconds,loss,dice_wt,dice_tc,dice_et"
    assert (output / "curves.png").stat().st_size > 5000
    again = oncometry("train", heads / "small.yaml", "-o", output, "--json", "--quiet")
    assert json.loads(again.out)["sha256"] == told["sha256"]
    config = yaml.safe_load((heads / "small.yaml").read_text())
    config["data"]["generator"] = {"noise": 0.5}
    (heads / "noisier.yaml").write_text(yaml.safe_dump(config))
    other = oncometry("train", heads / "noisier.yaml", "-o", output, "--quiet")
    assert other.code != 0
    assert "images that vary otherwise" in other.err


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"channels": [8]}, 2, "channels"),
        ({"data": {"kind": "heads", "folder": "nowhere"}}, 3, "NOTHING_FOUND"),
        ({"data": {"kind": "heads", "folder": "heads", "held_out": ["three"]}}, 2, "three"),
        (
            {"data": {"kind": "heads", "folder": "heads", "variants": 1, "held_out": ["one", "two"]}},
            2,
            "none is left",
        ),
        ({"learning": {"patch": [15, 16, 16]}}, 2, "multiples"),
        ({"begin_from": "gone.safetensors"}, 3, "NOTHING_FOUND"),
    ],
)
def test_a_configuration_that_does_not_hold_is_told(
    oncometry, heads: Path, change: dict[str, object], code: int, said: str
) -> None:
    config = yaml.safe_load((heads / "small.yaml").read_text()) | change
    (heads / "changed.yaml").write_text(yaml.safe_dump(config))
    ran = oncometry("train", heads / "changed.yaml", "-o", heads / "out", "--quiet")
    assert ran.code == code
    assert said in ran.err


def test_label_maps_of_one_name_are_refused(oncometry, heads: Path, tmp_path: Path) -> None:
    """Their grown heads would be one file."""
    folder = tmp_path / "heads"
    folder.mkdir()
    for name in ("one.nii.gz", "two.nii.gz", "one.nii"):
        (folder / name).write_bytes(b"")
    config = yaml.safe_load((heads / "small.yaml").read_text())
    config["data"]["folder"] = str(folder)
    (tmp_path / "twice.yaml").write_text(yaml.safe_dump(config))
    ran = oncometry("train", tmp_path / "twice.yaml", "-o", tmp_path / "out", "--quiet")
    assert ran.code == 2
    assert "two label maps are named one" in ran.err


def test_a_network_of_brain_extraction_takes_any_one_sequence(oncometry, heads: Path, tmp_path: Path) -> None:
    config = yaml.safe_load((heads / "small.yaml").read_text()) | {"task": "brain", "name": "brain"}
    (heads / "brain.yaml").write_text(yaml.safe_dump(config))
    ran = oncometry("train", heads / "brain.yaml", "-o", tmp_path / "brain", "--json", "--quiet")
    assert ran.code == 0, ran.err
    assert set(json.loads(ran.out)["dice_on_held_out_patches"]) == {"brain"}
    card, _ = read_network(tmp_path / "brain" / "brain.safetensors")
    assert (card.task, card.scheme, card.spacing_mm) == ("brain", None, (3.0, 3.0, 3.0))
    assert (card.architecture.inputs, card.architecture.outputs) == (1, 1)
