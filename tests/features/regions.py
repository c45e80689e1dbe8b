"""Regions of gray levels that the tests of several families share."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from oncometry.features.region import Levels

REFERENCE = Path(__file__).parents[1] / "reference"


def levels_of(inside: NDArray[Any], count: int | None = None) -> Levels:
    """Levels [k, j, i], 0 outside the region, without a border."""
    count = int(inside.max(initial=0)) if count is None else count
    return Levels(np.pad(inside, 1).astype(np.uint8 if count <= 255 else np.uint16), count)


@st.composite
def small_regions(draw: st.DrawFn, most_levels: int = 6) -> Levels:
    """Boxes of up to 4 x 4 x 5 voxels; empty, of one voxel and of one level among them."""
    count = draw(st.integers(1, most_levels))
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5)))
    return levels_of(draw(arrays(np.int64, shape, elements=st.integers(0, count))), count)


def random_region(shape: tuple[int, int, int], count: int, seed: int = 0) -> Levels:
    """An ellipsoid of levels that vary smoothly, with runs and with noise."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij"))
    smooth = np.sin(3 * grid).mean(axis=0) + rng.normal(0, 0.1, shape)
    ranks = (smooth - smooth.min()) / np.ptp(smooth)
    inside = np.ceil(ranks * count).clip(1, count).astype(int)
    return levels_of(np.where((grid**2).sum(axis=0) < 1, inside, 0), count)


def phantom_levels() -> Levels:
    """IBSI's digital phantom: its values are levels as they are."""
    stored = json.loads((REFERENCE / "ibsi_1_digital_phantom.json").read_text())
    return levels_of(np.where(np.array(stored["mask"]) == 1, stored["image"], 0))


def phantom_values(prefix: str) -> dict[str, tuple[str, float]]:
    """Tag -> reference value as printed and its tolerance, of the tags that start with a prefix."""
    lines = (REFERENCE / "ibsi_1" / "ibsi_1_dig_phantom.csv").read_text().split("\n")[1:]
    rows = [line.split(";") for line in lines if line]
    return {
        tag: (value, float(tolerance)) for value, tolerance, tag in rows if value and tag.startswith(prefix)
    }


def agrees(value: float, printed: str, tolerance: float) -> bool:
    """Whether a value is within tolerance of a reference, or equal once rounded to three significant digits."""
    return math.isclose(value, float(printed), rel_tol=0, abs_tol=tolerance) or float(
        f"{value:.3g}"
    ) == float(printed)
