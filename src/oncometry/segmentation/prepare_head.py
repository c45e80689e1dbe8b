"""The image of a whole head to what a network that finds the brain takes: any one sequence, the skull on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oncometry.core import Contrast, Geometry, Image
from oncometry.preprocessing import HEAD_DEVIATIONS, foreground, head_field_center, orient
from oncometry.segmentation.admission import admit
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.prepare import AXES, Prepared
from oncometry.segmentation.working_grid import sampled

__all__ = ["prepare_head"]

AIR = 0.01
"""Quantile of an image that counts as air: images may be standardized, so that 0 is none."""


def prepare_head(images: Mapping[Contrast, Image], card: NetworkCard) -> Prepared:
    """One of the images in the card's field about the head, standardized over all of it; what lies outside is air.

    The field is of one size always: a network with instance norms sees another head where there is more air about it.

    Args:
        images: on one grid; T1 is taken before T1c, FLAIR, T2 and others.
        card: with one input, of any sequence, and a field.

    Raises:
        UnsupportedError, CorruptInputError, GeometryError: as `admit`.
    """
    admitted, notices = admit(images, card)
    contrast, given = next(iter(admitted.items()))
    image = orient(given, AXES)
    grid = _field(image, card)
    inside = sampled(image.with_array(np.ones(image.geometry.shape, np.float32)), grid) > 0.5
    values = sampled(image, grid)
    if inside.any():
        values = np.where(inside, values, np.float32(np.quantile(values[inside], AIR)))
    standardized = np.clip((values - values.mean()) / max(float(values.std()), 1e-6), *HEAD_DEVIATIONS)
    channels = np.ascontiguousarray(standardized[None], np.float32)
    return Prepared(channels, grid, inside, (contrast,), tuple(notices))


def _field(image: Image, card: NetworkCard) -> Geometry:
    """The field, its axes the image's."""
    shape, spacing = card.field, card.spacing_mm
    if shape is None:
        raise ValueError("a network that finds the brain in one field has it on its card")
    head = foreground(image)
    if head is None:
        head = np.ones(image.geometry.shape, bool, order="F")
    middle = image.geometry.to_world(
        head_field_center(head, image.geometry.spacing_mm, shape[2] * spacing[2])[None]
    )[0]
    corner = (np.array(shape) - 1) / 2 * spacing
    direction = image.geometry.direction
    return Geometry.from_parts(
        shape, spacing, middle - direction @ corner, direction, image.geometry.frame_of_reference_uid
    )
