"""Separable wavelets, stationary: every level keeps the image's grid (the manual, 25BO)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import numpy as np
import pywt
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.naming import named
from oncometry.features.filters.separable import (
    NOTHING,
    Kernel,
    Pooling,
    Stage,
    convolved,
    image_itself,
    pooled,
    rotations,
)
from oncometry.features.filters.window import Boundary, Window

__all__ = ["SeparableWavelet", "Subband", "WaveletName", "subband_stage"]


def _known(wavelet: str) -> str:
    if wavelet not in pywt.wavelist(kind="discrete"):
        raise ValueError("the wavelet must be one of pywt.wavelist(kind='discrete')")
    return wavelet


def _letters(subband: str) -> str:
    if not re.fullmatch("[LH]{2,3}", subband):
        raise ValueError("a subband is two or three letters L or H")
    return subband


WaveletName = Annotated[str, AfterValidator(_known)]
"""A discrete wavelet, as PyWavelets names it."""

Subband = Annotated[str, AfterValidator(_letters)]
"""L (low frequencies) or H (high) along each axis."""


class SeparableWavelet(Filter):
    """One subband of one level: low (L) or high (H) frequencies along each axis."""

    kind: Literal["separable_wavelet"] = "separable_wavelet"
    wavelet: WaveletName = Field(
        description="A discrete wavelet, as PyWavelets names it: 'db2', 'coif1', 'haar'."
    )
    subband: Subband = Field(description="L or H along x, y and, in space, z: 'LHL'.")
    level: int = Field(1, ge=1, description="1 is the finest; levels before it give their low-pass.")
    pooling: Pooling | None = Field(None, description="Over rotations by right angles; None: not rotated.")
    boundary: Boundary = Boundary.MIRROR

    @property
    def name(self) -> str:
        """wavelet-db2-LHL-level-1-rotated-average."""
        parts = ("wavelet", self.wavelet, self.subband, f"level-{self.level}")
        return named(*parts, dimensions=len(self.subband), pooling=self.pooling, boundary=self.boundary)

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The response of the subband."""
        low = "L" * len(self.subband)
        stages = [
            subband_stage(self.wavelet, self.subband if level == self.level else low, 2 ** (level - 1))
            for level in range(1, self.level + 1)
        ]
        itself = image_itself(image)
        if self.pooling is None:
            return np.asarray(convolved(itself, stages, image.shape, self.boundary)(box))
        turned = rotations(stages, plane=len(self.subband) == 2)
        return pooled(
            ((convolved(itself, s, image.shape, self.boundary)(box), count) for s, count in turned),
            self.pooling,
        )


def subband_stage(wavelet: str, subband: str, spread: int) -> Stage:
    """Decomposition filters of a subband, named along i, j, k, with spread - 1 zeros after each tap ("a trous")."""
    filters = pywt.Wavelet(wavelet)
    kernels = {"L": _spread(filters.dec_lo, spread), "H": _spread(filters.dec_hi, spread)}
    i, j, k = (*(kernels[letter] for letter in subband), NOTHING)[:3]
    return k, j, i


def _spread(taps: list[float], spread: int) -> Kernel:
    spaced = np.zeros(len(taps) * spread)
    spaced[::spread] = taps
    return Kernel(tuple(spaced.tolist()), len(spaced) // 2)
