"""Our own network behind the one protocol: images to regions, labels and probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import ndimage

from oncometry.core import Code, Contrast, CorruptInputError, Image, UnsupportedError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Backend, choose_backend
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.prepare import prepare
from oncometry.segmentation.prepare_head import prepare_head
from oncometry.segmentation.scores import Scores, ring_labels, segmented_from
from oncometry.segmentation.segmenter import Segmented, Segmenter
from oncometry.segmentation.weights import read_network
from oncometry.segmentation.window import predict

__all__ = ["OwnNetwork", "ring_labels"]

AROUND = np.ones((3, 3, 3))
NOWHERE = -16.0
"""Logit of a tumor outside the brain, where a network saw nothing."""


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
        if self.card.task == "tumor":
            logits[:, ~ndimage.binary_dilation(prepared.brain, AROUND)] = NOWHERE
        reference = next(image for contrast, image in images.items() if contrast in prepared.used)
        return segmented_from(
            Scores(logits, prepared.geometry), self.card, reference, self.backend.name, prepared.notices
        )


def _architecture(card: NetworkCard) -> Architecture:
    if card.architecture is None:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the network {card.name} is of another make: its card has no architecture.",
        )
    return card.architecture
