"""PyRadiomics' square, square root, logarithm and exponential: each voxel alone, scaled by the image's largest |x|."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.window import Window

__all__ = ["Exponential", "Logarithm", "Square", "SquareRoot"]


class _Pointwise(Filter):
    @property
    def name(self) -> str:
        """As PyRadiomics has it."""
        return type(self).__name__.lower()

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The response; where the whole image is 0, it is the image."""
        values = image[box].astype(np.float64)
        largest = max(abs(float(image.max())), abs(float(image.min())))
        return self._of(values, largest) if largest > 0 else values

    @abstractmethod
    def _of(self, values: FloatArray, largest: float) -> FloatArray: ...


class Square(_Pointwise):
    """x squared / max|x|."""

    kind: Literal["square"] = "square"

    def _of(self, values: FloatArray, largest: float) -> FloatArray:
        return np.asarray(((1 / math.sqrt(largest)) * values) ** 2)


class SquareRoot(_Pointwise):
    """sign(x) sqrt(|x| max|x|)."""

    kind: Literal["square_root"] = "square_root"

    def _of(self, values: FloatArray, largest: float) -> FloatArray:
        return np.asarray(np.copysign(np.sqrt(np.abs(values) * largest), values))


class Logarithm(_Pointwise):
    """sign(x) log(|x| + 1) max|x| / log(max|x| + 1)."""

    kind: Literal["logarithm"] = "logarithm"

    def _of(self, values: FloatArray, largest: float) -> FloatArray:
        logarithms = np.copysign(np.log(np.abs(values) + 1), values)
        return np.asarray(logarithms * (largest / math.log(largest + 1)))


class Exponential(_Pointwise):
    """exp(x log(max|x|) / max|x|)."""

    kind: Literal["exponential"] = "exponential"

    def _of(self, values: FloatArray, largest: float) -> FloatArray:
        return np.asarray(np.exp((math.log(largest) / largest) * values))
