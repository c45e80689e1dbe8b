"""PyRadiomics' two-dimensional local binary patterns (Ojala et al. 2002, doi 10.1109/TPAMI.2002.1017623)."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.window import Boundary, Window, cut

__all__ = ["LocalBinaryPattern2D"]

_PLANES = {0: (1, 2), 1: (0, 2), 2: (1, 0)}
"""Axes of rows and columns, where slices lie along an axis."""


class LocalBinaryPattern2D(Filter):
    """Which samples of a circle around a voxel are at least as bright, as scikit-image codes it; outside is 0."""

    kind: Literal["lbp_2d"] = "lbp_2d"
    radius: float = Field(1.0, gt=0, description="Of the circle, in voxels.")
    samples: int = Field(8, ge=2, le=24)
    method: Literal["default", "ror", "uniform"] = Field(
        "uniform",
        description="default: one bit a sample; ror: the smallest number that rotation gives; "
        "uniform: the number of ones where they lie together, else samples + 1.",
    )
    slice_axis: Literal[0, 1, 2] = Field(0, description="As force2Ddimension counts: 0 is z.")

    @property
    def name(self) -> str:
        """lbp-2D."""
        return "lbp-2D"

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The code of each voxel."""
        reach = math.ceil(self.radius)
        plane = _PLANES[self.slice_axis]
        margins = [(reach, reach) if axis in plane else (0, 0) for axis in range(3)]
        window = cut(image, box, margins, Boundary.ZERO).astype(np.float64)
        center = _moved(window, plane, reach, 0, 0)
        angles = 2 * np.pi * np.arange(self.samples) / self.samples
        rows, columns = np.round(-self.radius * np.sin(angles), 5), np.round(self.radius * np.cos(angles), 5)
        ones = []
        for offsets in zip(rows.tolist(), columns.tolist(), strict=True):
            parts = [_part(box, axis, offset) for axis, offset in zip(plane, offsets, strict=True)]
            ones.append(_bilinear(window, plane, reach, parts, offsets) - center >= 0)
        return self._coded(np.array(ones, dtype=np.int64))

    def _coded(self, ones: NDArray[np.int64]) -> FloatArray:
        """(samples, ...) of 0 and 1 to codes."""
        if self.method == "uniform":
            changes = np.abs(np.diff(ones, axis=0)).sum(axis=0)
            codes = np.where(changes <= 2, ones.sum(axis=0), self.samples + 1)
            return np.asarray(codes, dtype=np.float64)
        turns = range(self.samples if self.method == "ror" else 1)
        weights = 2 ** np.arange(self.samples)
        turned = [np.tensordot(np.roll(weights, turn), ones, 1) for turn in turns]
        return np.asarray(np.min(turned, axis=0), dtype=np.float64)


def _bilinear(
    window: FloatArray,
    plane: tuple[int, int],
    reach: int,
    parts: list[FloatArray],
    offsets: tuple[float, float],
) -> FloatArray:
    """Samples beside each voxel, in scikit-image's order of operations: ties of equal voxels hang on it."""
    (dr, dc), (row, column) = parts, offsets
    r, c, r2, c2 = math.floor(row), math.floor(column), math.ceil(row), math.ceil(column)
    top = (1 - dc) * _moved(window, plane, reach, r, c) + dc * _moved(window, plane, reach, r, c2)
    bottom = (1 - dc) * _moved(window, plane, reach, r2, c) + dc * _moved(window, plane, reach, r2, c2)
    return np.asarray((1 - dr) * top + dr * bottom)


def _part(box: Window, axis: int, offset: float) -> FloatArray:
    """How far past a voxel the samples lie: by the index in the image, whose rounding scikit-image's has too."""
    positions = np.arange(box[axis].start, box[axis].stop) + offset
    return np.asarray(positions - np.floor(positions)).reshape([-1 if a == axis else 1 for a in range(3)])


def _moved(window: FloatArray, plane: tuple[int, int], reach: int, row: int, column: int) -> FloatArray:
    slices = [slice(None)] * 3
    for axis, offset in zip(plane, (row, column), strict=True):
        slices[axis] = slice(reach + offset, window.shape[axis] - reach + offset)
    return window[tuple(slices)]
