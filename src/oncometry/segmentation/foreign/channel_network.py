"""A network of another make of which only its computing differs: channels in, channels out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from oncometry.core import Contrast, Image
from oncometry.segmentation.backend import Backend, Channels
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channels import foreign_channels, region_logits, rules_of
from oncometry.segmentation.foreign.conformed import conformed_head
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.prepare import Prepared
from oncometry.segmentation.scores import Scores, ring_labels, segmented_from
from oncometry.segmentation.segmenter import Segmented, Segmenter
from oncometry.segmentation.window import slid

__all__ = ["ChannelNetwork"]


@dataclass(frozen=True, eq=False)
class ChannelNetwork:
    """A network that takes channels on a grid and gives channels on it.

    Attributes:
        card: with `foreign`, which says what the channels are.
        backend: what computes one window.
        settings: how it is run; `mirror` and `overlap` count.
        brain: the network that finds the brain where the skull is on.
    """

    card: NetworkCard
    backend: Backend
    settings: InferenceSettings = field(default_factory=InferenceSettings)
    brain: Segmenter | None = None

    def __post_init__(self) -> None:
        rules_of(self.card)
        ring_labels(self.card)

    def segment(self, images: Mapping[Contrast, Image], *, brain_mask: Image | None = None) -> Segmented:
        """As the protocol says; on the grid of the images.

        Args:
            brain_mask: on the images' grid, if there is one.

        Raises:
            UnsupportedError, CorruptInputError, GeometryError: as `foreign_channels`; `CORRUPT` as `region_logits`.
        """
        prepared = self._prepared(images, brain_mask)
        outputs = self._passed(prepared.images)
        if self.settings.mirror:
            outputs += self._passed(np.ascontiguousarray(prepared.images[:, ::-1]))[:, ::-1]
            outputs /= np.float32(2)
        scores = Scores(region_logits(outputs, self.card), prepared.geometry)
        reference = next(image for contrast, image in images.items() if contrast in prepared.used)
        return segmented_from(scores, self.card, reference, self.backend.name, prepared.notices)

    def _prepared(self, images: Mapping[Contrast, Image], brain_mask: Image | None) -> Prepared:
        head = rules_of(self.card).head
        if head is not None:
            return conformed_head(images, self.card, head)
        return foreign_channels(images, self.card, brain_mask=brain_mask, brain=self.brain)

    def _passed(self, images: Channels) -> Channels:
        rules = rules_of(self.card)
        _, i, j, k = images.shape
        return slid(
            self.backend.run, images, rules.channels, rules.window or (i, j, k), self.settings.overlap
        )
