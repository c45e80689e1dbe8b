"""From a network's scores to what it found: regions with probabilities, labels, segments, on the image's own grid."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import (
    Code,
    Compartment,
    Geometry,
    Image,
    Notice,
    Segment,
    Segmentation,
    Unit,
    UnsupportedError,
    scheme_named,
)
from oncometry.core.segmentation import bounding_box
from oncometry.segmentation.backend import Channels
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.faint_parts import without_faint_parts
from oncometry.segmentation.regrid import Restored, restore_regions
from oncometry.segmentation.segmenter import Segmented

__all__ = ["BRAIN", "BRAIN_LABELS", "Scores", "ring_labels", "segmented_from"]

BRAIN = "brain"
BRAIN_LABELS = {1: (BRAIN, Compartment.OTHER)}
"""What a network without a label scheme finds."""


@dataclass(frozen=True, eq=False)
class Scores:
    """What a network gave.

    Attributes:
        logits: (regions, i, j, k), calibrated, in the order of the card's regions.
        geometry: of i, j, k.
    """

    logits: Channels
    geometry: Geometry


def segmented_from(
    scores: Scores,
    card: NetworkCard,
    reference: Image,
    backend: str,
    notices: tuple[Notice, ...],
) -> Segmented:
    """The result on the grid of the reference image.

    Raises:
        UnsupportedError: as `ring_labels`.
    """
    rules = card.regions
    restored = restore_regions(
        scores.logits,
        scores.geometry,
        reference.geometry,
        [rule.threshold for rule in rules],
        ring_labels(card),
    )
    if card.peak is not None:
        voxel_ml = reference.geometry.voxel_volume_mm3 / 1000
        labels, more = without_faint_parts(restored.labels, restored.probabilities, card.peak, voxel_ml)
        restored, notices = replace(restored, labels=labels), (*notices, *more)
    names = (rule.name for rule in rules)
    regions = {
        name: _probability_image(array, reference)
        for name, array in zip(names, restored.probabilities, strict=True)
    }
    segmentation = Segmentation(
        reference.geometry, _segments(restored, card), card.scheme or BRAIN, "stated", reference.key
    )
    return Segmented(segmentation, regions, card, backend, notices)


def ring_labels(card: NetworkCard) -> tuple[int, ...]:
    """The label of what is in each region and in no inner one: WT, TC, ET of BraTS 2023 give 2, 1, 3.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, regions do not lie one in another with one label between them.
    """
    rings = []
    inner: tuple[int, ...] = ()
    for rule in reversed(card.regions):
        ring = set(rule.labels) - set(inner)
        if len(ring) != 1 or not set(inner) <= set(rule.labels):
            raise UnsupportedError(
                Code.UNSUPPORTED_TYPE,
                f"region {rule.name} of the network {card.name} has labels {list(rule.labels)}: not one more than the next.",
                advice="Order regions from the outermost to the innermost, each with one label more.",
            )
        rings.append(ring.pop())
        inner = rule.labels
    return tuple(reversed(rings))


def _probability_image(array: NDArray[np.float32], reference: Image) -> Image:
    return Image(array, reference.geometry, unit=Unit.ARBITRARY, key=reference.key)


def _segments(restored: Restored, card: NetworkCard) -> tuple[Segment, ...]:
    """One for each label, those that are not there too; the probability of a ring is that of its region less the inner."""
    named = BRAIN_LABELS if card.scheme is None else scheme_named(card.scheme).labels
    segments = []
    for at, number in enumerate(ring_labels(card)):
        start, box = bounding_box(restored.labels == number, margin=1)
        probability = restored.probabilities[at][box]
        if at + 1 < len(card.regions):
            probability = np.maximum(probability - restored.probabilities[at + 1][box], 0)
        name, compartment = named[number]
        mask = np.asfortranarray(restored.labels[box] == number)
        segments.append(
            Segment(number, name, compartment, start, mask, np.asfortranarray(probability, dtype=np.float32))
        )
    return tuple(sorted(segments, key=lambda segment: segment.number))
