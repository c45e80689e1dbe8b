"""Heads for brain extraction: skull on, any contrast, in one field."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.synthesis.training.heads import shell_head

from oncometry.synthesis.training.classes import BRAIN, HeadClass
from oncometry.synthesis.training.generator import GeneratorSettings
from oncometry.synthesis.training.pool import PooledHead, halved, pooled_head
from oncometry.synthesis.training.sample import draw_sample
from oncometry.synthesis.training.sample_head import draw_head

torch = pytest.importorskip("torch")
render_brain = pytest.importorskip("oncometry.synthesis.training.render_brain").render_brain

SHAPE = (40, 48, 40)
SETTINGS = GeneratorSettings(voxel_mm=2.0, tumor_probability=0.0)


@pytest.fixture(scope="module")
def head() -> PooledHead:
    return halved(pooled_head(shell_head(), np.random.default_rng(2), margin=256))


def test_a_whole_head_is_kept_and_halved(head: PooledHead) -> None:
    assert head.labels.shape == (36, 40, 36)
    assert (head.labels == HeadClass.SKIN).any()
    assert np.isin(head.labels[tuple(head.tumor.T.astype(int))], BRAIN).mean() > 0.95


def test_one_image_with_its_skull_and_where_the_brain_is(head: PooledHead) -> None:
    draw = replace(draw_head(head, SHAPE, SETTINGS, np.random.default_rng(1)), slices=None)
    images, truth = render_brain(draw, head, torch.device("cpu"))
    assert images.shape == truth.shape == (1, *SHAPE)
    assert torch.isfinite(images).all()
    share = float(truth.mean()) * np.prod(SHAPE) / np.isin(head.labels, BRAIN).sum()
    assert 0.6 < share < 1.6
    outside = images[0][truth[0] == 0]
    assert float(outside.std()) > 0.05


def test_what_was_not_scanned_is_air_and_no_brain(head: PooledHead) -> None:
    draw = draw_head(head, SHAPE, SETTINGS, np.random.default_rng(1))
    whole = render_brain(replace(draw, slices=None), head, torch.device("cpu"))[1]
    images, truth = render_brain(replace(draw, slices=(20, 36)), head, torch.device("cpu"))
    assert whole[..., :20].sum() > 0
    assert truth[..., :20].sum() == truth[..., 36:].sum() == 0
    assert torch.equal(truth[..., 20:36], whole[..., 20:36])
    assert images[..., :20].unique().numel() == images[..., 36:].unique().numel() == 1


def test_every_sequence_is_seen_as_often(head: PooledHead) -> None:
    seen = [draw_head(head, SHAPE, SETTINGS, np.random.default_rng(n)).seed % 4 for n in range(80)]
    assert min(np.bincount(seen, minlength=4)) > 8


def test_slices_are_as_thick_in_millimeters_whatever_the_voxel() -> None:
    head = PooledHead(np.ones((8, 8, 8), np.uint8), np.ones(27), np.zeros((0, 3), np.int16))
    thick = [
        max(s.thickness) * 2.0
        for seed in range(60)
        for s in draw_sample(head, (8, 8, 8), SETTINGS, np.random.default_rng(seed)).sequences
    ]
    assert 6.0 < max(thick) <= SETTINGS.thickest_mm
