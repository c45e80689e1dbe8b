"""What every filter is: settings that know their name in tables, and one verb.

Source: Depeursinge et al., Standardised convolutional filtering for radiomics, the IBSI reference manual,
arXiv 2006.05470 ("the manual" in this package, with its identifier of the filter); Whybra et al. 2024, doi 10.1148/radiol.231319.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.window import Window, whole

__all__ = ["Filter"]


class Filter(BaseModel, ABC):
    """Settings of one filter that gives one response map."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    @abstractmethod
    def name(self) -> str:
        """What its response map is called in tables."""

    @abstractmethod
    def apply_to_box(self, image: NDArray[Any], box: Window, spacing_mm: Point, /) -> FloatArray:
        """The response map of the whole image, within a box; no more of the image is read than reaches it.

        Args:
            image: (nk, nj, ni), real.
            box: the voxels wanted, a slice along each axis, with start and stop inside the image.
            spacing_mm: along i, j, k.

        Returns:
            the response, in the box's shape.
        """

    def apply(self, image: NDArray[Any], spacing_mm: Point = (1.0, 1.0, 1.0)) -> FloatArray:
        """The response map of the whole image, (nk, nj, ni)."""
        return self.apply_to_box(image, whole(image.shape), spacing_mm)
