"""Randomized contours: the volume is right in the mean, they are near the drawn one, and follow the image's edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from oncometry.features.perturbation.contour import randomized

from ..shapes import ball

ROOM = 12
SPACINGS = [(1.0, 1.0, 1.0), (0.8, 0.8, 4.0)]


def placed(radius: float) -> NDArray[np.bool_]:
    return np.pad(ball(radius).astype(bool), ROOM)


def draws(
    image: NDArray[Any],
    whole: NDArray[np.bool_],
    spacing: tuple[float, float, float],
    count: int,
    *,
    in_plane: bool,
) -> list[NDArray[np.bool_]]:
    box = whole[ROOM:-ROOM, ROOM:-ROOM, ROOM:-ROOM]
    found = []
    for seed in range(count):
        start, mask = randomized(
            image, (ROOM,) * 3, box, spacing, np.random.default_rng(seed), in_plane=in_plane
        )
        full = np.zeros(whole.shape, bool)
        full[tuple(slice(s, s + n) for s, n in zip(start[::-1], mask.shape, strict=True))] = mask
        found.append(full)
    return found


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


@pytest.mark.parametrize("in_plane", [False, True])
@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("radius", [4.0, 10.0])
def test_the_mean_volume_is_that_of_the_region(
    radius: float, spacing: tuple[float, float, float], in_plane: bool
) -> None:
    whole = placed(radius)
    image = 40 * whole + np.random.default_rng(1).normal(0, 20, whole.shape)
    found = draws(image, whole, spacing, 12, in_plane=in_plane)
    sizes = np.array([one.sum() for one in found]) / whole.sum()
    assert sizes.mean() == pytest.approx(1, abs=0.05)
    assert sizes.std() > 0.005
    assert all(0.7 < dice(one, whole) < 0.99 for one in found)


def test_where_the_image_has_an_edge_contours_keep_to_it() -> None:
    whole = placed(10.0)
    noise = np.random.default_rng(1).normal(0, 20, whole.shape)
    nearer = [
        np.mean([dice(m, whole) for m in draws(image, whole, (1.0, 1.0, 1.0), 4, in_plane=False)])
        for image in (50 * whole + noise, noise)
    ]
    assert nearer[0] > nearer[1] + 0.05


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_without_any_edge_there_are_still_contours(value: float) -> None:
    whole = placed(6.0)
    found = draws(np.full(whole.shape, value), whole, (1.0, 1.0, 1.0), 5, in_plane=False)
    assert all(0.5 < dice(one, whole) <= 1 for one in found)


def test_a_single_voxel_is_never_lost() -> None:
    image = np.random.default_rng(0).normal(size=(5, 5, 5))
    _, mask = randomized(
        image, (2, 2, 2), np.ones((1, 1, 1), bool), (1.0, 1.0, 1.0), np.random.default_rng(0), in_plane=False
    )
    assert mask.any()
