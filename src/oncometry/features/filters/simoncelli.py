"""The non-separable Simoncelli wavelet, and its Riesz transforms (the manual, LODD)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.fourier import Order, frequencies, on_spectrum, riesz
from oncometry.features.filters.naming import named
from oncometry.features.filters.window import Boundary, Window

__all__ = ["Simoncelli"]


class Simoncelli(Filter):
    """Detail of one octave of frequencies, the same in every direction: the band-pass of one level."""

    kind: Literal["simoncelli"] = "simoncelli"
    level: int = Field(
        1, ge=1, description="1 is the finest: from a quarter of the Nyquist frequency up to it."
    )
    boundary: Boundary = Boundary.PERIODIC
    riesz: Order | None = Field(None, description="Orders of a Riesz transform along x, y, z.")

    @property
    def name(self) -> str:
        """simoncelli-level-1-periodic."""
        order = ["riesz", *map(str, self.riesz)] if self.riesz else []
        return named(f"simoncelli-level-{self.level}", *order, boundary=self.boundary)

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The response; the whole image is read, since the filter's support is not finite."""
        return on_spectrum(image, self._spectrum, self.boundary)[box]

    def _spectrum(self, shape: Sequence[int]) -> NDArray[Any]:
        *_, length = frequencies(shape)
        radius = length * 2.0 ** (self.level - 1)
        passes = (radius >= 0.25) & (radius <= 1)
        band = np.where(passes, np.cos(np.pi / 2 * np.log2(2 * np.where(passes, radius, 1.0))), 0.0)
        return band if self.riesz is None else band * riesz(shape, self.riesz)
