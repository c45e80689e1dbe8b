"""Training learns, goes on where it was killed to the same weights, and refuses what does not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Code, CorruptInputError, SettingsError, UnsupportedError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.training.settings import LearningSettings

torch = pytest.importorskip("torch")
learning = pytest.importorskip("oncometry.segmentation.training.learn")
learn, STATE = learning.learn, learning.STATE

ARCHITECTURE = Architecture(inputs=2, outputs=2, channels=(16, 16))
SETTINGS = LearningSettings(
    steps=6,
    patch=(8, 8, 8),
    check_every=3,
    checks=2,
    save_every=2,
    seed=5,
    device="cpu",
    threads=1,
    warm_up=1,
)


class Blobs:
    """Examples whose truth is where a channel is bright: anything that learns finds it."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.left = stop_after

    def example(self, rng, patch, device, *, held_out):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        smooth = torch.nn.functional.interpolate(
            torch.tensor(rng.normal(size=(1, 2, 2, 2, 2)), dtype=torch.float32), size=patch, mode="trilinear"
        )[0]
        return smooth.to(device), (smooth > 0.2).float().to(device)


def run(folder: Path, settings: LearningSettings = SETTINGS, source: Blobs | None = None, **more):
    folder.mkdir(exist_ok=True)
    return learn(ARCHITECTURE, settings, source or Blobs(), folder, told=lambda _: None, **more)


def test_it_learns_what_can_be_learned(tmp_path: Path) -> None:
    untrained = run(tmp_path / "one", SETTINGS.model_copy(update={"steps": 1, "learning_rate": 1e-12}))
    settings = SETTINGS.model_copy(
        update={"steps": 100, "check_every": 50, "learning_rate": 3e-3, "average": 0.9}
    )
    learned = run(tmp_path / "many", settings)
    assert learned.finished
    assert learned.rows[-1].loss < 0.8 * untrained.rows[0].loss
    dice = [row.dice for row in (untrained.rows[-1], learned.rows[-1])]
    assert np.nanmin(np.array(dice[1], float)) > 0.15 + np.nanmin(np.array(dice[0], float))


def test_killed_anywhere_it_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "killed", source=Blobs(stop_after=5))
    resumed = run(tmp_path / "killed")
    assert resumed.step == whole.step == SETTINGS.steps
    assert [(r.step, r.loss, r.dice) for r in resumed.rows] == [(r.step, r.loss, r.dice) for r in whole.rows]
    for name, array in whole.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], array)


def test_what_only_training_needs_is_not_shipped(tmp_path: Path) -> None:
    learned = run(tmp_path)
    assert "head.weight" in learned.weights
    assert not [name for name in learned.weights if name.startswith("deep_heads")]


def test_other_settings_do_not_go_on_in_the_same_folder_but_more_minutes_do(tmp_path: Path) -> None:
    run(tmp_path)
    with pytest.raises(SettingsError, match="other settings"):
        run(tmp_path, SETTINGS.model_copy(update={"learning_rate": 0.5}))
    assert run(tmp_path, SETTINGS.model_copy(update={"minutes": 9.0})).finished


def test_a_state_cut_short_is_refused(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / STATE).write_bytes((tmp_path / STATE).read_bytes()[:100])
    with pytest.raises(CorruptInputError) as caught:
        run(tmp_path)
    assert caught.value.code is Code.CORRUPT


def test_fine_tuning_begins_from_the_weights_given(tmp_path: Path) -> None:
    first = run(tmp_path / "first")
    still = SETTINGS.model_copy(update={"steps": 1, "learning_rate": 1e-12, "check_every": 1})
    second = run(tmp_path / "second", still, initial=first.weights)
    np.testing.assert_allclose(second.weights["head.weight"], first.weights["head.weight"], atol=1e-6)
    with pytest.raises(SettingsError, match="fits"):
        run(tmp_path / "third", initial={"head.weight": np.zeros((1, 1), np.float32)})


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError) as caught:
        run(tmp_path, SETTINGS.model_copy(update={"device": "cuda"}))
    assert caught.value.code is Code.DEVICE_MISSING
