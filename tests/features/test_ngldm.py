"""Dependences alone: which neighbors are dependent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.features.definition.ngldm import ngldm as define
from oncometry.features.feature import Aggregation
from oncometry.features.ngldm import TABLE
from oncometry.features.slicing import slicing_of

from .regions import levels_of, small_regions
from .undirected import gldm_pyradiomics, ngldm

AGGREGATIONS = [Aggregation.AVERAGED_2D, Aggregation.MERGED_25D, Aggregation.MERGED_3D]


@given(
    levels=small_regions(most_levels=9),
    alpha=st.integers(0, 12),
    distance=st.integers(1, 4),
)
@settings(max_examples=25)
def test_alpha_and_distance_are_as_defined(levels, alpha, distance):
    for aggregation in AGGREGATIONS:
        np.testing.assert_allclose(
            ngldm(levels, aggregation, alpha, distance),
            define(levels, slicing_of(aggregation), alpha, distance),
            rtol=1e-10,
            atol=1e-12,
        )


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_a_lone_voxel_depends_on_itself(aggregation):
    values = ngldm(levels_of(np.full((1, 1, 1), 2)), aggregation)
    features = dict(zip((f.name for f in TABLE), values, strict=True))
    assert features["low_dependence_emphasis"] == features["high_dependence_emphasis"] == 1
    assert features["dependence_count_energy"] == features["dependence_count_percentage"] == 1


def test_more_neighbors_than_a_byte_counts():
    """All 342 neighbors within a distance of 3 are alike."""
    values = ngldm(levels_of(np.full((7, 7, 7), 1)), Aggregation.MERGED_3D, distance=3)
    np.testing.assert_allclose(
        values, define(levels_of(np.full((7, 7, 7), 1)), slicing_of(Aggregation.MERGED_3D), 0, 3), rtol=1e-12
    )


def test_only_the_distances_named_count_in_pyradiomics():
    """A row of three: the ends are 2 apart, so the middle voxel has no neighbor at 2."""
    values = gldm_pyradiomics(levels_of(np.array([[[1, 1, 1]]])), distances=(2,))
    assert values[1] == pytest.approx((4 + 4 + 1) / 3)


def test_a_negative_alpha_is_refused():
    with pytest.raises(ValueError, match="alpha"):
        ngldm(levels_of(np.ones((2, 2, 2), int)), Aggregation.MERGED_3D, alpha=-1)
