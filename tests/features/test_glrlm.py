"""Run lengths alone: regions whose runs are known without counting."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.features.direction import AngleSettings
from oncometry.features.feature import Aggregation
from oncometry.features.glrlm import TABLE, TABLE_PYRADIOMICS, glrlm, glrlm_pyradiomics
from oncometry.features.region import Levels

from .regions import levels_of


def features_of(levels: Levels, aggregation: Aggregation) -> dict[str, float]:
    return dict(zip((f.name for f in TABLE), glrlm(levels, aggregation), strict=True))


@pytest.mark.parametrize("aggregation", Aggregation)
def test_one_voxel_is_one_run(aggregation):
    features = features_of(levels_of(np.full((1, 1, 1), 2)), aggregation)
    assert features["run_percentage"] == features["short_runs_emphasis"] == 1
    assert features["high_gray_level_run_emphasis"] == 4
    assert features["run_entropy"] == 0


@pytest.mark.parametrize("length", [255, 256, 257, 300, 1000])
def test_runs_longer_than_a_byte_holds(length):
    """Along the row one run of all, along the other twelve directions runs of one voxel."""
    features = features_of(levels_of(np.full((1, 1, length), 1)), Aggregation.MERGED_3D)
    runs = 1 + 12 * length
    assert features["long_runs_emphasis"] == pytest.approx((length**2 + 12 * length) / runs)
    assert features["run_percentage"] == pytest.approx(runs / (13 * length))


@pytest.mark.parametrize("length", [256, 300])
def test_many_levels_and_long_runs(length):
    levels = levels_of(np.full((1, 1, length), 65_535))
    features = features_of(levels, Aggregation.MERGED_3D)
    runs = 1 + 12 * length
    assert features["long_runs_emphasis"] == pytest.approx((length**2 + 12 * length) / runs)
    assert features["gray_level_variance"] == pytest.approx(0, abs=1e-6)
    assert features["gray_level_non_uniformity"] == pytest.approx(runs)


def test_a_gap_ends_a_run():
    features = features_of(levels_of(np.array([[[1, 1, 0, 1]]])), Aggregation.AVERAGED_3D)
    assert features["run_percentage"] == pytest.approx((2 / 3 + 12) / 13)


def test_pyradiomics_has_the_same_features_by_its_names():
    levels = levels_of(np.arange(1, 28).reshape(3, 3, 3) % 4 + 1)
    by_id = dict(zip((f.ibsi_id for f in TABLE), glrlm(levels, Aggregation.AVERAGED_3D), strict=True))
    found = glrlm_pyradiomics(levels, AngleSettings())
    np.testing.assert_array_equal(found, [by_id[f.ibsi_id] for f in TABLE_PYRADIOMICS])


def test_pyradiomics_leaves_out_directions_along_which_nothing_lies_in_line():
    """Of one slice, all that cross it; of voxels that touch nowhere, all but those that join two, however far apart."""
    slice_of = levels_of(np.arange(20).reshape(1, 4, 5) % 3 + 1)
    np.testing.assert_array_equal(
        glrlm_pyradiomics(slice_of, AngleSettings()), glrlm_pyradiomics(slice_of, AngleSettings(flat_axis=0))
    )
    apart = np.zeros((2, 2, 3), int)
    apart[0, 0, 0], apart[0, 0, 2], apart[0, 1, 1] = 1, 1, 2
    found = glrlm_pyradiomics(levels_of(apart), AngleSettings())
    names = [f.name for f in TABLE_PYRADIOMICS]
    assert (
        found[names.index("RunPercentage")] == 1
    )  # three runs of three voxels along each of three directions
    alone = np.zeros((2, 2, 4), int)
    alone[0, 0, 0], alone[1, 1, 3] = 1, 2
    assert np.isnan(glrlm_pyradiomics(levels_of(alone), AngleSettings())).all()
