"""A window into an image, grown by what a filter needs, and continued beyond the image's border."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Boundary", "Margin", "Window", "cut", "grown", "inside", "whole"]

Window = tuple[slice, slice, slice]
"""Slices with start and stop along k, j, i."""

Margin = tuple[int, int]
"""Voxels needed before and after, along one axis."""


class Boundary(StrEnum):
    """How an image goes on beyond its border (the manual)."""

    ZERO = "zero"
    NEAREST = "nearest"
    PERIODIC = "periodic"
    MIRROR = "mirror"  # about the border, so that the border's voxel comes twice


def whole(shape: Sequence[int]) -> Window:
    """The window that is all of an image of that shape."""
    nk, nj, ni = shape
    return slice(0, nk), slice(0, nj), slice(0, ni)


def grown(window: Window, margins: Sequence[Margin], shape: Sequence[int]) -> Window:
    """The part of the image that reaches the window: all of an axis where a margin leaves the image."""
    return _window(
        slice(w.start - before, w.stop + after) if before <= w.start and w.stop + after <= n else slice(0, n)
        for w, (before, after), n in zip(window, margins, shape, strict=True)
    )


def inside(window: Window, outer: Window) -> Window:
    """The window, counted from the start of an outer one."""
    return _window(slice(w.start - o.start, w.stop - o.start) for w, o in zip(window, outer, strict=True))


def cut(image: NDArray[Any], window: Window, margins: Sequence[Margin], boundary: Boundary) -> NDArray[Any]:
    """The window with its margins, the image continued beyond its border."""
    for axis, (w, (before, after)) in enumerate(zip(window, margins, strict=True)):
        image = _along(image, axis, w.start - before, w.stop + after, boundary)
    return image


def _along(image: NDArray[Any], axis: int, start: int, stop: int, boundary: Boundary) -> NDArray[Any]:
    n = image.shape[axis]
    if start >= 0 and stop <= n:
        return image[(slice(None),) * axis + (slice(start, stop),)]
    index = np.arange(start, stop)
    match boundary:
        case Boundary.PERIODIC:
            index %= n
        case Boundary.MIRROR:
            index %= 2 * n
            index = np.minimum(index, 2 * n - 1 - index)
        case Boundary.NEAREST:
            index = index.clip(0, n - 1)
        case Boundary.ZERO:
            reached = image[(slice(None),) * axis + (slice(max(start, 0), max(stop, 0)),)]
            margins = [(0, 0)] * image.ndim
            margins[axis] = (max(-start, 0), max(stop - n, 0))
            return np.pad(reached, margins)
    return np.asarray(image.take(index, axis))


def _window(slices: Iterable[slice]) -> Window:
    k, j, i = slices
    return k, j, i
