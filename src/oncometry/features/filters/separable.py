"""Separable convolution, stage after stage, and its invariance to rotations by right angles."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d

from oncometry.core.geometry import FloatArray
from oncometry.features.filters.window import Boundary, Margin, Window, cut, grown, inside

__all__ = [
    "NOTHING",
    "Kernel",
    "Pooling",
    "Respond",
    "Stage",
    "convolved",
    "image_itself",
    "pooled",
    "rotations",
]

Respond = Callable[[Window], NDArray[Any]]
"""Gives a response in a window of the image."""


@dataclass(frozen=True)
class Kernel:
    """A kernel along one axis.

    Attributes:
        taps: its values; a response is the sum of taps[m] x[n - (m - center)].
        center: the tap that falls on the voxel.
    """

    taps: tuple[float, ...]
    center: int

    @property
    def margin(self) -> Margin:
        """Voxels read before and after the voxel."""
        return len(self.taps) - 1 - self.center, self.center

    def reversed(self) -> Kernel:
        """The kernel as seen from the other end of its axis."""
        return Kernel(self.taps[::-1], len(self.taps) - 1 - self.center)


NOTHING = Kernel((1.0,), 0)
"""Leaves an axis as it is."""

Stage = tuple[Kernel, Kernel, Kernel]
"""Kernels along k, j, i."""


class Pooling(StrEnum):
    """How the responses of a rotated filter become one (the manual)."""

    MAXIMUM = "max"
    AVERAGE = "average"


def image_itself(image: NDArray[Any]) -> Respond:
    """The response of no filter."""
    return lambda window: image[window]


def convolved(before: Respond, stages: Sequence[Stage], shape: Sequence[int], boundary: Boundary) -> Respond:
    """What comes out of separable stages, each of which continues the response before it beyond the border."""
    for stage in stages:
        before = _one_stage(before, stage, shape, boundary)
    return before


def _one_stage(before: Respond, stage: Stage, shape: Sequence[int], boundary: Boundary) -> Respond:
    margins = [kernel.margin for kernel in stage]

    def respond(window: Window) -> FloatArray:
        reached = grown(window, margins, shape)
        response = cut(before(reached), inside(window, reached), margins, boundary).astype(
            np.float64, copy=False
        )
        for axis, kernel in enumerate(stage):
            response = _along(response, axis, kernel)
        return response

    return respond


def _along(window: FloatArray, axis: int, kernel: Kernel) -> FloatArray:
    """The convolution where the kernel stays within the window."""
    if kernel == NOTHING:
        return window
    taps = np.array(kernel.taps)
    full = convolve1d(window, taps, axis, mode="constant", origin=kernel.center - len(taps) // 2)
    before, after = kernel.margin
    kept = slice(before, window.shape[axis] - after)
    return np.asarray(full[(slice(None),) * axis + (kept,)])


def rotations(stages: Sequence[Stage], plane: bool) -> Iterator[tuple[tuple[Stage, ...], int]]:
    """The filter in each of its orientations by right angles, with the number of rotations that give it.

    24 rotations in space, 4 in the plane of i and j (the manual).
    """
    counts: dict[tuple[Stage, ...], int] = {}
    for order, ends in _right_angles(plane):
        turned = tuple(_turned(stage, order, ends) for stage in stages)
        counts[turned] = counts.get(turned, 0) + 1
    yield from counts.items()


def _right_angles(plane: bool) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    for order in itertools.permutations(range(3)):
        for ends in itertools.product((1, -1), repeat=3):
            is_rotation = round(np.linalg.det(np.eye(3)[list(order)])) * np.prod(ends) == 1
            if is_rotation and not (plane and (order[0] != 0 or ends[0] != 1)):
                yield order, ends


def _turned(stage: Stage, order: tuple[int, ...], ends: tuple[int, ...]) -> Stage:
    k, j, i = (
        stage[axis] if end == 1 else stage[axis].reversed() for axis, end in zip(order, ends, strict=True)
    )
    return k, j, i


def pooled(responses: Iterator[tuple[FloatArray, int]], pooling: Pooling) -> FloatArray:
    """Responses with their multiplicities, made one."""
    response, times = next(responses)
    total = response.copy() if pooling is Pooling.MAXIMUM else response * times
    for response, count in responses:
        if pooling is Pooling.MAXIMUM:
            np.maximum(total, response, out=total)
        else:
            total += response * count
            times += count
    return total if pooling is Pooling.MAXIMUM else total / times
