"""Where tumors begin: deep in white matter, each lesion in a hemisphere of its own."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from oncometry.core.geometry import FloatArray
from oncometry.synthesis.anatomy import Anatomy
from oncometry.synthesis.tissue import Tissue

__all__ = ["draw_seeds"]

MIDLINE_MM = 20.0
DEPTH_MM = 3
FOCI_APART_MM = 30.0


def draw_seeds(anatomy: Anatomy, foci: tuple[int, ...], rng: np.random.Generator) -> tuple[FloatArray, ...]:
    """One (foci, 3) array of LPS mm per lesion; hemispheres alternate.

    Two foci of one lesion lie about 30 mm apart, front to back: they grow into one lesion, and part under treatment.
    """
    candidates = _candidates(anatomy)
    side = 1.0 if rng.random() < 0.5 else -1.0
    seeds = []
    for number, count in enumerate(foci):
        middle = anatomy.center_lps_mm[0]
        here = candidates[(candidates[:, 0] - middle) * side * (-1) ** number > MIDLINE_MM]
        first = here[rng.integers(len(here))]
        seeds.append(np.array([first, *(_partner(first, here) for _ in range(count - 1))]))
    return tuple(seeds)


def _candidates(anatomy: Anatomy) -> FloatArray:
    """(n, 3) LPS mm of deep white matter in the middle heights of the brain."""
    white = anatomy.fractions[Tissue.WHITE_MATTER]
    parenchyma = anatomy.parenchyma > 0.5
    deep = ndimage.minimum_filter(parenchyma, 2 * DEPTH_MM + 1)
    heights = np.flatnonzero(parenchyma.any(axis=(0, 1)))
    low, high = np.quantile(heights, [0.50, 0.76]).astype(int)
    allowed = (white > 0.9) & deep
    allowed[:, :, :low], allowed[:, :, high:] = False, False
    depths = np.flatnonzero(parenchyma.any(axis=(0, 2)))
    front, back = np.quantile(depths, [0.18, 0.82]).astype(int)
    allowed[:, :front], allowed[:, back:] = False, False
    return anatomy.geometry.to_world(np.argwhere(allowed))


def _partner(first: FloatArray, candidates: FloatArray) -> FloatArray:
    """The candidate whose place is best a focus distance away, front to back."""
    offset = candidates - first
    distance = np.linalg.norm(offset, axis=1)
    sideways = np.hypot(offset[:, 0], offset[:, 2])
    return np.asarray(candidates[np.argmin(np.abs(distance - FOCI_APART_MM) + 0.3 * sideways)])
