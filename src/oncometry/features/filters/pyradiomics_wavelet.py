"""PyRadiomics' wavelet images: the stationary transform of PyWavelets, computed in the box alone."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.separable import NOTHING, Stage, convolved
from oncometry.features.filters.wavelet import Subband, WaveletName, subband_stage
from oncometry.features.filters.window import Boundary, Window, cut

__all__ = ["PyradiomicsWavelet"]


class PyradiomicsWavelet(Filter):
    """One subband, with PyRadiomics' conventions.

    An axis with an odd number of voxels gets one more, equal to its first, and all axes are then periodic. Every
    level applies the same filters to the low-pass of the level before, with no zeros between the taps.
    """

    kind: Literal["pyradiomics_wavelet"] = "pyradiomics_wavelet"
    wavelet: WaveletName = Field("coif1", description="A discrete wavelet, as PyWavelets names it.")
    subband: Subband = Field(description="L or H along x, y, z, without the axis left out: 'LLH'.")
    level: int = Field(1, ge=1, description="Which of the levels given, from 1.")
    start_level: int = Field(0, ge=0, description="Levels before the first that is given.")
    left_out: Literal[0, 1, 2] | None = Field(
        None, description="Axis that is not transformed, as force2Ddimension counts: 0 is z; None: all are."
    )

    @model_validator(mode="after")
    def _names_every_axis(self) -> PyradiomicsWavelet:
        axes = 3 if self.left_out is None else 2
        if len(self.subband) != axes:
            raise ValueError(
                f"{axes} axes are transformed, the subband {self.subband!r} names {len(self.subband)}."
            )
        return self

    @property
    def name(self) -> str:
        """wavelet-LLH, wavelet2-LLH."""
        return f"wavelet{'' if self.level == 1 else self.level}-{self.subband}"

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The response of the subband."""
        even = [n + n % 2 for n in image.shape]
        low = "L" * len(self.subband)
        stages = [self._stage(low)] * (self.start_level + self.level - 1) + [self._stage(self.subband)]
        none = [(0, 0)] * 3
        itself = convolved(
            lambda window: cut(image, window, none, Boundary.PERIODIC), stages, even, Boundary.PERIODIC
        )
        return np.asarray(itself(box))

    def _stage(self, subband: str) -> Stage:
        kernels = list(subband_stage(self.wavelet, subband, 1))
        if self.left_out is not None:
            kernels = [kernel for kernel in kernels if kernel is not NOTHING]
            kernels.insert(self.left_out, NOTHING)
        k, j, i = kernels
        return k, j, i
