"""A drawn sample becomes images and truth: a pure function of draw and head, on the CPU or a GPU."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from oncometry.preprocessing import BRAIN_DEVIATIONS
from oncometry.synthesis.training.classes import BRAIN, CLASSES, HeadClass
from oncometry.synthesis.training.contrast import SEQUENCES
from oncometry.synthesis.training.paint import blurred, deformed, painted, smooth_noise, spread_over
from oncometry.synthesis.training.pool import PooledHead
from oncometry.synthesis.training.sample import SampleDraw

__all__ = ["REGIONS", "render"]

REGIONS = ("WT", "TC", "ET")
H = HeadClass
_MEMBERS = (
    (H.NECROSIS, H.EDEMA, H.ENHANCING, H.NON_ENHANCING),
    (H.NECROSIS, H.ENHANCING, H.NON_ENHANCING),
    (H.ENHANCING,),
)


def render(draw: SampleDraw, head: PooledHead, device: torch.device) -> tuple[Tensor, Tensor]:
    """Images and truth of one sample.

    Returns:
        (4, i, j, k) float32 in the order of `SEQUENCES`, standardized over the whole brain and zero outside what is kept
        and where a sequence is missing; (3, i, j, k) float32 0 or 1, in the order of `REGIONS`.
    """
    generator = torch.Generator(device).manual_seed(draw.seed)
    labels = deformed(draw, head, device)
    table = torch.zeros((len(_MEMBERS), CLASSES), device=device)
    for row, members in enumerate(_MEMBERS):
        table[row, list(members)] = 1.0
    truth = table[:, labels]
    kept = _kept(labels, draw)
    coarse = smooth_noise(draw.shape, 12, generator, device)
    images = torch.zeros((len(SEQUENCES), *draw.shape), device=device)
    for row, sequence in enumerate(draw.sequences):
        if sequence.present:
            middle, deviation = _whole_brain(
                draw.contrasts.mean[row], draw.contrasts.spread[row], head.histogram
            )
            image = (painted(row, draw, labels, coarse, generator) - middle) / deviation
            images[row] = image.clamp(*BRAIN_DEVIATIONS) * kept
    return images, truth


def _whole_brain(mean: np.ndarray, spread: np.ndarray, histogram: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation over the whole brain, of which the patch is a part."""
    share = histogram / histogram.sum()
    middle = float((share * mean).sum())
    variance = float((share * (spread**2 + (mean - middle) ** 2)).sum())
    return middle, max(variance, 1e-6) ** 0.5


def _kept(labels: Tensor, draw: SampleDraw) -> Tensor:
    """(i, j, k) 1 where brain extraction leaves the image: the brain with a border that errs by some millimeters."""
    if draw.mask_offset is None:
        return torch.ones(draw.shape, device=labels.device)
    brain = torch.zeros(CLASSES, device=labels.device)
    brain[list(BRAIN)] = 1.0
    soft = blurred(brain[labels], 2.0)
    offset = spread_over(torch.as_tensor(draw.mask_offset, device=labels.device)[None], draw.shape)[0]
    return (soft > torch.special.ndtr(-offset / 2.0)).float()
