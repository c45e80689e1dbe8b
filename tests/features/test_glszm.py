"""Size zones alone: zones whose sizes are known without counting."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import label

from oncometry.features.feature import Aggregation
from oncometry.features.glszm import TABLE

from .regions import levels_of, random_region
from .undirected import glszm


def features_of(inside: np.ndarray, aggregation: Aggregation = Aggregation.MERGED_3D) -> dict[str, float]:
    return dict(zip((f.name for f in TABLE), glszm(levels_of(inside), aggregation), strict=True))


@pytest.mark.parametrize("size", [255, 256, 257, 70_000])
def test_one_zone_of_any_size(size):
    features = features_of(np.full((1, 1, size), 3))
    assert features["large_zone_emphasis"] == size**2
    assert features["small_zone_emphasis"] == pytest.approx(size**-2)
    assert features["zone_percentage"] == pytest.approx(1 / size)
    assert features["zone_size_entropy"] == 0
    assert not np.signbit(features["zone_size_entropy"])


def test_parts_that_meet_late_are_one_zone():
    """A comb whose teeth are joined by its last row alone, and the same on its side and upright."""
    comb = np.zeros((1, 9, 41), int)
    comb[0, :, ::2] = 1
    comb[0, -1, :] = 1
    for axes in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0)):
        for flipped in (comb, np.flip(comb, (1, 2))):
            features = features_of(np.ascontiguousarray(flipped.transpose(axes)))
            assert features["large_zone_emphasis"] == comb.sum() ** 2


def test_voxels_that_share_a_corner_touch_in_3d_and_not_between_slices():
    inside = np.zeros((2, 2, 2), int)
    inside[0, 0, 0] = inside[1, 1, 1] = 5
    assert features_of(inside)["large_zone_emphasis"] == 4
    assert features_of(inside, Aggregation.MERGED_25D)["large_zone_emphasis"] == 1


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("count", [2, 4, 300])
def test_zones_are_those_that_scipy_labels(count, threads):
    levels = random_region((23, 31, 29), count, seed=1)
    box = levels.array[1:-1, 1:-1, 1:-1]
    sizes = np.concatenate(
        [
            np.bincount(label(box == level, np.ones((3, 3, 3)))[0].ravel())[1:]
            for level in range(1, count + 1)
            if (box == level).any()
        ]
    )
    features = dict(zip((f.name for f in TABLE), glszm(levels, Aggregation.MERGED_3D, threads), strict=True))
    assert features["zone_percentage"] == pytest.approx(len(sizes) / sizes.sum())
    assert features["large_zone_emphasis"] == pytest.approx((sizes.astype(float) ** 2).mean())
    assert features["zone_size_variance"] == pytest.approx(sizes.var())
