"""What label maps of heads leave out and a network must not take for tumor: vessels, dura, white-matter lesions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.synthesis.deformation import unit_field
from oncometry.synthesis.training.classes import BRAIN, HeadClass, HeadMap

__all__ = ["dress"]

VESSEL_SHARE = (0.005, 0.06)
DURA_MM = (0.0, 2.5)
LESIONS_PROBABILITY = 0.4
REACH_MM = 14.0


def dress(head: HeadMap, rng: np.random.Generator) -> HeadMap:
    """A copy with vessels in the fluid of the sulci, dura at its outside, and sometimes white-matter lesions."""
    dressed = head.copy()
    fluid = head == HeadClass.CSF
    depth = ndimage.distance_transform_edt(np.isin(head, BRAIN))
    dressed[fluid & (depth <= rng.uniform(*DURA_MM)) & (_noise(head, rng, 12) > -0.5)] = HeadClass.DURA
    tubes = np.abs(_noise(head, rng, 40)) + np.abs(_noise(head, rng, 40))
    thin = np.quantile(tubes[fluid], rng.uniform(*VESSEL_SHARE)) if fluid.any() else 0.0
    dressed[fluid & (tubes < thin)] = HeadClass.VESSEL
    if rng.random() < LESIONS_PROBABILITY:
        dressed[_white_lesions(head, rng)] = HeadClass.WHITE_LESION
    return dressed


def _white_lesions(head: HeadMap, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Caps about the ventricles, and spots."""
    white = head == HeadClass.WHITE_MATTER
    away = ndimage.distance_transform_edt(head != HeadClass.VENTRICLE)
    caps = white & (away < rng.uniform(1.0, 5.0) + 2.0 * _noise(head, rng, 14))
    spots = white & (away < REACH_MM) & (_noise(head, rng, 34) > rng.uniform(2.2, 3.5))
    return np.asarray(caps | spots)


def _noise(head: HeadMap, rng: np.random.Generator, knots: int) -> NDArray[np.float32]:
    i, j, k = head.shape
    return unit_field(rng, knots, (i, j, k))
