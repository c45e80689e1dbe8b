"""Our own network behind the one protocol: images to regions, labels and probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    CorruptInputError,
    Image,
    Segment,
    Segmentation,
    Unit,
    UnsupportedError,
    scheme_named,
)
from oncometry.core.segmentation import bounding_box
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Backend, choose_backend
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.prepare import prepare
from oncometry.segmentation.prepare_head import prepare_head
from oncometry.segmentation.regrid import Restored, restore_regions
from oncometry.segmentation.segmenter import Segmented, Segmenter
from oncometry.segmentation.weights import read_network
from oncometry.segmentation.window import predict

__all__ = ["OwnNetwork", "ring_labels"]

BRAIN = "brain"
BRAIN_LABELS = {1: (BRAIN, Compartment.OTHER)}
"""What a network without a label scheme finds."""


@dataclass(frozen=True, eq=False)
class OwnNetwork:
    """A network of our architecture, ready to run.

    Attributes:
        card: with its architecture.
        backend: what computes it.
        settings: how it is run.
        brain: the network that finds the brain where the skull is on; None to take the head as it is.
    """

    card: NetworkCard
    backend: Backend
    settings: InferenceSettings = field(default_factory=InferenceSettings)
    brain: Segmenter | None = None

    def __post_init__(self) -> None:
        _architecture(self.card)
        ring_labels(self.card)

    @classmethod
    def read(
        cls, path: Path, settings: InferenceSettings | None = None, brain: Segmenter | None = None
    ) -> OwnNetwork:
        """The network whose card or weights stand at a path, in the fastest backend or the one asked for.

        Raises:
            NothingFoundError, CorruptInputError: as `read_network`; `CORRUPT` where weights do not fit the architecture.
            UnsupportedError: `UNSUPPORTED_TYPE`, it is of another make.
            SettingsError: as `choose_backend`.
        """
        chosen = settings or InferenceSettings()
        card, weights = read_network(path)
        try:
            backend = choose_backend(_architecture(card), weights, chosen)
        except CorruptInputError as error:
            raise CorruptInputError(error.code, error.what, path=path, advice=error.advice) from error
        return cls(card, backend, chosen, brain)

    def segment(self, images: Mapping[Contrast, Image], *, brain_mask: Image | None = None) -> Segmented:
        """As the protocol says; on the grid of the images.

        Args:
            brain_mask: on the images' grid, if there is one.

        Raises:
            UnsupportedError, CorruptInputError, GeometryError: as `prepare`.
        """
        if self.card.task == "brain":
            prepared = prepare_head(images, self.card)
        else:
            prepared = prepare(images, self.card, brain_mask=brain_mask, brain=self.brain)
        logits = predict(self.backend, prepared.images, _architecture(self.card), self.settings)
        logits /= np.float32(self.card.temperature)
        reference = next(image for contrast, image in images.items() if contrast in prepared.used)
        rules = self.card.regions
        restored = restore_regions(
            logits,
            prepared.geometry,
            reference.geometry,
            [rule.threshold for rule in rules],
            ring_labels(self.card),
        )
        names = (rule.name for rule in rules)
        regions = {
            name: _probability_image(array, reference)
            for name, array in zip(names, restored.probabilities, strict=True)
        }
        segmentation = Segmentation(
            reference.geometry,
            _segments(restored, self.card),
            self.card.scheme or BRAIN,
            "stated",
            reference.key,
        )
        return Segmented(segmentation, regions, self.card, self.backend.name, prepared.notices)


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


def _architecture(card: NetworkCard) -> Architecture:
    if card.architecture is None:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the network {card.name} is of another make: its card has no architecture.",
        )
    return card.architecture


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
