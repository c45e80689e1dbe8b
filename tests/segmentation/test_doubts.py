"""Images are doubted by what brains look like, and only where the brain is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import oncometry.segmentation.doubts as module
from oncometry.core import Code, Image, Notice
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channels import foreign_channels
from oncometry.segmentation.prepare import prepare

from .made_network import centered, head, threshold_weights, written

GRID = centered((48, 48, 40), (3.0, 3.0, 3.0))
DOUBTS = {Code.HEAD_TURNED, Code.SEQUENCES_SWAPPED}


@pytest.mark.parametrize("make", ["own", "another"])
@pytest.mark.parametrize("skull", [False, True])
def test_a_head_whose_brain_is_not_known_is_not_judged_as_one(
    tmp_path: Path, skull: bool, make: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "turned_notices", lambda *_: [Notice(Code.HEAD_TURNED, "turned.")])
    monkeypatch.setattr(module, "swapped_notices", lambda _: [Notice(Code.SEQUENCES_SWAPPED, "swapped.")])
    images = {contrast: _noisy(image) if skull else image for contrast, image in head(GRID).items()}
    card = written(tmp_path, threshold_weights())
    found = prepare(images, card) if make == "own" else foreign_channels(images, foreign(card))
    codes = {notice.code for notice in found.notices}
    assert (Code.BRAIN_NOT_EXTRACTED in codes) is skull
    assert codes & DOUBTS == (set() if skull else DOUBTS)
    assert set(found.used) == set(images)


def foreign(card: NetworkCard) -> NetworkCard:
    """The card of an ONNX file that takes images with other axes."""
    rules = {
        "axes": "RAS",
        "intensity": "brain",
        "multiple": 4,
        "activation": "sigmoid",
        "outputs": [region.name for region in card.regions],
    }
    given = card.model_dump() | {"format": "onnx", "architecture": None, "foreign": rules}
    return NetworkCard.model_validate(given)


def _noisy(image: Image) -> Image:
    """With noise in the air, as where nothing was stripped."""
    noise = np.random.default_rng(0).uniform(0, 0.01, image.array.shape)
    return image.with_array(np.asfortranarray(image.array + noise, np.float32))
