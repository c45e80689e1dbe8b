"""Voxel-wise co-occurrence: what a voxel has is what its neighborhood, cut out, has as a region."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.features.direction import AngleSettings, Weighting
from oncometry.features.glcm import TABLE_PYRADIOMICS, glcm_map_pyradiomics, glcm_pyradiomics
from oncometry.features.region import Levels
from oncometry.features.windows import Windows

from .regions import levels_of, small_regions

SPACING_MM = (0.7, 0.9, 1.3)
MCC = [f.name for f in TABLE_PYRADIOMICS].index("MCC")


def around(levels: Levels, at: tuple[int, ...], radii: list[int]) -> Levels:
    """The neighborhood of a voxel of the box without border."""
    inside = levels.array[1:-1, 1:-1, 1:-1]
    box = tuple(slice(max(0, n - r), n + r + 1) for n, r in zip(at, radii, strict=True))
    return levels_of(inside[box], levels.count)


@given(
    levels=small_regions(),
    radius=st.integers(1, 2),
    angles=st.sampled_from(
        [
            AngleSettings(),
            AngleSettings(distances=(1, 2), symmetric=False),
            AngleSettings(flat_axis=0),
            AngleSettings(flat_axis=2),
            AngleSettings(weighting=Weighting.EUCLIDEAN),
        ]
    ),
)
@settings(max_examples=30)
def test_a_voxel_has_the_features_of_its_neighborhood(levels, radius, angles):
    windows = Windows(levels, radius, angles.flat_axis)
    found = glcm_map_pyradiomics(windows, angles, SPACING_MM)
    inside = levels.array[1:-1, 1:-1, 1:-1]
    assert found.shape == (len(TABLE_PYRADIOMICS), *inside.shape)
    assert np.isnan(found[:, inside == 0]).all()
    for at in map(tuple, np.argwhere(inside)):
        neighborhood = around(levels, at, windows.radii)
        expected = glcm_pyradiomics(neighborhood, angles, SPACING_MM)
        if (
            len(np.unique(neighborhood.array[neighborhood.array > 0]))
            == 1
            < len(np.unique(inside[inside > 0]))
        ):
            expected[MCC] *= 0  # only a region of one level has 1
        np.testing.assert_allclose(found[(slice(None), *at)], expected, rtol=1e-9, atol=1e-7)
