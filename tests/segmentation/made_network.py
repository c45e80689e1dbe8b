"""Networks whose answer is known, and examinations that they are asked about."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from oncometry.core import Contrast, Geometry, Image
from oncometry.segmentation.architecture import FOLD, Architecture
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.weight_shapes import weight_shapes
from oncometry.segmentation.weights import write_network

INPUTS = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)
REGIONS = (
    {"name": "WT", "labels": (1, 2, 3)},
    {"name": "TC", "labels": (1, 3)},
    {"name": "ET", "labels": (3,)},
)
ARCHITECTURE = Architecture(inputs=4, outputs=3, channels=(40, 16))
CELLS = FOLD**3
GAIN = 8.0
WT_ABOVE, TC_ABOVE, ET_ABOVE = 1.8, 1.8, 4.8
"""Deviations of FLAIR above which it is WT; of T1c, TC and ET."""
CHANNELS = {Contrast.FLAIR: 3, Contrast.T1C: 1}


def random_weights(architecture: Architecture, seed: int = 0) -> dict[str, np.ndarray]:
    """As an initialization of torch has them, about."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, shape in weight_shapes(architecture).items():
        fan = int(np.prod(shape[1:])) if len(shape) == 5 else 0
        drawn = (
            rng.normal(0, np.sqrt(2 / fan), shape)
            if fan
            else rng.normal(1 if "norm" in name else 0, 0.1, shape)
        )
        weights[name] = drawn.astype(np.float32)
    return weights


def threshold_weights() -> dict[str, np.ndarray]:
    """A network whose logits are GAIN x (value - threshold), voxel by voxel.

    Norms give 0, so that only the ways around count: x and -x go through both rectifiers, whose difference is linear.
    """
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(ARCHITECTURE).items()}
    around, head = weights["stem.around.weight"], weights["head.weight"]
    slope = ARCHITECTURE.slope
    for at, channel in enumerate(CHANNELS.values()):
        for cell in range(CELLS):
            for sign, to in ((1, 0), (-1, 1)):
                around[(2 * at + to) * CELLS + cell, channel * CELLS + cell] = sign
    for region, (at, above) in enumerate(((0, WT_ABOVE), (1, TC_ABOVE), (1, ET_ABOVE))):
        for cell in range(CELLS):
            row = region * CELLS + cell
            head[row, 2 * at * CELLS + cell] = GAIN / (1 + slope**2)
            head[row, (2 * at + 1) * CELLS + cell] = -GAIN / (1 + slope**2)
            weights["head.bias"][row] = -GAIN * above
    return weights


def written(folder: Path, weights: dict[str, np.ndarray], **more: object) -> NetworkCard:
    """A card and weights of a tumor network in a folder."""
    fields = {
        "name": "made",
        "version": "0",
        "task": "tumor",
        "inputs": INPUTS,
        "scheme": "brats-2023",
        "regions": REGIONS,
        "spacing_mm": (2.0, 2.0, 2.0),
        "architecture": ARCHITECTURE,
        "data": "none",
        "license": "Apache-2.0",
    }
    return write_network(folder, weights, **(fields | more))


def head(geometry: Geometry, radius_mm: float = 32.0) -> dict[Contrast, Image]:
    """A ball of brain about the patient's origin, with a tumor left, posterior and up of it: edema, core, enhancement."""
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in geometry.shape), indexing="ij"), axis=-1)
    place = geometry.to_world(grid)
    brain = np.linalg.norm(place, axis=-1) < radius_mm
    away = np.linalg.norm(place - TUMOR_LPS_MM, axis=-1)
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, brain.shape)
    flair = np.where(away < WT_MM, 200.0, 100.0) + noise
    enhanced = np.where(away < TC_MM, 160.0, 100.0) + np.where(away < ET_MM, 80.0, 0.0) + noise
    plain = 100.0 + rng.uniform(-5, 5, brain.shape)
    shown = dict(zip(INPUTS, (plain, enhanced, plain, flair), strict=True))
    return {
        c: Image(np.where(brain, v, 0).astype(np.float32), geometry, contrast=c) for c, v in shown.items()
    }


TUMOR_LPS_MM = (9.0, 6.0, 4.0)
WT_MM, TC_MM, ET_MM = 13.0, 10.0, 7.0


def centered(
    shape: tuple[int, int, int], spacing_mm: tuple[float, float, float], direction: np.ndarray | None = None
) -> Geometry:
    """A grid whose middle is the patient's origin."""
    cosines = np.eye(3) if direction is None else direction
    origin = -cosines @ (np.array(spacing_mm) * (np.array(shape) - 1) / 2)
    return Geometry.from_parts(shape, spacing_mm, origin, cosines)
