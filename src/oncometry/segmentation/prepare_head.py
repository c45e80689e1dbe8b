"""The image of a whole head to what a network that finds the brain takes: any one sequence, the skull on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oncometry.core import Contrast, Image
from oncometry.preprocessing import orient
from oncometry.segmentation.admission import admit
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.prepare import AXES, Prepared
from oncometry.segmentation.working_grid import fitting, sampled, working_grid

__all__ = ["prepare_head"]

CLIP = (-2.0, 8.0)
"""Deviations from the mean, as training clips them."""


def prepare_head(images: Mapping[Contrast, Image], card: NetworkCard) -> Prepared:
    """One of the images on the card's grid, standardized over all of it, air too; what lies outside is air.

    Args:
        images: on one grid; T1 is taken before T1c, FLAIR, T2 and others.
        card: with one input, of any sequence, and an architecture.

    Raises:
        UnsupportedError, CorruptInputError, GeometryError: as `admit`.
    """
    admitted, notices = admit(images, card)
    contrast, given = next(iter(admitted.items()))
    image = orient(given, AXES)
    i, j, k = (slice(0, n) for n in image.geometry.shape)
    grid = working_grid(image.geometry, (i, j, k), card.spacing_mm, 0.0)
    grid = grid if card.architecture is None else fitting(grid, card.architecture)
    inside = sampled(image.with_array(np.ones(image.geometry.shape, np.float32)), grid) > 0.5
    values = sampled(image, grid)
    mean, deviation = float(values[inside].mean()), float(values[inside].std())
    standardized = np.clip((values - mean) / max(deviation, 1e-6), *CLIP)
    channels = np.ascontiguousarray(standardized[None], np.float32)
    return Prepared(channels, grid, inside, (contrast,), tuple(notices))
