"""Patches of patients: as they are where nothing is drawn, the same for the same draw, truth where the image shows it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Contrast
from oncometry.synthesis.training.case import TrainingCase, case_from, case_of, case_to
from oncometry.synthesis.training.generator import AugmentationSettings

torch = pytest.importorskip("torch")
augment = pytest.importorskip("oncometry.synthesis.training.augment")
CPU = torch.device("cpu")
SHAPE = (20, 24, 18)
INPUTS = (Contrast.T1C, Contrast.FLAIR)


@pytest.fixture(scope="module")
def case() -> TrainingCase:
    """A brain in which the first sequence is bright where the tumor is."""
    rng = np.random.default_rng(0)
    place = (
        np.stack(np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij"), axis=-1) - np.array(SHAPE) / 2
    )
    brain = np.linalg.norm(place, axis=-1) < 8.5
    away = np.linalg.norm(place - (2, -1, 1), axis=-1)
    levels = ((away < 4).astype(np.uint8) + (away < 2)).astype(np.uint8)
    images = rng.normal(0, 0.3, (2, *SHAPE)).astype(np.float32)
    images[0] += 3 * (levels > 0)
    images[:, ~brain] = 0
    return case_of(images, brain, np.array([True, True]), levels)


def test_a_case_is_kept_as_it_is(case: TrainingCase) -> None:
    again = case_from(case_to(case))
    np.testing.assert_array_equal(again.volumes(), case.volumes())
    assert again.shape == case.shape
    assert case.volumes().shape == (4, *SHAPE)
    assert set(np.unique(case.volumes()[-1])) == {0, 1, 2}


def test_a_plain_patch_is_the_case_itself(case: TrainingCase) -> None:
    whole = case.volumes().astype(np.float32)
    draw = augment.plain_patch(case, (8, 12, 10), np.random.default_rng(3))
    images, truth = augment.cut(draw, case.volumes(), 2, CPU)
    start = np.round(draw.center - (np.array(draw.shape) - 1) / 2).astype(int)
    box = tuple(slice(s, s + n) for s, n in zip(start, draw.shape, strict=True))
    np.testing.assert_allclose(images.numpy(), whole[:2][(slice(None), *box)], atol=2e-3)
    np.testing.assert_allclose(truth[0].numpy(), whole[3][box] > 0, atol=1e-4)
    np.testing.assert_allclose(truth[1].numpy(), whole[3][box] > 1, atol=1e-4)


def test_truth_goes_where_the_image_goes(case: TrainingCase) -> None:
    settings = AugmentationSettings(turn_probability=1, artifact_probability=0, sequence_dropout=0)
    for seed in range(8):
        rng = np.random.default_rng(seed)
        draw = augment.draw_patch(case, (16, 16, 16), INPUTS, settings, 1.0, rng)
        images, truth = augment.cut(draw, case.volumes(), 2, CPU)
        inside, outside = truth[0] > 0.99, (truth[0] < 0.01) & (images[0] != 0)
        assert inside.any()
        assert images[0][inside].mean() > images[0][outside].mean() + 1.5
        assert (truth[1] <= truth[0] + 1e-6).all()


def test_the_same_draw_gives_the_same_patch_and_others_differ(case: TrainingCase) -> None:
    settings = AugmentationSettings(artifact_probability=1, motion_probability=1)
    one, two, other = (
        augment.cut(
            augment.draw_patch(case, (16, 16, 16), INPUTS, settings, 1.0, np.random.default_rng(seed)),
            case.volumes(),
            2,
            CPU,
        )[0]
        for seed in (5, 5, 6)
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
    assert torch.isfinite(one).all()
    assert float(one.abs().max()) <= 6


def test_sequences_are_left_out_but_never_all(case: TrainingCase) -> None:
    lone = replace(case, present=np.array([False, True]))
    settings = AugmentationSettings(sequence_dropout=1)
    kept = [
        augment.draw_patch(one, (8, 8, 8), INPUTS, settings, 1.0, np.random.default_rng(seed)).present
        for one in (case, lone)
        for seed in range(40)
    ]
    assert all(present.any() for present in kept)
    assert {tuple(present) for present in kept[:40]} >= {(True, False), (False, True)}
    assert {tuple(present) for present in kept[40:]} == {(False, True)}


def test_a_patch_larger_than_the_case_has_nothing_beyond_it(case: TrainingCase) -> None:
    draw = augment.plain_patch(case, (32, 32, 32), np.random.default_rng(0))
    images, truth = augment.cut(draw, case.volumes(), 2, CPU)
    assert images.shape == (2, 32, 32, 32)
    assert int((truth[0] > 0.5).sum()) == len(case.tumor)
