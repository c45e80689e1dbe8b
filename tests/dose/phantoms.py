"""Structures and doses whose histograms are known: stacks of polygon prisms in a dose that grows along a line.

The truth is worked out here in another way than in the program: the area of a polygon beyond a line is a line integral
around it (Green's theorem), which is integrated along the normal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Geometry
from oncometry.core.dose import Dose

Array = NDArray[np.float64]

POSITIONS = {
    "HFS": ((1, 0, 0), (0, 1, 0)), "HFP": ((-1, 0, 0), (0, -1, 0)), "FFS": ((-1, 0, 0), (0, 1, 0)),
    "FFP": ((1, 0, 0), (0, -1, 0)), "HFDR": ((0, -1, 0), (1, 0, 0)), "HFDL": ((0, 1, 0), (-1, 0, 0)),
    "FFDR": ((0, -1, 0), (-1, 0, 0)), "FFDL": ((0, 1, 0), (1, 0, 0)),
}  # fmt: skip
"""Row and column cosines of axial images of a patient so positioned."""


def tilted(degrees: float) -> Array:
    """(3, 3) columns i, j, k, turned about two axes."""
    a, b = np.deg2rad(degrees), np.deg2rad(degrees / 2)
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    return np.asarray(x @ z)


def axes_of(position: str) -> Array:
    """(3, 3) columns i, j, k of a patient position."""
    row, column = (np.array(v, dtype=float) for v in POSITIONS[position])
    return np.column_stack([row, column, np.cross(row, column)])


@dataclass(frozen=True)
class Stack:
    """Prisms in mm of the plane: (n, 2) polygons at heights `step_mm` apart, outlines first, holes after."""

    polygons: tuple[tuple[Array, ...], ...]
    step_mm: float
    axes: Array
    origin: Array

    @property
    def heights(self) -> Array:
        return (np.arange(len(self.polygons)) - (len(self.polygons) - 1) / 2) * self.step_mm

    @property
    def contours(self) -> tuple[Array, ...]:
        return tuple(
            np.column_stack([p, np.full(len(p), h)]) @ self.axes.T + self.origin
            for h, some in zip(self.heights, self.polygons, strict=True)
            for p in some
        )

    @property
    def geometry(self) -> Geometry:
        """Image slices at the heights of the contours."""
        n = len(self.polygons)
        corner = self.axes @ np.array([-150.0, -150.0, self.heights[0]]) + self.origin
        return Geometry.from_parts((300, 300, n), (1, 1, self.step_mm), corner, self.axes, "1.9")

    @property
    def volume_cc(self) -> float:
        return sum(_signed(some) for some in self.polygons) * self.step_mm / 1000

    def volume_above(self, gradient: Array, level: float, layers: int = 12) -> float:
        """cc where the linear function gradient . x (LPS mm, from the origin) is at least `level`."""
        along = self.axes.T @ gradient
        if np.abs(along[:2]).max() < 1e-12:
            return self._above_along_normal(along[2], level)
        total = 0.0
        nodes, weights = np.polynomial.legendre.leggauss(layers)
        for height, some in zip(self.heights, self.polygons, strict=True):
            levels = level - along[2] * (height + nodes * self.step_mm / 2)
            areas = [_above(p, along[:2], levels) for p in some]
            total += float(weights @ (areas[0] - sum(areas[1:], np.zeros(layers)))) / 2 * self.step_mm
        return total / 1000

    def _above_along_normal(self, slope: float, level: float) -> float:
        parts = np.abs(slope) * self.step_mm
        shares = np.clip((slope * self.heights - level) / parts + 0.5, 0, 1)
        areas = np.array([_signed(some) for some in self.polygons])
        return float(shares @ areas) * self.step_mm / 1000

    def extent(self, gradient: Array) -> tuple[float, float]:
        """Lowest and highest value of the linear function in it."""
        along = self.axes.T @ gradient
        values = np.concatenate(
            [p @ along[:2] + along[2] * (h + side) for h, some in zip(self.heights, self.polygons, strict=True)
             for p in some[:1] for side in (-self.step_mm / 2, self.step_mm / 2)]
        )  # fmt: skip
        return float(values.min()), float(values.max())

    def dose_of(self, gradient: Array, volume_cc: float) -> float:
        """The level that exactly this volume exceeds, by bisection."""
        low, high = self.extent(gradient)
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (middle, high) if self.volume_above(gradient, middle) > volume_cc else (low, middle)
        return (low + high) / 2


def _signed(some: tuple[Array, ...]) -> float:
    """Area of the first, less the others."""
    areas = [_area(p) for p in some]
    return areas[0] - sum(areas[1:])


def _area(p: Array) -> float:
    q = np.roll(p, -1, axis=0)
    return abs(float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum())) / 2


def _above(p: Array, normal: Array, levels: Array) -> Array:
    """(n,) area of a polygon where normal . x >= level: the line integral of max(s - level, 0) dt around it."""
    size = float(np.linalg.norm(normal))
    s, t = p @ normal / size, p @ np.array([-normal[1], normal[0]]) / size
    a, b = s[None] - levels[:, None] / size, np.roll(s, -1)[None] - levels[:, None] / size
    crosses = (a < 0) != (b < 0)
    rise = np.where(crosses, np.abs(a - b), 1.0)
    mean = np.where(crosses, np.maximum(a, b) ** 2 / 2 / rise, np.maximum(a + b, 0) / 2)
    return np.abs((mean * (np.roll(t, -1) - t)[None]).sum(axis=1))


def circle(radius_mm: float, corners: int = 120, center: tuple[float, float] = (0.0, 0.0)) -> Array:
    turn = 2 * np.pi * np.arange(corners) / corners
    return np.column_stack([np.cos(turn), np.sin(turn)]) * radius_mm + np.array(center)


def cylinder(radius_mm: float, slices: int, step_mm: float, axes: Array, origin: Array) -> Stack:
    return Stack(((circle(radius_mm),),) * slices, step_mm, axes, origin)


def ring(radius_mm: float, slices: int, step_mm: float, axes: Array, origin: Array) -> Stack:
    """A cylinder with a hole of half its radius, off center."""
    hole = circle(radius_mm / 2, 60, (radius_mm / 4, 0.0))
    return Stack(((circle(radius_mm), hole),) * slices, step_mm, axes, origin)


def sphere(volume_cc: float, step_mm: float, axes: Array, origin: Array) -> Stack:
    radius = (3 * volume_cc * 1000 / (4 * np.pi)) ** (1 / 3)
    half = int(np.floor(radius / step_mm - 1e-9))
    heights = np.arange(-half, half + 1) * step_mm
    return Stack(tuple((circle(float(np.sqrt(radius**2 - h**2))),) for h in heights), step_mm, axes, origin)


def linear_dose(
    stack: Stack, gradient: Array, middle_gy: float, axes: Array, spacing_mm: float = 2.5
) -> Dose:
    """middle + gradient . (x - origin of the stack) on a grid that holds the stack."""
    points = np.concatenate(stack.contours)
    half = float(np.linalg.norm(points - stack.origin, axis=1).max()) + stack.step_mm + 2 * spacing_mm
    n = int(np.ceil(2 * half / spacing_mm)) + 1
    corner = stack.origin - axes @ np.full(3, half)
    geometry = Geometry.from_parts((n, n, n), (spacing_mm,) * 3, corner, axes, "1.9")
    return dose_from(geometry, lambda x: middle_gy + (x - stack.origin) @ gradient)


def dose_from(geometry: Geometry, value: Callable[[Array], Array]) -> Dose:
    index = np.stack(np.meshgrid(*(np.arange(n) for n in geometry.shape), indexing="ij"), -1)
    return Dose(value(geometry.to_world(index)).astype(np.float32), geometry)
