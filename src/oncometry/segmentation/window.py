"""Images through a network: in one pass where memory allows, else in windows that overlap.

Windows are weighted by a Gaussian of an eighth of their size (Isensee 2021, doi:10.1038/s41592-020-01008-z) and their
logits summed in float32. A network with instance norms sees only the window, so the two ways differ a little.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import Index
from oncometry.segmentation.architecture import FOLD, Architecture
from oncometry.segmentation.backend import Backend, Channels
from oncometry.segmentation.inference_settings import InferenceSettings

__all__ = ["needed_bytes", "predict", "slid", "window_shape"]

Run = Callable[[Channels], Channels]
"""(c, i, j, k) images to (outputs, i, j, k) logits."""

GIB = 1 << 30
LIVE_MAPS = 8
"""Feature maps of the finest level that are alive at once, or their like in smaller ones, as measured."""
SIGMA = 1 / 8
SMALLEST_WEIGHT = 1e-3
SMALLEST_WINDOW = 4
"""In multiples of the architecture's."""


def needed_bytes(architecture: Architecture, shape: Index) -> int:
    """About what one pass needs: input and its folded copy, logits twice, and feature maps, all float32."""
    voxels = int(np.prod(shape))
    maps = LIVE_MAPS * architecture.channels[0] / FOLD**3
    return int(4 * voxels * (2 * architecture.inputs + 2 * architecture.outputs + maps))


def window_shape(architecture: Architecture, shape: Index, limit_bytes: float) -> Index:
    """The largest window within the limit, by shortening the longest axis first; never below four multiples."""
    least = SMALLEST_WINDOW * architecture.multiple
    size = list(shape)
    while needed_bytes(architecture, (size[0], size[1], size[2])) > limit_bytes:
        longest = max(range(3), key=lambda axis: size[axis])
        if size[longest] <= least:
            break
        size[longest] -= architecture.multiple
    return size[0], size[1], size[2]


def predict(
    backend: Backend, images: Channels, architecture: Architecture, settings: InferenceSettings
) -> Channels:
    """(inputs, i, j, k) images to (regions, i, j, k) logits; with `mirror`, the mean with the mirrored image's.

    Args:
        images: sizes are multiples of `architecture.multiple`; i runs to the patient's left.
    """
    logits = _passed(backend, images, architecture, settings)
    if settings.mirror:
        mirrored = _passed(backend, np.ascontiguousarray(images[:, ::-1]), architecture, settings)
        logits += mirrored[:, ::-1]
        logits /= 2
    return logits


def _passed(
    backend: Backend, images: Channels, architecture: Architecture, settings: InferenceSettings
) -> Channels:
    _, i, j, k = images.shape
    window = window_shape(architecture, (i, j, k), settings.memory_gib * GIB)
    return slid(backend.run, images, architecture.outputs, window, settings.overlap)


def slid(run: Run, images: Channels, outputs: int, window: Index, overlap: float) -> Channels:
    """(c, i, j, k) images to (outputs, i, j, k) logits by passes of one window's size, or one pass where that is the images'.

    Args:
        run: what computes one window.
        window: no larger than the images.
        overlap: part of a window that the next one covers again.
    """
    _, i, j, k = images.shape
    if window == (i, j, k):
        return run(images)
    weights = _gaussian(window)
    total = np.zeros((outputs, i, j, k), np.float32)
    share = np.zeros((i, j, k), np.float32)
    steps = (_starts(n, w, overlap) for n, w in zip((i, j, k), window, strict=True))
    for start in product(*steps):
        a, b, c = (slice(s, s + w) for s, w in zip(start, window, strict=True))
        total[:, a, b, c] += run(np.ascontiguousarray(images[:, a, b, c])) * weights
        share[a, b, c] += weights
    total /= share
    return total


def _starts(size: int, window: int, overlap: float) -> list[int]:
    """First voxels of windows, evenly apart, the last at the end."""
    step = max(1.0, window * (1 - overlap))
    count = int(np.ceil((size - window) / step)) + 1
    return [round(float(s)) for s in np.linspace(0, size - window, count)]


def _gaussian(shape: Index) -> NDArray[np.float32]:
    """(i, j, k) weights, 1 in the middle."""
    i, j, k = (np.exp(-0.5 * ((np.arange(n) - (n - 1) / 2) / (n * SIGMA)) ** 2) for n in shape)
    weights = i[:, None, None] * j[:, None] * k
    return np.asarray(np.maximum(weights, SMALLEST_WEIGHT), np.float32)
