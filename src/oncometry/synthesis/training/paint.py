"""From a drawn sample to the voxels of a sequence: labels deformed, painted, blurred, spoiled."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from oncometry.synthesis.training.pool import PooledHead
from oncometry.synthesis.training.sample import SampleDraw, SequenceDraw

__all__ = ["blurred", "deformed", "painted", "smooth_noise", "spoiled", "spread_over"]

GHOST = 0.12


def deformed(draw: SampleDraw, head: PooledHead, device: torch.device) -> Tensor:
    """(i, j, k) int64 classes of the patch, nearest voxel; air beyond the head."""
    axes = [torch.arange(n, device=device, dtype=torch.float32) - (n - 1) / 2 for n in draw.shape]
    offsets = torch.stack(torch.meshgrid(*axes, indexing="ij"))
    matrix = torch.as_tensor(draw.matrix, dtype=torch.float32, device=device)
    at = torch.einsum("ab,bijk->aijk", matrix, offsets)
    at += torch.as_tensor(draw.center, dtype=torch.float32, device=device)[:, None, None, None]
    at += spread_over(torch.as_tensor(draw.displacement, device=device), draw.shape)
    at = at.round_().long()
    size = torch.as_tensor(head.labels.shape, device=device)[:, None, None, None]
    inside = ((at >= 0) & (at < size)).all(dim=0)
    at = torch.minimum(at.clamp_(min=0), size - 1)
    labels = torch.as_tensor(np.ascontiguousarray(head.labels), device=device)
    return torch.where(inside, labels[at[0], at[1], at[2]], 0).long()


def painted(row: int, draw: SampleDraw, labels: Tensor, coarse: Tensor, generator: torch.Generator) -> Tensor:
    """(i, j, k) one sequence of the draw, values as a scanner gives them.

    Args:
        row: of `SEQUENCES`.
        labels: as `deformed` gives them.
        coarse: smooth noise that all sequences share.
    """
    sequence = draw.sequences[row]
    mean, spread, texture = (
        torch.as_tensor(part[row], device=labels.device)
        for part in (draw.contrasts.mean, draw.contrasts.spread, draw.contrasts.texture)
    )
    noise = torch.randn(draw.shape, generator=generator, device=labels.device)
    sign = 1.0 if row % 2 == 0 else -1.0
    image = mean[labels] + spread[labels] * noise + sign * texture[labels] * coarse
    return spoiled(image, sequence, generator)


def spoiled(image: Tensor, sequence: SequenceDraw, generator: torch.Generator) -> Tensor:
    """(i, j, k) with the artifacts drawn: blurred, thick-sliced, uneven, moved, noisy.

    Args:
        image: values from 0 to about 1.
    """
    shape = (image.shape[0], image.shape[1], image.shape[2])
    image = blurred(image, sequence.blur)
    image = _thick(image, sequence.thickness)
    image = image * spread_over(torch.as_tensor(sequence.bias, device=image.device)[None], shape)[0].exp()
    if sequence.shift:
        image = image + GHOST * (
            torch.roll(image, sequence.shift, 1) + torch.roll(image, -sequence.shift, 1) - image
        )
    return image + sequence.noise * torch.randn(shape, generator=generator, device=image.device)


def smooth_noise(
    shape: tuple[int, int, int], knots: int, generator: torch.Generator, device: torch.device
) -> Tensor:
    """(i, j, k) of deviation about 1, of two scales."""
    large = torch.randn((1, knots, knots, knots), generator=generator, device=device)
    small = torch.randn((1, 2 * knots, 2 * knots, 2 * knots), generator=generator, device=device)
    return 1.2 * spread_over(large, shape)[0] + 0.8 * spread_over(small, shape)[0]


def spread_over(lattice: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """A lattice (c, a, b, d) over the whole patch (c, i, j, k)."""
    return functional.interpolate(lattice[None], size=shape, mode="trilinear", align_corners=True)[0]


def blurred(image: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (i, j, k), one axis after the other."""
    reach = max(1, round(2.5 * sigma))
    at = torch.arange(-reach, reach + 1, device=image.device, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (at / sigma) ** 2)
    kernel /= kernel.sum()
    blurred = image[None, None]
    for axis in range(3):
        size = [1, 1, 1]
        size[axis] = 2 * reach + 1
        padding = [0, 0, 0]
        padding[axis] = reach
        blurred = functional.conv3d(blurred, kernel.reshape(1, 1, *size), padding=padding)
    return blurred[0, 0]


def _thick(image: Tensor, thickness: tuple[float, float, float]) -> Tensor:
    """Slices so many voxels thick: means over them, back on the grid by linear interpolation."""
    size = [max(2, round(n / t)) for n, t in zip(image.shape, thickness, strict=True)]
    if size == list(image.shape):
        return image
    low = functional.adaptive_avg_pool3d(image[None, None], size)
    return functional.interpolate(low, size=tuple(image.shape), mode="trilinear", align_corners=False)[0, 0]
