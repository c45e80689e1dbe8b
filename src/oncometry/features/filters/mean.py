"""The mean filter (the manual, S60F)."""

from __future__ import annotations

from typing import Any, Literal

from numpy.typing import NDArray
from pydantic import Field, field_validator

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.naming import named
from oncometry.features.filters.separable import NOTHING, Kernel, Stage, convolved, image_itself
from oncometry.features.filters.window import Boundary, Window

__all__ = ["Mean", "mean_stage"]


class Mean(Filter):
    """The mean over a cube, or a square in the slice."""

    kind: Literal["mean"] = "mean"
    support: int = Field(5, ge=1, description="Side of the cube in voxels, odd.")
    dimensions: Literal[2, 3] = 3
    boundary: Boundary = Boundary.MIRROR

    @field_validator("support")
    @classmethod
    def _is_odd(cls, support: int) -> int:
        if support % 2 == 0:
            raise ValueError("the support must be odd, so that it has a center")
        return support

    @property
    def name(self) -> str:
        """mean-5, mean-5-2D."""
        return named("mean", str(self.support), dimensions=self.dimensions, boundary=self.boundary)

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The mean of the voxels around."""
        stage = mean_stage(self.support // 2, self.dimensions == 2)
        return convolved(image_itself(image), [stage], image.shape, self.boundary)(box)


def mean_stage(radius: int, plane: bool) -> Stage:
    """Mean of 2 radius + 1 voxels along each axis, or along i and j alone."""
    side = 2 * radius + 1
    kernel = Kernel((1.0 / side,) * side, radius)
    return (NOTHING if plane else kernel), kernel, kernel
