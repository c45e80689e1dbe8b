"""A patch of a patient's images, another one at every step: drawn first, then cut and changed on the device that trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from oncometry.core import Contrast
from oncometry.core.geometry import Index
from oncometry.preprocessing import BRAIN_DEVIATIONS
from oncometry.synthesis.training.case import TrainingCase
from oncometry.synthesis.training.generator import AugmentationSettings
from oncometry.synthesis.training.paint import spoiled
from oncometry.synthesis.training.sample import SequenceDraw, draw_matrix, draw_present, draw_sequence

__all__ = ["PatchDraw", "cut", "draw_patch", "plain_patch"]

LIFT, RANGE = 3.5, 5.0
"""Standardized values and those of a scanner: a brain is about 3.5 deviations above air, and 5 wide."""
JITTER = 0.35
"""Part of a patch by which a voxel of the tumor may lie off its middle."""


@dataclass(frozen=True, eq=False)
class PatchDraw:
    """One patch.

    Attributes:
        shape: voxels.
        center: voxel of the case at the patch's middle.
        matrix: (3, 3) patch offsets to case offsets.
        present: (inputs,) sequences that the network gets.
        artifacts: one for each input, None where it stays as it is.
        gain, offset, power: (inputs,) contrast, brightness, exponent.
        seed: of the noise.
    """

    shape: Index
    center: NDArray[np.float64]
    matrix: NDArray[np.float64]
    present: NDArray[np.bool_]
    artifacts: tuple[SequenceDraw | None, ...]
    gain: NDArray[np.float64]
    offset: NDArray[np.float64]
    power: NDArray[np.float64]
    seed: int


def draw_patch(
    case: TrainingCase,
    shape: Index,
    inputs: Sequence[Contrast],
    settings: AugmentationSettings,
    voxel_mm: float,
    rng: np.random.Generator,
) -> PatchDraw:
    """Draw one patch of a case, of `inputs` at `voxel_mm`."""
    count = len(inputs)
    turned = rng.random() < settings.turn_probability
    matrix = draw_matrix(settings, rng, settings.mirror_probability)
    if not turned:
        matrix = np.diag([np.sign(np.linalg.det(matrix)), 1.0, 1.0])
    kept = case.present & draw_present(inputs, rng, settings.sequence_dropout)
    drawn = [draw_sequence(True, settings, voxel_mm, rng) for _ in inputs]
    spoil = rng.random(count) < settings.artifact_probability
    center = _center(case, shape, settings.tumor_probability, rng)
    return PatchDraw(
        shape=shape,
        center=center if turned else _on_voxels(center, shape),
        matrix=matrix,
        present=kept if kept.any() else case.present,
        artifacts=tuple(one if bad else None for one, bad in zip(drawn, spoil, strict=True)),
        gain=1 + rng.uniform(-1, 1, count) * settings.contrast,
        offset=rng.uniform(-1, 1, count) * settings.brightness,
        power=1 + rng.uniform(-1, 1, count) * settings.gamma,
        seed=int(rng.integers(2**31)),
    )


def plain_patch(case: TrainingCase, shape: Index, rng: np.random.Generator) -> PatchDraw:
    """A patch about the tumor as inference would see it."""
    count = len(case.present)
    one = np.ones(count)
    center = _on_voxels(_center(case, shape, 1.0, rng), shape)
    return PatchDraw(shape, center, np.eye(3), case.present, (None,) * count, one, 0 * one, one, 0)


def cut(
    draw: PatchDraw, case: NDArray[np.float16], regions: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Images and truth of a drawn patch: a pure function of draw and case.

    Args:
        case: (inputs + 2, i, j, k), as `TrainingCase.volumes` gives it.

    Returns:
        (inputs, i, j, k) float32, zero outside the brain and where a sequence is missing; (regions, i, j, k) float32 0 to 1.
    """
    sampled = _sampled(draw, case, regions, device)
    images, brain, truth = sampled[: -regions - 1], sampled[-regions - 1] > 0.5, sampled[-regions:]
    generator = torch.Generator(device).manual_seed(draw.seed)
    changed = torch.zeros_like(images)
    for row in np.flatnonzero(draw.present):
        changed[row] = _changed(images[row], brain, draw, int(row), generator)
    return changed, truth


def _sampled(draw: PatchDraw, case: NDArray[np.float16], regions: int, device: torch.device) -> Tensor:
    """(inputs + 1 + regions, i, j, k) images, brain and regions, interpolated linearly; 0 beyond the case."""
    half = (np.array(draw.shape) - 1) / 2
    reach = np.abs(draw.matrix) @ half + 1
    low = np.clip(np.floor(draw.center - reach).astype(int), 0, np.array(case.shape[1:]) - 2)
    high = np.clip(np.ceil(draw.center + reach).astype(int) + 1, low + 2, case.shape[1:])
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    near = torch.as_tensor(np.ascontiguousarray(case[(slice(None), *box)]), device=device).float()
    layers = torch.cat([near[:-1], *(near[-1:] > level for level in range(regions))])
    axes = [
        torch.arange(n, device=device, dtype=torch.float32) - h for n, h in zip(draw.shape, half, strict=True)
    ]
    offsets = torch.stack(torch.meshgrid(*axes, indexing="ij"))
    at = torch.einsum(
        "ab,bijk->ijka", torch.as_tensor(draw.matrix, dtype=torch.float32, device=device), offsets
    )
    at += torch.as_tensor(draw.center - low, dtype=torch.float32, device=device)
    size = torch.as_tensor(high - low, dtype=torch.float32, device=device)
    grid = (2 * at / (size - 1) - 1).flip(-1)
    return functional.grid_sample(layers[None], grid[None], padding_mode="zeros", align_corners=True)[0]


def _changed(image: Tensor, brain: Tensor, draw: PatchDraw, row: int, generator: torch.Generator) -> Tensor:
    """One sequence, spoiled and with another contrast; mean and deviation stay but for what was drawn."""
    values = (image + LIFT) / RANGE * brain
    artifacts = draw.artifacts[row]
    if artifacts is not None:
        values = spoiled(values, artifacts, generator)
    values = values.clamp(min=0) ** float(draw.power[row])
    if int(brain.sum()) > 1:
        before, after = image[brain], values[brain]
        scale = before.std() / after.std().clamp(min=1e-6)
        values = (values - after.mean()) * scale + before.mean()
    return (values * float(draw.gain[row]) + float(draw.offset[row])).clamp(*BRAIN_DEVIATIONS) * brain


def _center(
    case: TrainingCase, shape: Index, tumor_probability: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """About a voxel of one of the regions mostly, else anywhere; within the case as far as the patch allows."""
    size, extent = np.array(case.shape), np.array(shape)
    if len(case.tumor) and rng.random() < tumor_probability:
        level = rng.choice(np.unique(case.levels))
        voxels = case.tumor[case.levels == level]
        at = np.array(np.unravel_index(int(voxels[rng.integers(len(voxels))]), case.shape), float)
        wanted = at + rng.uniform(-JITTER, JITTER, 3) * extent
    else:
        wanted = rng.uniform(0, 1, 3) * size
    half = np.minimum(extent, size) / 2
    return np.asarray(np.clip(wanted, half - 0.5, size - half - 0.5))


def _on_voxels(center: NDArray[np.float64], shape: Index) -> NDArray[np.float64]:
    """So moved that the patch's voxels are the case's: nothing is interpolated."""
    half = (np.array(shape) - 1) / 2
    return np.asarray(np.round(center - half) + half)
