"""Weights come with their card, and only as they were written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oncometry.core import Code, Contrast, CorruptInputError, NothingFoundError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.card import NetworkCard, RegionRule
from oncometry.segmentation.weights import read_network, write_network

CARD: dict[str, Any] = {
    "name": "made-up",
    "version": "1",
    "task": "tumor",
    "inputs": (Contrast.T1C, Contrast.FLAIR),
    "scheme": "brats-2023",
    "regions": (RegionRule(name="WT", labels=(1, 2, 3)), RegionRule(name="ET", labels=(3,))),
    "architecture": Architecture(inputs=2, outputs=2, channels=(16, 16)),
    "data": "none: a test",
    "license": "Apache-2.0",
}
WEIGHTS = {"head.weight": np.arange(12, dtype=np.float32).reshape(3, 4), "head.bias": np.ones(3, np.float32)}


def written(folder: Path) -> Path:
    write_network(folder, WEIGHTS, **CARD)
    return folder / "made-up.safetensors"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    card, weights = read_network(written(tmp_path))
    assert (card.name, card.inputs, card.architecture) == ("made-up", CARD["inputs"], CARD["architecture"])
    assert set(weights) == set(WEIGHTS)
    for name, array in weights.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, WEIGHTS[name])


@pytest.mark.parametrize("harm", ["cut", "flipped"])
def test_other_bytes_than_the_card_says_are_refused(tmp_path: Path, harm: str) -> None:
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    if harm == "cut":
        del content[-7:]
    else:
        content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(CorruptInputError) as caught:
        read_network(path)
    assert caught.value.code is Code.MODEL_TAMPERED


def test_what_is_no_safetensors_file_is_refused_even_with_its_hash(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"PK\x03\x04 a pickle, say")
    card = json.loads(path.with_suffix(".json").read_text())
    card["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(CorruptInputError) as caught:
        read_network(path)
    assert caught.value.code is Code.CORRUPT


def test_weights_without_a_card_or_a_card_without_weights_say_what_is_missing(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.rename(tmp_path / "other.safetensors")
    with pytest.raises(NothingFoundError, match="weights"):
        read_network(path)
    with pytest.raises(NothingFoundError, match="card"):
        read_network(tmp_path / "other.safetensors")


def test_a_card_names_the_field_that_is_wrong(tmp_path: Path) -> None:
    path = written(tmp_path).with_suffix(".json")
    path.write_text(path.read_text().replace('"tumor"', '"liver"'))
    with pytest.raises(CorruptInputError, match="task"):
        read_network(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"regions": (RegionRule(name="WT", labels=(7,)),)}, "7"),
        ({"architecture": Architecture(inputs=3, outputs=2)}, "3"),
        ({"name": "Made Up"}, "pattern"),
    ],
)
def test_a_card_agrees_with_itself(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NetworkCard(**(CARD | change), sha256="0" * 64)
