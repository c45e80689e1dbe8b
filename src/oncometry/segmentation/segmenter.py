"""The one way in which everything that segments is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from oncometry.core import Contrast, Image, Notice, Segmentation
from oncometry.segmentation.card import NetworkCard

__all__ = ["Segmented", "Segmenter"]


@dataclass(frozen=True, eq=False)
class Segmented:
    """What a segmenter found in one examination.

    Attributes:
        segmentation: on the grid of the reference image; its scheme is the card's, each segment has its probability.
        regions: region of the card -> probability as an `Image` on the same grid.
        card: of the network.
        backend: what computed it, 'openvino 2026.4 f32'.
        notices: what was missing, unlike what the network knows, or uncertain.
    """

    segmentation: Segmentation
    regions: Mapping[str, Image]
    card: NetworkCard
    backend: str
    notices: tuple[Notice, ...] = ()


class Segmenter(Protocol):
    """Image(s) -> Segmentation."""

    @property
    def card(self) -> NetworkCard:
        """What it is."""

    def segment(self, images: Mapping[Contrast, Image]) -> Segmented:
        """Segment the images of one examination.

        Args:
            images: sequence -> image, all on one grid (one space, one spacing).

        Raises:
            UnsupportedError: the network knows no such images.
            GeometryError: they do not lie on one grid.
        """
