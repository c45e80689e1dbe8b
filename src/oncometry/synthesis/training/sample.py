"""What is drawn for one training image: place, shape, contrasts, artifacts. Drawing is apart from applying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Contrast
from oncometry.core.geometry import Index
from oncometry.synthesis.training.contrast import SEQUENCES, ContrastDraw, draw_contrasts
from oncometry.synthesis.training.generator import GeneratorSettings, Variation
from oncometry.synthesis.training.pool import PooledHead

__all__ = ["SampleDraw", "SequenceDraw", "draw_matrix", "draw_present", "draw_sample", "draw_sequence"]


@dataclass(frozen=True, eq=False)
class SequenceDraw:
    """Artifacts of one sequence.

    Attributes:
        present: False where the sequence is missing.
        bias: (5, 5, 5) logarithm of the receive field on a lattice over the patch.
        thickness: voxels that a slice is thick along each axis, 1 where it is not.
        blur: standard deviation in voxels.
        noise: standard deviation relative to the contrast's range.
        shift: voxels of ghost along one axis, 0 without motion.
    """

    present: bool
    bias: NDArray[np.float32]
    thickness: tuple[float, float, float]
    blur: float
    noise: float
    shift: int


@dataclass(frozen=True, eq=False)
class SampleDraw:
    """One training image.

    Attributes:
        shape: of the patch, voxels.
        center: voxel of the pooled head at the patch's middle.
        matrix: (3, 3) patch offsets to head offsets, both in voxels; a reflection where the head is mirrored.
        displacement: (3, 6, 6, 6) voxels of the head, on a lattice over the patch.
        contrasts: of every class and sequence.
        sequences: four, in the order of `SEQUENCES`.
        mask_offset: (5, 5, 5) by how many voxels brain extraction errs, outwards positive; None leaves the skull.
        slices: first of the patch's slices (k) that were scanned, and the one after the last; None where all were.
        seed: of the noise.
    """

    shape: Index
    center: NDArray[np.float64]
    matrix: NDArray[np.float64]
    displacement: NDArray[np.float32]
    contrasts: ContrastDraw
    sequences: tuple[SequenceDraw, ...]
    mask_offset: NDArray[np.float32] | None
    slices: tuple[int, int] | None = None
    seed: int = field(default=0)


def draw_sample(
    head: PooledHead, shape: Index, settings: GeneratorSettings, rng: np.random.Generator
) -> SampleDraw:
    """Draw one image of a patch of a pooled head, in voxels of `settings.voxel_mm`."""
    there = draw_present(SEQUENCES, rng)
    ratio = settings.voxel_mm / head.voxel_mm
    error = settings.mask_error_mm / settings.voxel_mm * rng.uniform(0, 1)
    lattice = rng.uniform(-1, 1, (5, 5, 5)).astype(np.float32) * np.float32(error)
    return SampleDraw(
        shape=shape,
        center=_center(head, np.array(shape) * ratio, settings, rng),
        matrix=ratio * draw_matrix(settings, rng),
        displacement=(
            rng.normal(0, 1, (3, 6, 6, 6)) * settings.displacement_mm / head.voxel_mm * rng.uniform(0, 1) / 2
        ).astype(np.float32),
        contrasts=draw_contrasts(rng, settings.any_contrast_probability),
        sequences=tuple(draw_sequence(bool(present), settings, settings.voxel_mm, rng) for present in there),
        mask_offset=None if rng.random() < settings.skull_probability else lattice,
        seed=int(rng.integers(2**31)),
    )


def draw_present(
    sequences: Sequence[Contrast], rng: np.random.Generator, dropout: float = 0.5
) -> NDArray[np.bool_]:
    """Which sequences there are: all, only T1c, or any.

    Args:
        dropout: how often not all are there.
    """
    kind = rng.random()
    if kind < 1 - dropout:
        return np.ones(len(sequences), bool)
    if kind < 1 - 0.7 * dropout and Contrast.T1C in sequences:
        return np.array([sequence is Contrast.T1C for sequence in sequences])
    there = rng.random(len(sequences)) < 0.6
    there[rng.integers(len(sequences))] = True
    return there


def _center(
    head: PooledHead, extent: NDArray[np.float64], settings: GeneratorSettings, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Within the head as far as the patch allows, about a voxel of the tumor mostly."""
    size = np.array(head.labels.shape)
    if len(head.tumor) and rng.random() < settings.tumor_probability:
        wanted = head.tumor[rng.integers(len(head.tumor))] + rng.uniform(-0.35, 0.35, 3) * extent
    else:
        wanted = rng.uniform(0, 1, 3) * size
    half = np.minimum(extent, size) / 2 - 4
    return np.asarray(np.clip(wanted, half, size - half))


def draw_matrix(
    settings: Variation, rng: np.random.Generator, mirror_probability: float = 0.5
) -> NDArray[np.float64]:
    """(3, 3) offsets of a patch to those of a head: turned, stretched, sheared, perhaps mirrored left to right."""
    angles = np.deg2rad(rng.uniform(-1, 1, 3) * settings.rotation_degrees)
    matrix = np.diag(1 + rng.uniform(-1, 1, 3) * settings.scale)
    matrix += rng.uniform(-1, 1, (3, 3)) * settings.shear * (1 - np.eye(3))
    for axis, angle in enumerate(angles):
        one, two = (axis + 1) % 3, (axis + 2) % 3
        turn = np.eye(3)
        turn[one, one] = turn[two, two] = np.cos(angle)
        turn[one, two], turn[two, one] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    mirror = np.diag([-1.0 if rng.random() < mirror_probability else 1.0, 1.0, 1.0])
    return np.asarray(mirror @ matrix)


def draw_sequence(
    present: bool, settings: Variation, voxel_mm: float, rng: np.random.Generator
) -> SequenceDraw:
    """The artifacts of one sequence in a patch of such voxels."""
    thick = [1.0, 1.0, 1.0]
    if rng.random() < 0.55:
        thick[int(rng.choice(3, p=[0.15, 0.15, 0.7]))] = float(
            rng.uniform(1.0, max(settings.thickest_mm / voxel_mm, 1.0))
        )
    return SequenceDraw(
        present=present,
        bias=(rng.normal(0, 1, (5, 5, 5)) * settings.bias * rng.uniform(0, 1) / 2).astype(np.float32),
        thickness=(thick[0], thick[1], thick[2]),
        blur=float(rng.uniform(0.25, 0.95)),
        noise=float(settings.noise * rng.uniform(0.05, 1) ** 1.5),
        shift=int(rng.integers(4, 16)) if rng.random() < settings.motion_probability else 0,
    )
