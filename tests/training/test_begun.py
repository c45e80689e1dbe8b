"""Weights to begin from: how many fit is told, and those that mean something else are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oncometry.core import Contrast, SettingsError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.card import RegionRule
from oncometry.segmentation.weight_shapes import weight_shapes
from oncometry.segmentation.weights import write_network
from oncometry.training.begun import begun_from
from oncometry.training_settings import TrainingSettings

PAIR = (Contrast.T1C, Contrast.FLAIR)
WT, TC = RegionRule(name="WT", labels=(1, 2, 3)), RegionRule(name="TC", labels=(1, 3))


def before(folder: Path, **changed: Any) -> Path:
    """A network of T1c and FLAIR to WT and TC."""
    architecture = Architecture(inputs=len(changed.get("inputs", PAIR)), outputs=2, channels=(16, 16))
    fields = {
        "name": "before", "version": "2", "task": "tumor", "inputs": PAIR, "scheme": "brats-2023",
        "regions": (WT, TC), "architecture": architecture, "data": "dogs", "license": "MIT",
    }  # fmt: skip
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(architecture).items()}
    write_network(folder, weights, **fields | changed)
    return folder / "before.json"


def settings(path: Path, channels: tuple[int, ...] = (16, 16)) -> TrainingSettings:
    data = {"kind": "brats", "folder": "cases"}
    learning = {"patch": (32, 32, 32)}
    given = {"name": "own", "data": data, "channels": channels, "learning": learning, "begin_from": path}
    return TrainingSettings.model_validate(given)


@pytest.mark.parametrize(
    ("inputs", "regions", "channels", "said"),
    [
        (PAIR, (WT, TC), (16, 16), "23 of 23"),
        ((*PAIR, Contrast.T2), (WT, TC), (16, 16), "22 of 24"),
        (PAIR, (WT,), (16, 16), "21 of 23"),
        (PAIR, (WT, TC), (16, 32), "15 of 23"),
    ],
    ids=["all", "inputs", "regions", "channels"],
)
def test_it_is_told_how_many_tensors_are_taken(
    tmp_path: Path, inputs: tuple[Contrast, ...], regions: tuple[RegionRule, ...], channels: Any, said: str
) -> None:
    begun = begun_from(settings(before(tmp_path), channels), inputs, regions)
    assert str(begun) == f"begun from before 2 (MIT; {said} tensors taken), which learned from: dogs"


@pytest.mark.parametrize(
    ("inputs", "regions", "channels", "said"),
    [
        (
            PAIR[::-1],
            (WT, TC),
            (16, 16),
            "inputs of its card are T1c, FLAIR, those of this training FLAIR, T1c",
        ),
        (PAIR, (TC, WT), (16, 16), "regions of its card are WT, TC, those of this training TC, WT"),
        (PAIR, (WT, TC), (32, 64), "none of its kernels fits"),
    ],
)
def test_what_means_something_else_is_refused(
    tmp_path: Path, inputs: tuple[Contrast, ...], regions: tuple[RegionRule, ...], channels: Any, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        begun_from(settings(before(tmp_path), channels), inputs, regions)


def test_a_network_of_any_sequence_is_one_of_each(tmp_path: Path) -> None:
    path = before(tmp_path, inputs=(Contrast.UNKNOWN,))
    begun = begun_from(settings(path), (Contrast.T1,), (WT, TC))
    assert begun is not None
    assert begun.taken == begun.of
