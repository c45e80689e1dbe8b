"""Training images of brain extraction: a whole head, any contrast, and where the brain is."""

from __future__ import annotations

import torch
from torch import Tensor

from oncometry.preprocessing import HEAD_DEVIATIONS
from oncometry.synthesis.training.classes import BRAIN, CLASSES
from oncometry.synthesis.training.paint import deformed, painted, smooth_noise
from oncometry.synthesis.training.pool import PooledHead
from oncometry.synthesis.training.sample import SampleDraw

__all__ = ["render_brain"]


def render_brain(draw: SampleDraw, head: PooledHead, device: torch.device) -> tuple[Tensor, Tensor]:
    """One image of a head and its brain.

    Returns:
        (1, i, j, k) float32, one sequence of the draw, standardized over the field, air and all; 0 in slices that were
        not scanned, before; (1, i, j, k) float32 0 or 1, the brain with the fluid about it.
    """
    generator = torch.Generator(device).manual_seed(draw.seed)
    labels = deformed(draw, head, device)
    brain = torch.zeros(CLASSES, device=device)
    brain[list(BRAIN)] = 1.0
    row = draw.seed % len(draw.sequences)
    scanned = torch.zeros(draw.shape, device=device)
    scanned[:, :, slice(*draw.slices) if draw.slices else slice(None)] = 1.0
    image = painted(row, draw, labels, smooth_noise(draw.shape, 12, generator, device), generator) * scanned
    image = (image - image.mean()) / image.std().clamp(min=1e-6)
    return image.clamp(*HEAD_DEVIATIONS)[None], (brain[labels] * scanned)[None]
