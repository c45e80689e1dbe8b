"""Co-occurrence alone: the maximal correlation coefficient, regions without pairs or of one level, distances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given

from oncometry.features.definition.glcm import cooccurrence, glcm, maximal_correlation
from oncometry.features.direction import AngleSettings, Plan, directions
from oncometry.features.feature import Aggregation
from oncometry.features.glcm import TABLE, TABLE_PYRADIOMICS, glcm_pyradiomics
from oncometry.features.glcm import glcm as kernel
from oncometry.features.region import Levels

from .regions import levels_of, random_region, small_regions

MCC = [f.name for f in TABLE_PYRADIOMICS].index("MCC")


def features_of(levels: Levels, aggregation: Aggregation) -> dict[str, float]:
    return dict(zip((f.name for f in TABLE), kernel(levels, aggregation), strict=True))


@given(levels=small_regions(most_levels=9))
def test_the_maximal_correlation_coefficient_is_as_defined(levels):
    assume(len(np.unique(levels.array[levels.array > 0])) > 1)
    for symmetric in (True, False):
        matrices = [cooccurrence(levels.array.astype(int), levels.count, d, symmetric) for d in directions()]
        expected = [maximal_correlation(matrix) for matrix in matrices if matrix.sum() > 0]
        found = glcm_pyradiomics(levels, AngleSettings(symmetric=symmetric))[MCC]
        if expected:
            # An eigenvalue is known to about 1e-15, its root, near 0, to the root of that.
            assert found == pytest.approx(np.mean(expected), abs=1e-7)
        else:
            assert math.isnan(found)


@pytest.mark.parametrize("count", [40, 200, 400])
def test_the_maximal_correlation_coefficient_of_many_levels(count):
    levels = random_region((12, 13, 14), count)
    matrices = [cooccurrence(levels.array.astype(int), levels.count, d) for d in directions(flat_axis=0)]
    expected = np.mean([maximal_correlation(matrix) for matrix in matrices])
    assert glcm_pyradiomics(levels, AngleSettings(flat_axis=0))[MCC] == pytest.approx(expected, rel=1e-8)


def test_the_maximal_correlation_coefficient_of_few_pairs_and_many_levels():
    """Of 14 levels in 100 voxels: Lanczos' method once stopped early there, 0.002 off."""
    window = levels_of(random_region((14, 24, 24), 30).array[10:15, 11:16, 9:14], 30)
    matrices = [cooccurrence(window.array.astype(int), 30, d) for d in directions()]
    expected = np.mean([maximal_correlation(matrix) for matrix in matrices])
    assert glcm_pyradiomics(window, AngleSettings())[MCC] == pytest.approx(expected, rel=1e-8)


@given(levels=small_regions())
def test_a_longer_distance_pairs_voxels_further_apart(levels):
    steps = tuple((2 * k, 2 * j, 2 * i) for k, j, i in directions())
    expected = glcm(levels, Plan(steps, by_slice=False, merge=True), [1.0] * 13)
    np.testing.assert_allclose(
        kernel(levels, Aggregation.MERGED_3D, distance=2), expected, rtol=1e-9, atol=1e-7
    )


@pytest.mark.parametrize("aggregation", Aggregation)
def test_one_voxel_has_no_pair(aggregation):
    assert np.isnan(kernel(levels_of(np.ones((1, 1, 1), int)), aggregation)).all()
    assert np.isnan(glcm_pyradiomics(levels_of(np.ones((1, 1, 1), int)), AngleSettings())).all()


def test_two_voxels_are_one_pair():
    features = features_of(levels_of(np.array([[[1, 3]]])), Aggregation.AVERAGED_3D)
    assert features["contrast"] == 4
    assert features["correlation"] == -1
    assert features["joint_entropy"] == 1


@pytest.mark.parametrize("aggregation", Aggregation)
def test_one_level_leaves_correlation_undefined_for_ibsi_alone(aggregation):
    flat = levels_of(np.full((3, 3, 3), 2))
    features = features_of(flat, aggregation)
    undefined = {name for name, value in features.items() if math.isnan(value)}
    assert undefined == {"correlation", "first_measure_of_information_correlation"}
    assert features["joint_maximum"] == features["inverse_difference"] == 1
    assert features["joint_average"] == 2
    assert features["contrast"] == features["joint_entropy"] == 0


def test_one_level_has_pyradiomics_values():
    names = [f.name for f in TABLE_PYRADIOMICS]
    flat = levels_of(np.full((3, 3, 3), 2))
    features = dict(zip(names, glcm_pyradiomics(flat, AngleSettings()), strict=True))
    assert (features["Correlation"], features["Imc1"], features["MCC"]) == (1, 0, 1)


def test_levels_up_to_the_last_number_shift_as_they_should():
    low = random_region((9, 10, 11), 2600)
    shift = 65_535 - int(low.array.max())
    high = levels_of(np.where(low.array > 0, low.array + np.uint32(shift), 0)[1:-1, 1:-1, 1:-1])
    assert high.count == 65_535
    of_low, of_high = (features_of(levels, Aggregation.MERGED_3D) for levels in (low, high))
    assert of_high["joint_average"] == pytest.approx(of_low["joint_average"] + shift)
    for name in ("joint_variance", "contrast", "sum_entropy", "cluster_shade", "correlation"):
        assert of_high[name] == pytest.approx(of_low[name], rel=1e-8)
