"""Images to the channels that a network of another make takes, and its outputs to scores of regions, as its card says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from oncometry.core import (
    Code,
    Contrast,
    CorruptInputError,
    Geometry,
    Image,
    Notice,
    UnsupportedError,
)
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.preprocessing import BRAIN_DEVIATIONS, orient
from oncometry.segmentation.admission import admit
from oncometry.segmentation.backend import Channels
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.doubts import doubts
from oncometry.segmentation.foreign.intensity import scaled
from oncometry.segmentation.foreign_rules import ForeignRules
from oncometry.segmentation.prepare import MARGIN_MM, Prepared
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.standardized import standardized
from oncometry.segmentation.working_grid import sampled, widened, working_grid

__all__ = ["foreign_channels", "refuse_missing", "region_logits", "rules_of"]

SPREAD_MM = 1.0
"""Of distances that become probabilities: 1 mm beyond the border it is 0.27, 3 mm beyond 0.05."""


def foreign_channels(
    images: Mapping[Contrast, Image],
    card: NetworkCard,
    *,
    brain_mask: Image | None = None,
    brain: Segmenter | None = None,
) -> Prepared:
    """Prepare the images of one examination by `card.foreign`.

    Args:
        images: on one grid, of any orientation and spacing.
        brain_mask: on that grid, if there is one.
        brain: the network that finds the brain where the skull is on.

    Raises:
        UnsupportedError: `SEQUENCE_MISSING`; and with CorruptInputError, GeometryError as `admit` and `brain_region`.
    """
    rules = rules_of(card)
    refuse_missing(images, card)
    admitted, notices = admit(images, card)
    oriented = {contrast: orient(image, rules.axes) for contrast, image in admitted.items()}
    reference = next(iter(oriented.values()))
    inside, more = _inside(oriented, card, brain_mask, brain)
    _, box = bounding_box(inside)
    grid = _fitting(working_grid(reference.geometry, box, card.spacing_mm, MARGIN_MM), rules)
    region = reference.with_array(inside.astype(np.float32))
    mask = sampled(region, grid) > 0.5
    if card.task == "tumor":
        more = (*more, *doubts(partial(_inner, oriented, grid, mask), region, more))
    channels = np.zeros((len(card.inputs), *grid.shape), np.float32)
    for channel, (contrast, image) in zip(channels, _placed(oriented, card), strict=True):
        if image is not None:
            values = np.where(mask, sampled(image, grid), 0)
            channel[:] = scaled(values, mask, rules, contrast)
    return Prepared(channels, grid, mask, tuple(oriented), (*notices, *more))


def rules_of(card: NetworkCard) -> ForeignRules:
    """What the card says of how it takes images.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, nothing.
    """
    if card.foreign is None:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"the card of {card.name} does not say how its network takes images."
        )
    return card.foreign


def refuse_missing(images: Mapping[Contrast, Image], card: NetworkCard, *, every: bool = False) -> None:
    """Refuse to go without a sequence: networks of others were seldom trained for that.

    Args:
        every: whatever the card's `required` says.

    Raises:
        UnsupportedError: `SEQUENCE_MISSING`, unless the card's `required` names what suffices.
    """
    if Contrast.UNKNOWN in card.inputs or (card.required and not every):
        return
    missing = [str(contrast) for contrast in card.inputs if contrast not in images]
    if missing:
        raise UnsupportedError(
            Code.SEQUENCE_MISSING,
            f"the network {card.name} needs {', '.join(card.inputs)}: {', '.join(missing)} not given.",
            advice="Give it, or take a network that goes without.",
        )


def region_logits(outputs: Channels, card: NetworkCard) -> Channels:
    """(channels, i, j, k) outputs of the network to (regions, i, j, k) logits in the card's order, calibrated.

    With softmax, the log odds of a region's labels against all others; of a distance d, (border - d) / 1 mm, so that the
    probability is 0.5 at the border and falls with d: a statement of how near the border is, not of how often it is wrong.

    Raises:
        CorruptInputError: `CORRUPT`, the network gives another number of channels, or values that are not finite.
    """
    rules = rules_of(card)
    if len(outputs) != rules.channels:
        raise CorruptInputError(
            Code.CORRUPT,
            f"the network {card.name} gives {len(outputs)} channels, its card names {rules.channels}.",
        )
    if not np.isfinite(outputs).all():
        raise CorruptInputError(Code.CORRUPT, f"the network {card.name} gives values that are not finite.")
    if rules.activation == "softmax":
        logits = np.stack([_odds(outputs, rules.classes, region.labels) for region in card.regions])
    else:
        logits = np.stack([outputs[rules.outputs.index(region.name)] for region in card.regions])
    if rules.activation == "distance":
        logits = (rules.border_mm - logits) / SPREAD_MM
    return np.asarray(logits / card.temperature, np.float32)


def _odds(outputs: Channels, classes: tuple[int, ...], labels: tuple[int, ...]) -> NDArray[np.floating]:
    inside = np.array([label in labels for label in classes])
    if not inside.any() or inside.all():
        raise CorruptInputError(
            Code.CORRUPT,
            f"no channel, or every one, is of the labels {list(labels)}: classes {list(classes)}.",
        )
    return np.asarray(logsumexp(outputs[inside], axis=0) - logsumexp(outputs[~inside], axis=0))


def _inside(
    images: Mapping[Contrast, Image],
    card: NetworkCard,
    brain_mask: Image | None,
    brain: Segmenter | None,
) -> tuple[Mask, tuple[Notice, ...]]:
    """Where a network that finds tumors looks: the brain; one that finds the brain looks everywhere."""
    if card.task == "brain":
        return np.ones(next(iter(images.values())).array.shape, dtype=bool, order="F"), ()
    given = None if brain_mask is None else orient(brain_mask, rules_of(card).axes)
    return brain_region(images, given, brain)


def _inner(
    images: Mapping[Contrast, Image], grid: Geometry, mask: Mask
) -> dict[Contrast, NDArray[np.float32]]:
    """(n,) values inside the brain as a network of ours would see them."""
    return {
        contrast: np.clip(standardized(sampled(image, grid)[mask], contrast), *BRAIN_DEVIATIONS)
        for contrast, image in images.items()
    }


def _placed(images: Mapping[Contrast, Image], card: NetworkCard) -> Sequence[tuple[Contrast, Image | None]]:
    """The image of each channel; a network of any one sequence gets the one that was chosen."""
    if Contrast.UNKNOWN in card.inputs:
        return [*images.items()][:1]
    return [(contrast, images.get(contrast)) for contrast in card.inputs]


def _fitting(grid: Geometry, rules: ForeignRules) -> Geometry:
    """The grid with voxels more on both sides, of a size that the network takes."""
    least = rules.window or (1, 1, 1)
    i, j, k = (
        max(-(-n // rules.multiple) * rules.multiple, w) for n, w in zip(grid.shape, least, strict=True)
    )
    return widened(grid, (i, j, k))
