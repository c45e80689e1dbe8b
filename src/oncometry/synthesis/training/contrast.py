"""What the classes look like in each sequence: drawn about what a radiologist knows, and far to both sides of it.

Ranges are relative to white matter in T1 and to fluid in T2, by eye and by the relaxation times in `synthesis.tissue`;
nothing is measured from patients. Every so often a sequence takes any contrast at all, as in SynthSeg.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Contrast
from oncometry.synthesis.training.classes import CLASSES, HeadClass

__all__ = ["SEQUENCES", "ContrastDraw", "draw_contrasts"]

SEQUENCES = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)

H = HeadClass
Range = tuple[float, float]

_NORMAL: Mapping[HeadClass, tuple[Range, Range, Range]] = {
    H.WHITE_MATTER: ((0.85, 1.0), (0.28, 0.48), (0.42, 0.60)),
    H.CORTEX: ((0.58, 0.82), (0.45, 0.68), (0.55, 0.78)),
    H.DEEP_GRAY: ((0.62, 0.90), (0.36, 0.60), (0.48, 0.70)),
    H.VENTRICLE: ((0.18, 0.42), (0.85, 1.15), (0.05, 0.28)),
    H.CSF: ((0.18, 0.50), (0.75, 1.15), (0.05, 0.35)),
    H.BRAINSTEM: ((0.75, 0.98), (0.32, 0.52), (0.42, 0.66)),
    H.CEREBELLUM_WHITE: ((0.80, 1.0), (0.28, 0.48), (0.42, 0.62)),
    H.CEREBELLUM_GRAY: ((0.56, 0.82), (0.42, 0.66), (0.50, 0.74)),
    H.VESSEL: ((0.25, 0.75), (0.10, 0.80), (0.10, 0.70)),
    H.DURA: ((0.30, 0.80), (0.15, 0.70), (0.20, 0.80)),
    H.WHITE_LESION: ((0.50, 0.85), (0.60, 1.0), (0.75, 1.15)),
    H.NECROSIS: ((0.22, 0.65), (0.60, 1.15), (0.15, 1.05)),
    H.EDEMA: ((0.50, 0.82), (0.58, 1.0), (0.75, 1.30)),
    H.ENHANCING: ((0.45, 0.92), (0.42, 0.95), (0.60, 1.15)),
    H.NON_ENHANCING: ((0.40, 0.80), (0.58, 1.05), (0.68, 1.25)),
    H.FAT: ((0.6, 1.6), (0.4, 1.2), (0.4, 1.2)),
}
"""Ranges in T1, T2 and FLAIR. What is not named is outside the brain, and anything."""

_OUTSIDE: Range = (0.0, 1.3)
_UPTAKE: Mapping[HeadClass, Range] = {
    H.ENHANCING: (0.30, 1.30),
    H.VESSEL: (0.05, 1.30),
    H.DURA: (0.0, 0.9),
    H.NON_ENHANCING: (0.0, 0.10),
    H.NECROSIS: (-0.02, 0.10),
    H.EDEMA: (-0.02, 0.06),
    H.MUCOSA: (0.1, 1.0),
    H.MUSCLE: (0.0, 0.4),
}
"""How much brighter than T1 a class is after contrast agent, in units of white matter."""


@dataclass(frozen=True, eq=False)
class ContrastDraw:
    """Contrast of every class in every sequence.

    Attributes:
        mean: (4, CLASSES), in the order of `SEQUENCES`.
        spread: (4, CLASSES) standard deviation from voxel to voxel.
        texture: (4, CLASSES) how strongly a smooth field changes the class.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    texture: NDArray[np.float32]


def draw_contrasts(rng: np.random.Generator, any_probability: float = 0.06) -> ContrastDraw:
    """Draw the look of one examination.

    Args:
        any_probability: how often a sequence takes any contrast at all.
    """
    mean = np.stack([_plain(rng, 0), np.zeros(CLASSES), _plain(rng, 1), _plain(rng, 2)])
    mean[1] = mean[0] * rng.uniform(0.93, 1.07) + _uptake(rng)
    for row in range(len(SEQUENCES)):
        if rng.random() < any_probability:
            mean[row] = rng.uniform(0, 1.2, CLASSES)
    mean[:, H.AIR] = rng.uniform(0, 0.05)
    spread = rng.uniform(0.005, 0.05, (len(SEQUENCES), CLASSES))
    texture = rng.uniform(0.0, 0.05, spread.shape)
    for look in (mean, spread, texture):
        look[:, H.CANAL] = look[:, H.CSF]
    tumor = [H.NECROSIS, H.EDEMA, H.ENHANCING, H.NON_ENHANCING]
    texture[:, tumor] = rng.uniform(0.02, 0.20, (len(SEQUENCES), len(tumor)))
    return ContrastDraw(mean.astype(np.float32), spread.astype(np.float32), texture.astype(np.float32))


def _plain(rng: np.random.Generator, column: int) -> NDArray[np.float64]:
    ranges = [_NORMAL[c][column] if c in _NORMAL else _OUTSIDE for c in HeadClass]
    return np.array([rng.uniform(*limits) for limits in ranges])


def _uptake(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.array([rng.uniform(*_UPTAKE[c]) if c in _UPTAKE else 0.0 for c in HeadClass])
