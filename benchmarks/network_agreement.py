"""Every backend against torch in float32, with the network and the cases that judge it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from made_heads import Examination
from oncometry.core.segmentation import Mask
from oncometry.segmentation.backend import installed_backends
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork

__all__ = ["agreement"]

LEAST_ML = 1.0
HEAD = "| backend | regions of 1 ml or more | Dice with torch float32, mean | lowest |\n|---|---|---|---|"


def agreement(card: Path, cases: Iterable[Examination]) -> str:
    """Rows of the table: each backend as it is chosen by default, half precision where the processor computes in it."""
    reference = OwnNetwork.read(card, InferenceSettings(backend="torch", half=False))
    others = [OwnNetwork.read(card, InferenceSettings(backend=name)) for name in installed_backends()]
    found: dict[str, list[float]] = {other.backend.name: [] for other in others}
    for case in cases:
        expected = {name: image.array > 0.5 for name, image in reference.segment(case.images).regions.items()}
        for other in others:
            for name, image in other.segment(case.images).regions.items():
                if np.count_nonzero(expected[name]) * image.geometry.voxel_volume_mm3 / 1000 >= LEAST_ML:
                    found[other.backend.name].append(_dice(image.array > 0.5, expected[name]))
    rows = [f"| {name} | {len(d)} | {np.mean(d):.4f} | {min(d):.4f} |" for name, d in found.items() if d]
    return "\n".join([HEAD, *rows])


def _dice(one: Mask, other: Mask) -> float:
    return float(2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other)))
