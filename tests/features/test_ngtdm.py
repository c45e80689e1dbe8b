"""Tone differences alone: regions without contrast or neighbors, distances, and many levels."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.features.definition.ngtdm import ngtdm as define
from oncometry.features.feature import Aggregation
from oncometry.features.ngtdm import TABLE
from oncometry.features.slicing import slicing_of

from .regions import levels_of, small_regions
from .undirected import ngtdm, ngtdm_pyradiomics

AGGREGATIONS = [Aggregation.AVERAGED_2D, Aggregation.MERGED_25D, Aggregation.MERGED_3D]


def features_of(inside: np.ndarray, aggregation: Aggregation = Aggregation.MERGED_3D) -> dict[str, float]:
    return dict(zip((f.name for f in TABLE), ngtdm(levels_of(inside), aggregation), strict=True))


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_one_level_has_the_values_that_the_manual_sets(aggregation):
    features = features_of(np.full((2, 3, 4), 3), aggregation)
    assert features == {"coarseness": 1e6, "contrast": 0, "busyness": 0, "complexity": 0, "strength": 0}


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_voxels_without_neighbors_have_no_features(aggregation):
    inside = np.zeros((1, 3, 5), int)
    inside[0, 0, [0, 2, 4]] = [1, 2, 3]
    assert np.isnan(list(features_of(inside, aggregation).values())).all()


def test_busyness_is_zero_where_its_denominator_is():
    """Levels 1 and 2 with p_i of 2/3 and 1/3: no pair differs in i p_i. PyRadiomics and MIRP give 0 as well."""
    features = features_of(np.array([[[1, 1], [2, 0]]]))
    assert features["busyness"] == 0
    assert features["complexity"] == pytest.approx(2 / 3)


def test_slices_without_neighbors_do_not_count_in_the_mean():
    """Values of MIRP 2.7 for a region whose first and last slices hold one voxel each."""
    inside = np.zeros((3, 4, 4), int)
    inside[0, 1, 1] = 2
    inside[1, :2, :3] = [[1, 2, 3], [3, 3, 1]]
    inside[2, 2, 2] = 1
    expected = [0.378151, 0.292387, 0.566667, 3.618519, 1.377551]
    assert list(features_of(inside, Aggregation.AVERAGED_2D).values()) == pytest.approx(expected, abs=1e-6)


def test_pyradiomics_counts_voxels_without_neighbors():
    """Values of PyRadiomics 3.0.1 for a region with one such voxel, and for one of nothing else."""
    inside = np.zeros((3, 4, 8), int)
    inside[0, 1, 1] = 2
    inside[1, :2, :3] = [[1, 2, 3], [3, 3, 1]]
    inside[2, 2, 2] = 1
    inside[1, 3, 7] = 3
    expected = [
        0.3697906476227744,
        0.20344024212336967,
        0.676058201058201,
        2.516210632401109,
        1.207697412076974,
    ]
    assert list(ngtdm_pyradiomics(levels_of(inside))) == pytest.approx(expected, rel=1e-12)
    assert list(ngtdm_pyradiomics(levels_of(np.array([[[1, 0, 2]]])))) == [1e6, 0, 0, 0, 0]


@given(levels=small_regions(), distance=st.integers(1, 4))
@settings(max_examples=25)
def test_a_distance_takes_all_voxels_as_near(levels, distance):
    for aggregation in AGGREGATIONS:
        np.testing.assert_allclose(
            ngtdm(levels, aggregation, distance),
            define(levels, slicing_of(aggregation), distance),
            rtol=1e-10,
            atol=1e-12,
        )


def test_as_many_levels_as_a_type_holds_take_seconds_at_most():
    inside = np.random.default_rng(0).permutation(65_535).reshape(1, 255, 257) + 1
    start = time.process_time()
    features = features_of(inside)
    assert time.process_time() - start < 5
    assert np.isfinite(list(features.values())).all()
