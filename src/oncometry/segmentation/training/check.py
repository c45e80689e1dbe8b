"""How well a network does on patches of heads or patients that training never sees."""

from __future__ import annotations

import torch
from torch import Tensor

from oncometry.segmentation.torch_network import ResidualUNet
from oncometry.segmentation.training.settings import LearningSettings
from oncometry.segmentation.training.source import ExampleSource, batch_of

__all__ = ["held_out_dice", "region_dice"]

HELD_OUT = 1 << 20
"""Seeds of held-out patches lie beyond those of steps."""


def region_dice(logits: Tensor, truth: Tensor) -> list[float | None]:
    """Dice of each region of one example, (regions, i, j, k); None where neither has a voxel."""
    found = []
    for one, other in zip(logits > 0, truth > 0.5, strict=True):
        size = int(one.sum()) + int(other.sum())
        found.append(None if size == 0 else 2 * int((one & other).sum()) / size)
    return found


@torch.no_grad()
def held_out_dice(
    network: ResidualUNet, source: ExampleSource, settings: LearningSettings, device: torch.device
) -> tuple[float | None, ...]:
    """Mean Dice of each region over the same held-out patches at every look."""
    network.eval()
    seen: list[list[float | None]] = []
    for number in range(settings.checks):
        seed = (settings.seed, HELD_OUT + number)
        images, truth = batch_of(source, seed, settings.patch, device, 1, held_out=True)
        seen.append(region_dice(network(images)[0].float(), truth[0]))
    network.train()
    return tuple(_mean([row[region] for row in seen]) for region in range(len(seen[0])))


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
