"""Drawing and rendering: truth follows the labels, missing sequences are zero, the same draw is the same image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.synthesis.training.heads import shell_head

from oncometry.synthesis.training.classes import BRAIN, TUMOR, HeadClass
from oncometry.synthesis.training.contrast import SEQUENCES, draw_contrasts
from oncometry.synthesis.training.generator import GeneratorSettings
from oncometry.synthesis.training.pool import PooledHead, pooled_head
from oncometry.synthesis.training.sample import SampleDraw, draw_sample

torch = pytest.importorskip("torch")
render = pytest.importorskip("oncometry.synthesis.training.render").render

SHAPE = (48, 56, 40)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def head() -> PooledHead:
    return pooled_head(shell_head(), np.random.default_rng(2))


def drawn(head: PooledHead, seed: int = 0, **settings: float) -> SampleDraw:
    return draw_sample(head, SHAPE, GeneratorSettings(**settings), np.random.default_rng(seed))


def still(draw: SampleDraw) -> SampleDraw:
    """The same draw without any deformation."""
    return replace(draw, matrix=np.eye(3), displacement=np.zeros_like(draw.displacement))


def test_the_same_draw_gives_the_same_bytes(head: PooledHead) -> None:
    one, two = render(drawn(head), head, CPU), render(drawn(head), head, CPU)
    assert torch.equal(one[0], two[0])
    assert torch.equal(one[1], two[1])


def test_truth_is_nested_and_that_of_the_labels(head: PooledHead) -> None:
    start = np.array([5, 6, 7])
    draw = replace(still(drawn(head, 1)), center=start + (np.array(SHAPE) - 1) / 2)
    _, truth = render(draw, head, CPU)
    whole, core, enhancing = truth.bool()
    assert not (core & ~whole).any()
    assert not (enhancing & ~core).any()
    labels = head.labels[tuple(slice(a, a + n) for a, n in zip(start, SHAPE, strict=True))]
    assert labels.shape == SHAPE
    assert int(whole.sum()) > 0
    assert int(whole.sum()) == np.isin(labels, TUMOR).sum()
    assert int(enhancing.sum()) == (labels == HeadClass.ENHANCING).sum()


def test_what_brain_extraction_takes_off_is_zero_and_what_is_missing_too(head: PooledHead) -> None:
    draw = drawn(head, 4, skull_probability=0.0)
    gone = replace(draw, sequences=tuple(replace(s, present=i != 2) for i, s in enumerate(draw.sequences)))
    images, _ = render(gone, head, CPU)
    assert images.shape == (len(SEQUENCES), *SHAPE)
    assert (images[2] == 0).all()
    assert (images[0] == 0).float().mean() > 0.02
    assert torch.isfinite(images).all()


def test_values_are_standardized_over_the_whole_brain(head: PooledHead) -> None:
    size = tuple(n // 8 * 8 for n in head.labels.shape)
    settings = GeneratorSettings(
        bias=0.0, noise=1e-6, mask_error_mm=0.0, skull_probability=0.0, motion_probability=0.0
    )
    draw = still(draw_sample(head, size, settings, np.random.default_rng(5)))
    plain = tuple(replace(s, present=True, blur=0.25, thickness=(1.0, 1.0, 1.0)) for s in draw.sequences)
    contrasts = replace(draw.contrasts, texture=np.zeros_like(draw.contrasts.texture))
    middle = (np.array(head.labels.shape) - 1) / 2
    images, _ = render(replace(draw, sequences=plain, contrasts=contrasts, center=middle), head, CPU)
    inside = images[0][images[0] != 0]
    assert float(inside.mean()) == pytest.approx(0, abs=0.12)
    assert float(inside.std()) == pytest.approx(1, abs=0.12)


def test_enhancing_tumor_is_brighter_after_contrast() -> None:
    draws = [draw_contrasts(np.random.default_rng(seed)) for seed in range(200)]
    gain = np.array([d.mean[1, HeadClass.ENHANCING] - d.mean[0, HeadClass.ENHANCING] for d in draws])
    assert np.mean(gain > 0.1) > 0.85
    assert (np.stack([d.mean[:, list(BRAIN)] for d in draws]) >= 0).mean() > 0.99


def test_settings_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="extra"):
        GeneratorSettings.model_validate({"rotation": 3})
