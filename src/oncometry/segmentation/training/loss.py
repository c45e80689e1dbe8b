"""What training lessens: soft Dice (Milletari 2016, doi:10.1109/3DV.2016.79) and cross-entropy, at every level."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["deep_loss", "region_loss"]

SMOOTH = 1.0
"""Voxels added to both sides of the fraction: a region that is nowhere counts as met where nothing is predicted."""
HALVED = 0.5
"""Weight of a level relative to the next finer one."""


def region_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """One minus the mean Dice of the regions, plus binary cross-entropy.

    Args:
        logits, truth: (b, regions, i, j, k); truth 0 to 1.
    """
    probability = torch.sigmoid(logits)
    axes = (0, 2, 3, 4)
    overlap = (probability * truth).sum(axes)
    dice = (2 * overlap + SMOOTH) / (probability.sum(axes) + truth.sum(axes) + SMOOTH)
    return 1 - dice.mean() + functional.binary_cross_entropy_with_logits(logits, truth)


def deep_loss(levels: Sequence[Tensor], truth: Tensor) -> Tensor:
    """Weighted mean over the levels; the truth of a coarser one is its share of each cell."""
    weights = [HALVED**depth for depth in range(len(levels))]
    total = torch.zeros((), device=truth.device)
    for weight, logits in zip(weights, levels, strict=True):
        at_level = (
            truth if logits.shape == truth.shape else functional.adaptive_avg_pool3d(truth, logits.shape[2:])
        )
        total = total + weight * region_loss(logits, at_level)
    return total / sum(weights)
