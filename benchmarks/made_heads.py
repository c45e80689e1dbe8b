"""Examinations with a known tumor, for judging networks: synthetic images of label maps of real heads.

Tumors are grown by our model with a seed that no training uses, or have the shapes that experts drew in patients (the label
maps of the Medical Segmentation Decathlon), put where they lay in the patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from oncometry.core import Contrast, Geometry, Image
from oncometry.core.segmentation import Mask
from oncometry.io import read_volume
from oncometry.preprocessing import orient
from oncometry.synthesis.training.classes import (
    BRAIN,
    CLASSES,
    PARENCHYMA,
    TUMOR,
    HeadClass,
    HeadMap,
    classes_of,
)
from oncometry.synthesis.training.contrast import SEQUENCES
from oncometry.synthesis.training.dress import dress
from oncometry.synthesis.training.generator import GeneratorSettings
from oncometry.synthesis.training.paint import deformed, painted, smooth_noise
from oncometry.synthesis.training.pool import PooledHead, halved, pooled_head
from oncometry.synthesis.training.render import REGIONS, render
from oncometry.synthesis.training.sample import draw_sample

__all__ = ["Examination", "coarse_cases", "grown_cases", "read_head", "shaped_cases", "whole_head"]

SEED = 7777
MARGIN = 10
ROUND = 16
SCALE = 0.08
"""Of a head along each axis; more would make brains that are larger than any."""
CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False)
class Examination:
    """One case.

    Attributes:
        images: on one grid.
        truth: region -> (ni, nj, nk) on that grid.
    """

    name: str
    images: dict[Contrast, Image]
    truth: dict[str, Mask]


def read_head(path: Path) -> HeadMap:
    """Classes of a label map, axes LPS."""
    return classes_of(
        np.asarray(orient(read_volume(path, interpolation="nearest"), "LPS").array).astype(np.int32)
    )


def grown_cases(heads: Sequence[Path], each: int) -> Iterator[Examination]:
    """`each` grown tumors in every head."""
    for number, path in enumerate(heads):
        head = read_head(path)
        for variant in range(each):
            rng = np.random.default_rng([SEED, number, variant])
            yield _stripped(f"{path.name.split('.')[0]} grown {variant}", pooled_head(head, rng), rng)


def coarse_cases(heads: Sequence[Path], tumors: int, each: int) -> Iterator[Examination]:
    """`tumors` grown in every head, each drawn `each` times with another look and pose, at 2 mm."""
    for number, path in enumerate(heads):
        head = read_head(path)
        for tumor in range(tumors):
            grown = halved(pooled_head(head, np.random.default_rng([SEED, 3, number, tumor])))
            for look in range(each):
                rng = np.random.default_rng([SEED, 4, number, tumor, look])
                yield _stripped(f"{path.name.split('.')[0]} {tumor} {look}", grown, rng)


def shaped_cases(heads: Sequence[Path], shapes: Sequence[Path]) -> Iterator[Examination]:
    """Each expert's label map in one of the heads, in turn."""
    read = [read_head(path) for path in heads]
    for number, path in enumerate(shapes):
        rng = np.random.default_rng([SEED, 1, number])
        head = read[number % len(read)]
        labels = np.asarray(orient(read_volume(path, interpolation="nearest"), "LPS").array).astype(np.uint8)
        made = _with_shape(dress(head, rng), labels, rng)
        yield _stripped(path.name.split(".")[0], made, rng)


def whole_head(head: HeadMap, name: str, rng: np.random.Generator) -> Examination:
    """Four sequences of a whole head, the skull on, and its brain."""
    labels = _padded(dress(head, rng))
    pooled = PooledHead(labels, np.ones(CLASSES), np.zeros((0, 3), np.int16))
    settings = GeneratorSettings(any_contrast_probability=0.0, scale=SCALE, rotation_degrees=25.0)
    draw = draw_sample(pooled, _shape(labels), settings, rng)
    generator = torch.Generator(CPU).manual_seed(draw.seed)
    moved = deformed(draw, pooled, CPU)
    coarse = smooth_noise(draw.shape, 12, generator, CPU)
    grid = _grid(labels)
    images = {
        contrast: painted(row, draw, moved, coarse, generator).numpy()
        for row, contrast in enumerate(SEQUENCES)
    }
    return Examination(
        name,
        {c: Image(np.asfortranarray(image), grid, contrast=c) for c, image in images.items()},
        {"brain": np.isin(moved.numpy(), BRAIN)},
    )


def _stripped(name: str, head: PooledHead, rng: np.random.Generator) -> Examination:
    """All four sequences without skull, as `render` draws them for training."""
    padded = replace(head, labels=_padded(head.labels))
    settings = GeneratorSettings(
        voxel_mm=head.voxel_mm, skull_probability=0.0, any_contrast_probability=0.0, scale=SCALE
    )
    draw = draw_sample(padded, _shape(padded.labels), settings, rng)
    draw = replace(draw, sequences=tuple(replace(sequence, present=True) for sequence in draw.sequences))
    images, truth = render(draw, padded, CPU)
    grid = _grid(padded.labels, head.voxel_mm)
    return Examination(
        name,
        {
            contrast: Image(np.asfortranarray(image), grid, contrast=contrast)
            for contrast, image in zip(SEQUENCES, images.numpy(), strict=True)
        },
        {region: mask > 0.5 for region, mask in zip(REGIONS, truth.numpy(), strict=True)},
    )


def _with_shape(head: HeadMap, shape: HeadMap, rng: np.random.Generator) -> PooledHead:
    """Labels 1 edema, 2 non-enhancing or necrotic, 3 enhancing, as far from the brain's middle as in the patient."""
    brain = np.isin(head, BRAIN)
    middle = np.round(np.argwhere(brain).mean(axis=0)).astype(int)
    at = np.argwhere(shape > 0)
    to = at - np.array(shape.shape) // 2 + middle
    inside = ((to >= 0) & (to < head.shape)).all(axis=1)
    at, to = tuple(at[inside].T), tuple(to[inside].T)
    core = HeadClass.NECROSIS if rng.random() < 0.7 else HeadClass.NON_ENHANCING
    wanted = np.array([0, HeadClass.EDEMA, core, HeadClass.ENHANCING], np.uint8)[shape[at]]
    open_to_it = np.isin(head[to], (*PARENCHYMA, HeadClass.VESSEL, HeadClass.DURA, HeadClass.VENTRICLE))
    grown = head.copy()
    grown[to] = np.where(open_to_it, wanted, head[to])
    box = tuple(
        slice(max(int(hits.min()) - MARGIN, 0), int(hits.max()) + MARGIN) for hits in np.nonzero(brain)
    )
    grown = np.ascontiguousarray(grown[box])
    tumor = np.argwhere(np.isin(grown, TUMOR)).astype(np.int16)
    return PooledHead(grown, np.bincount(grown[np.isin(grown, BRAIN)], minlength=CLASSES), tumor[:1])


def _padded(labels: HeadMap) -> HeadMap:
    return np.pad(labels, [(0, -n % ROUND) for n in labels.shape])


def _shape(labels: HeadMap) -> tuple[int, int, int]:
    i, j, k = labels.shape
    return i, j, k


def _grid(labels: HeadMap, voxel_mm: float = 1.0) -> Geometry:
    origin = -voxel_mm * np.array(labels.shape) / 2.0
    return Geometry.from_parts(_shape(labels), (voxel_mm,) * 3, origin, np.eye(3))
