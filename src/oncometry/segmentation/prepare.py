"""Images of one examination to what a network takes: one grid about the brain, values standardized inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oncometry.core import Contrast, Geometry, Image, Notice
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.preprocessing import BRAIN_DEVIATIONS, orient
from oncometry.segmentation.admission import admit
from oncometry.segmentation.backend import Channels
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.doubts import doubts
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.standardized import standardized
from oncometry.segmentation.working_grid import sampled, widened, working_grid

__all__ = ["Prepared", "prepare"]

AXES = "LPS"
MARGIN_MM = 6.0


@dataclass(frozen=True, eq=False)
class Prepared:
    """Input of a network.

    Attributes:
        images: (inputs, i, j, k) in the card's order; zeros for a sequence that is missing, and outside the brain.
        geometry: of i, j, k; LPS order, the card's spacing, a size that the network takes.
        brain: (i, j, k).
        used: the sequences that are there.
        notices: what was missing, replaced, or looks wrong.
    """

    images: Channels
    geometry: Geometry
    brain: Mask
    used: tuple[Contrast, ...]
    notices: tuple[Notice, ...]


def prepare(
    images: Mapping[Contrast, Image],
    card: NetworkCard,
    *,
    brain_mask: Image | None = None,
    brain: Segmenter | None = None,
) -> Prepared:
    """Prepare the images of one examination.

    Args:
        images: on one grid, of any orientation and spacing.
        card: of a network with an architecture.
        brain_mask: on that grid, if there is one; above 0 inside.
        brain: the network that finds the brain where the skull is on.

    Raises:
        UnsupportedError, CorruptInputError, GeometryError: as `admit` and `brain_region`.
    """
    admitted, notices = admit(images, card)
    oriented = {contrast: orient(image, AXES) for contrast, image in admitted.items()}
    given = None if brain_mask is None else orient(brain_mask, AXES)
    inside, more = brain_region(oriented, given, brain)
    reference = next(iter(oriented.values()))
    region = reference.with_array(inside.astype(np.float32))
    grid = _grid(reference, inside, card)
    mask = sampled(region, grid) > 0.5
    channels = np.zeros((len(card.inputs), *grid.shape), np.float32)
    values = {}
    for channel, contrast in enumerate(card.inputs):
        if contrast in oriented:
            inner = standardized(sampled(oriented[contrast], grid)[mask], contrast)
            values[contrast] = np.clip(inner, *BRAIN_DEVIATIONS)
            channels[channel][mask] = values[contrast]
    said = (*notices, *more, *doubts(lambda: values, region, more))
    return Prepared(channels, grid, mask, tuple(values), said)


def _grid(reference: Image, inside: Mask, card: NetworkCard) -> Geometry:
    _, box = bounding_box(inside)
    grid = working_grid(reference.geometry, box, card.spacing_mm, MARGIN_MM)
    return grid if card.architecture is None else widened(grid, card.architecture.fitting(grid.shape))
