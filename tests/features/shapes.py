"""Masks and images that the tests of shape and of intensities share."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from oncometry.features.region import Region

from .regions import REFERENCE

Spacing = tuple[float, float, float]


def region_of(image: NDArray[Any], mask: NDArray[Any], spacing_mm: Spacing = (1.0, 1.0, 1.0)) -> Region:
    """The region of a mask [k, j, i] in its image, cut to its box; the whole image if the mask is empty."""
    places = np.argwhere(mask)
    low = places.min(axis=0) if places.size else np.zeros(3, dtype=int)
    high = places.max(axis=0) + 1 if places.size else np.array(mask.shape)
    cut = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    box = np.ascontiguousarray(mask[cut], dtype=np.uint8)
    k, j, i = low.tolist()
    return Region(np.ascontiguousarray(image), (k, j, i), box, box, spacing_mm)


def phantom_region() -> Region:
    """IBSI's digital phantom: 4 x 4 x 5 voxels of 2 mm."""
    stored = json.loads((REFERENCE / "ibsi_1_digital_phantom.json").read_text())
    return region_of(np.array(stored["image"]), np.array(stored["mask"]), (2.0, 2.0, 2.0))


def ball(radius: float, center: float = 0.0) -> NDArray[np.uint8]:
    """Voxels whose centers lie in a ball, in its box with some room."""
    axis = np.arange(-np.ceil(radius) - 1, np.ceil(radius) + 2) - center
    square = axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2
    return (square <= radius**2).astype(np.uint8)


def irregular() -> tuple[NDArray[np.int16], NDArray[np.uint8], Spacing]:
    """An image and a mask of integers made without chance: an ellipsoid with waves, a dent and a detached part."""
    k, j, i = np.indices((30, 36, 50))
    image = (((7 * i * i + 13 * j * k + 5 * i * k + 11 * j + 3 * k * k) % 97) + 3 * j + 2 * i).astype(
        np.int16
    )
    waves = (i * j // 40 + k) % 5
    mask = 16 * (k - 14) ** 2 + 6 * (j - 17) ** 2 + 3 * (i - 24) ** 2 + 12 * waves < 660
    mask &= (k - 14) ** 2 + (j - 26) ** 2 + (i - 24) ** 2 > 30
    mask[14:16, 4:6, 30:34] = True
    return image, mask.astype(np.uint8), (0.75, 1.25, 2.0)


@st.composite
def small_masks(draw: st.DrawFn) -> NDArray[np.uint8]:
    """Boxes of up to 4 x 4 x 6 voxels with at least one inside: of one voxel, in a plane, in parts among them."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6)))
    mask = draw(arrays(np.uint8, shape, elements=st.integers(0, 1)))
    if not mask.any():
        mask[tuple(draw(st.integers(0, size - 1)) for size in shape)] = 1
    return mask


spacings = st.tuples(*3 * [st.floats(0.3, 4.0)])


def mirp_values(prefixes: tuple[str, ...]) -> dict[str, float]:
    """Tag -> value that MIRP 2.7 gives for `irregular()`, of the tags that start with one of the prefixes."""
    lines = (REFERENCE / "mirp_irregular.csv").read_text().splitlines()
    rows = [line.split(",") for line in lines if not line.startswith(("#", "tag"))]
    return {tag: float(value) for tag, value in rows if tag.startswith(prefixes)}
