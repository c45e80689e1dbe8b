"""A drawn sample becomes images and truth: a pure function of draw and head, on the CPU or a GPU."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from oncometry.synthesis.training.classes import BRAIN, CLASSES, HeadClass
from oncometry.synthesis.training.contrast import SEQUENCES
from oncometry.synthesis.training.pool import PooledHead
from oncometry.synthesis.training.sample import SampleDraw, SequenceDraw

__all__ = ["REGIONS", "render"]

REGIONS = ("WT", "TC", "ET")
CLIP = (-4.0, 6.0)
GHOST = 0.12

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
    labels = _deformed(draw, head, device)
    table = torch.zeros((len(_MEMBERS), CLASSES), device=device)
    for row, members in enumerate(_MEMBERS):
        table[row, list(members)] = 1.0
    truth = table[:, labels]
    kept = _kept(labels, draw)
    coarse = _smooth_noise(draw.shape, 12, generator, device)
    images = torch.zeros((len(SEQUENCES), *draw.shape), device=device)
    for row, sequence in enumerate(draw.sequences):
        if sequence.present:
            images[row] = _sequence(row, sequence, draw, head, labels, coarse, generator) * kept
    return images, truth


def _deformed(draw: SampleDraw, head: PooledHead, device: torch.device) -> Tensor:
    """(i, j, k) int64 classes of the patch, nearest voxel; air beyond the head."""
    axes = [torch.arange(n, device=device, dtype=torch.float32) - (n - 1) / 2 for n in draw.shape]
    offsets = torch.stack(torch.meshgrid(*axes, indexing="ij"))
    matrix = torch.as_tensor(draw.matrix, dtype=torch.float32, device=device)
    at = torch.einsum("ab,bijk->aijk", matrix, offsets)
    at += torch.as_tensor(draw.center, dtype=torch.float32, device=device)[:, None, None, None]
    at += _spread(torch.as_tensor(draw.displacement, device=device), draw.shape)
    at = at.round_().long()
    size = torch.as_tensor(head.labels.shape, device=device)[:, None, None, None]
    inside = ((at >= 0) & (at < size)).all(dim=0)
    at = torch.minimum(at.clamp_(min=0), size - 1)
    labels = torch.as_tensor(np.ascontiguousarray(head.labels), device=device)
    return torch.where(inside, labels[at[0], at[1], at[2]], 0).long()


def _sequence(
    row: int,
    sequence: SequenceDraw,
    draw: SampleDraw,
    head: PooledHead,
    labels: Tensor,
    coarse: Tensor,
    generator: torch.Generator,
) -> Tensor:
    """(i, j, k) one sequence, standardized."""
    mean, spread, texture = (
        torch.as_tensor(part[row], device=labels.device)
        for part in (draw.contrasts.mean, draw.contrasts.spread, draw.contrasts.texture)
    )
    noise = torch.randn(draw.shape, generator=generator, device=labels.device)
    sign = 1.0 if row % 2 == 0 else -1.0
    image = mean[labels] + spread[labels] * noise + sign * texture[labels] * coarse
    image = _blurred(image, sequence.blur)
    image = _thick(image, sequence.thickness)
    image = image * _spread(torch.as_tensor(sequence.bias, device=labels.device)[None], draw.shape)[0].exp()
    if sequence.shift:
        image = image + GHOST * (
            torch.roll(image, sequence.shift, 1) + torch.roll(image, -sequence.shift, 1) - image
        )
    image = image + sequence.noise * torch.randn(draw.shape, generator=generator, device=labels.device)
    middle, deviation = _whole_brain(draw.contrasts.mean[row], draw.contrasts.spread[row], head.histogram)
    return ((image - middle) / deviation).clamp(*CLIP)


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
    soft = _blurred(brain[labels], 2.0)
    offset = _spread(torch.as_tensor(draw.mask_offset, device=labels.device)[None], draw.shape)[0]
    return (soft > torch.special.ndtr(-offset / 2.0)).float()


def _smooth_noise(
    shape: tuple[int, int, int], knots: int, generator: torch.Generator, device: torch.device
) -> Tensor:
    """(i, j, k) of deviation about 1, of two scales."""
    large = torch.randn((1, knots, knots, knots), generator=generator, device=device)
    small = torch.randn((1, 2 * knots, 2 * knots, 2 * knots), generator=generator, device=device)
    return 1.2 * _spread(large, shape)[0] + 0.8 * _spread(small, shape)[0]


def _spread(lattice: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """A lattice (c, a, b, d) over the whole patch (c, i, j, k)."""
    return functional.interpolate(lattice[None], size=shape, mode="trilinear", align_corners=True)[0]


def _blurred(image: Tensor, sigma: float) -> Tensor:
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
