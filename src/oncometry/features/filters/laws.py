"""Laws kernels and their texture energy (the manual, JTXT; Laws 1980)."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.mean import mean_stage
from oncometry.features.filters.naming import named
from oncometry.features.filters.separable import (
    NOTHING,
    Kernel,
    Pooling,
    Respond,
    Stage,
    convolved,
    image_itself,
    pooled,
    rotations,
)
from oncometry.features.filters.window import Boundary, Window

__all__ = ["Laws"]

_TAPS = {
    "L3": (1, 2, 1),
    "E3": (-1, 0, 1),
    "S3": (-1, 2, -1),
    "L5": (1, 4, 6, 4, 1),
    "E5": (-1, -2, 0, 2, 1),
    "S5": (-1, 0, 2, 0, -1),
    "W5": (-1, 2, 0, -2, 1),
    "R5": (1, -4, 6, -4, 1),
}
"""Level, edge, spot, wave and ripple; each is used with length 1."""


class Laws(Filter):
    """Small kernels for levels, edges, spots, waves and ripples, one along each axis."""

    kind: Literal["laws"] = "laws"
    kernels: str = Field(description="Kernels along x, y and, in space, z: 'E5L5S5', 'L5S5'.")
    pooling: Pooling | None = Field(None, description="Over rotations by right angles; None: not rotated.")
    energy_distance: int | None = Field(
        None,
        ge=1,
        description="Texture energy: the mean magnitude up to that Chebyshev distance; None: the response.",
    )
    boundary: Boundary = Boundary.MIRROR

    @field_validator("kernels")
    @classmethod
    def _are_known(cls, kernels: str) -> str:
        if not re.fullmatch(f"({'|'.join(_TAPS)}){{2,3}}", kernels):
            raise ValueError(f"kernels must be two or three of {', '.join(_TAPS)}")
        return kernels

    @property
    def name(self) -> str:
        """laws-E5L5S5-energy-7-rotated-max."""
        energy = [] if self.energy_distance is None else [f"energy-{self.energy_distance}"]
        dimensions = len(self.kernels) // 2
        return named(
            "laws", self.kernels, *energy, dimensions=dimensions, pooling=self.pooling, boundary=self.boundary
        )

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The response, or its energy."""
        response = self._response(image)
        if self.energy_distance is None:
            return np.asarray(response(box))
        stage = mean_stage(self.energy_distance, plane=len(self.kernels) == 4)
        return np.asarray(
            convolved(lambda window: np.abs(response(window)), [stage], image.shape, self.boundary)(box)
        )

    def _response(self, image: NDArray[Any]) -> Respond:
        stage, itself, pooling = self._stage(), image_itself(image), self.pooling
        if pooling is None:
            return convolved(itself, [stage], image.shape, self.boundary)
        turned = list(rotations([stage], plane=len(self.kernels) == 4))
        return lambda window: pooled(
            (
                (convolved(itself, stages, image.shape, self.boundary)(window), count)
                for stages, count in turned
            ),
            pooling,
        )

    def _stage(self) -> Stage:
        kernels = []
        for name in re.findall("..", self.kernels):
            taps = np.array(_TAPS[name], dtype=np.float64)
            kernels.append(Kernel(tuple((taps / np.linalg.norm(taps)).tolist()), len(taps) // 2))
        i, j, k = kernels if len(kernels) == 3 else (*kernels, NOTHING)
        return k, j, i
