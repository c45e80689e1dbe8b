"""PyRadiomics' gradient image: the gradient's magnitude by central differences."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.window import Boundary, Window, cut

__all__ = ["Gradient"]


class Gradient(Filter):
    """SimpleITK's GradientMagnitude; the border goes on, values are rounded to single precision."""

    kind: Literal["gradient"] = "gradient"
    per_mm: bool = Field(True, description="Per mm; else per voxel.")

    @property
    def name(self) -> str:
        """gradient."""
        return "gradient"

    def apply_to_box(self, image: NDArray[Any], box: Window, spacing_mm: Point, /) -> FloatArray:
        """The response."""
        spacings = spacing_mm[::-1] if self.per_mm else (1.0, 1.0, 1.0)
        window = cut(image, box, [(1, 1)] * 3, Boundary.NEAREST).astype(np.float64)
        squares = np.zeros([w.stop - w.start for w in box])
        for axis, spacing in enumerate(spacings):
            after, before = _shifted(2, axis), _shifted(0, axis)
            squares += ((window[after] - window[before]) / (2 * spacing)) ** 2
        return np.sqrt(squares).astype(np.float32).astype(np.float64)


def _shifted(offset: int, axis: int) -> tuple[slice, ...]:
    """The box in its window, moved along one axis; offset 1 is not moved."""
    inner = slice(1, -1)
    moved = slice(offset, None if offset == 2 else offset - 2)
    return tuple(moved if a == axis else inner for a in range(3))
