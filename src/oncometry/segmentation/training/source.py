"""Where examples come from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from oncometry.core.geometry import Index

__all__ = ["ExampleSource", "batch_of"]


class ExampleSource(Protocol):
    """Gives examples: a patch of images and its truth."""

    def example(
        self, rng: np.random.Generator, patch: Index, device: torch.device, *, held_out: bool
    ) -> tuple[Tensor, Tensor]:
        """One example: a pure function of the generator's state.

        Args:
            held_out: of a head or patient that training never sees.

        Returns:
            (inputs, i, j, k) float32 images and (regions, i, j, k) float32 truth, on the device.
        """


def batch_of(
    source: ExampleSource,
    seed: tuple[int, ...],
    patch: Index,
    device: torch.device,
    size: int,
    *,
    held_out: bool = False,
) -> tuple[Tensor, Tensor]:
    """`size` examples, (b, c, i, j, k) each; the same seed gives the same ones."""
    drawn = [
        source.example(np.random.default_rng([*seed, place]), patch, device, held_out=held_out)
        for place in range(size)
    ]
    return torch.stack([images for images, _ in drawn]), torch.stack([truth for _, truth in drawn])
