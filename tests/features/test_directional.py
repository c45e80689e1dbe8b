"""What holds for GLCM and GLRLM alike: reference values, the definition, PyRadiomics, laws, degenerate regions."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings

from oncometry.core.geometry import FloatArray
from oncometry.features import glcm, glrlm
from oncometry.features.definition.glcm import glcm as define_glcm
from oncometry.features.definition.glrlm import glrlm as define_glrlm
from oncometry.features.direction import AngleSettings, Plan, Weighting, directions, plan_of
from oncometry.features.feature import Aggregation
from oncometry.features.region import Levels

from .pyradiomics import CASES, baseline, case_levels, needs_data
from .regions import (
    REFERENCE,
    agrees,
    levels_of,
    phantom_levels,
    phantom_values,
    random_region,
    small_regions,
)


class Directional(NamedTuple):
    name: str
    prefix: str
    module: ModuleType
    features: Callable[..., FloatArray]
    pyradiomics: Callable[..., FloatArray]
    define: Callable[[Levels, Plan, list[float]], FloatArray]


FAMILIES = [
    Directional("glcm", "cm_", glcm, glcm.glcm, glcm.glcm_pyradiomics, define_glcm),
    Directional("glrlm", "rlm_", glrlm, glrlm.glrlm, glrlm.glrlm_pyradiomics, define_glrlm),
]
for_families = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
for_aggregations = pytest.mark.parametrize("aggregation", Aggregation)


@for_families
def test_the_table_has_every_reference_value_and_no_feature_twice(family):
    tags = [f"{f.tag}_{aggregation}" for aggregation in Aggregation for f in family.module.TABLE]
    assert sorted(tags) == sorted(phantom_values(family.prefix))
    ids = [f.ibsi_id for f in family.module.TABLE]
    assert len(set(ids)) == len(ids)
    assert all(len(i) == 4 for i in ids)


@for_families
@for_aggregations
def test_the_digital_phantom_has_ibsi_values(family, aggregation):
    expected = phantom_values(family.prefix)
    found = family.features(phantom_levels(), aggregation)
    wrong = {
        feature.tag: (value, expected[f"{feature.tag}_{aggregation}"])
        for feature, value in zip(family.module.TABLE, found, strict=True)
        if not agrees(value, *expected[f"{feature.tag}_{aggregation}"])
    }
    assert not wrong


@for_families
@given(levels=small_regions())
@settings(max_examples=25)
def test_kernels_do_as_defined(family, levels):
    for aggregation in Aggregation:
        plan = plan_of(aggregation)
        expected = family.define(levels, plan, [1.0] * len(plan.directions))
        np.testing.assert_allclose(family.features(levels, aggregation), expected, rtol=1e-9, atol=1e-7)


@for_families
@given(levels=small_regions(most_levels=300))
@settings(max_examples=4)
def test_kernels_do_as_defined_where_levels_outnumber_voxels(family, levels):
    for aggregation in (Aggregation.SLICE_MERGED_2D, Aggregation.MERGED_25D):
        plan = plan_of(aggregation)
        expected = family.define(levels, plan, [1.0] * len(plan.directions))
        np.testing.assert_allclose(family.features(levels, aggregation), expected, rtol=1e-9, atol=1e-7)


@for_families
def test_pyradiomics_itself_gives_the_same_for_each_setting(family):
    for case in json.loads((REFERENCE / "pyradiomics_directional.json").read_text())["cases"]:
        if family.name not in case:
            continue
        found = family.pyradiomics(phantom_levels(), _settings(case["setting"]), (0.7, 0.9, 1.3))
        names = [feature.name for feature in family.module.TABLE_PYRADIOMICS]
        assert sorted(names) == sorted(case[family.name])
        np.testing.assert_allclose(
            found, [case[family.name][name] for name in names], rtol=1e-10, err_msg=str(case)
        )


def _settings(given: dict[str, Any]) -> AngleSettings:
    norm = given.get("weightingNorm")
    return AngleSettings(
        distances=tuple(given.get("distances", (1,))),
        symmetric=given.get("symmetricalGLCM", True),
        weighting=None if norm is None else Weighting(norm),
        flat_axis=given.get("force2Ddimension", 0) if given.get("force2D") else None,
    )


@needs_data
@for_families
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("column", "angles", "bins"),
    [
        ("", AngleSettings(), {}),
        ("_2d", AngleSettings(flat_axis=0), {}),
        ("_FBN", AngleSettings(), {"bin_count": 64}),
        ("_combined", AngleSettings(weighting=Weighting.NO_WEIGHTING), {}),
        ("_flatRegion", AngleSettings(), {"bin_width": 5000}),
    ],
)
def test_pyradiomics_baselines(family, case, column, angles, bins):
    expected = baseline(family.name)[case + column]
    found = family.pyradiomics(case_levels(case, **bins), angles)
    values = dict(zip((f.name for f in family.module.TABLE_PYRADIOMICS), found, strict=True))
    assert len(expected) >= len(values)
    np.testing.assert_allclose(
        list(values.values()),
        [expected[name] for name in values],
        rtol=1e-9,
        atol=1e-12,
        err_msg=str(list(values)),
    )


@for_families
@for_aggregations
@pytest.mark.parametrize("count", [30, 3000])
def test_threads_change_no_bit(family, aggregation, count):
    levels = random_region((20, 24, 28), count)
    alone = family.features(levels, aggregation)
    for threads in (2, 3, 8):
        assert family.features(levels, aggregation, threads=threads).tobytes() == alone.tobytes()


@for_families
@for_aggregations
def test_mirror_images_have_the_same_features(family, aggregation):
    levels = random_region((7, 9, 11), 8)
    for axis in range(3):
        mirrored = Levels(np.ascontiguousarray(np.flip(levels.array, axis)), levels.count)
        np.testing.assert_allclose(
            family.features(mirrored, aggregation), family.features(levels, aggregation), rtol=1e-12
        )


@for_families
@for_aggregations
def test_room_around_a_region_changes_nothing(family, aggregation):
    levels = random_region((5, 6, 7), 9)
    roomy = Levels(np.pad(levels.array, ((2, 0), (1, 4), (3, 300))), levels.count)
    np.testing.assert_allclose(
        family.features(roomy, aggregation), family.features(levels, aggregation), rtol=1e-12, equal_nan=False
    )


@for_families
@for_aggregations
def test_tables_and_sorted_codes_count_alike(family, aggregation):
    levels = random_region((9, 10, 11), 40)
    many = Levels(levels.array.astype(np.uint16), 60_000)
    same = [i for i, f in enumerate(family.module.TABLE) if f.ibsi_id not in ("NDRX", "1QCO")]
    np.testing.assert_allclose(
        family.features(many, aggregation)[same], family.features(levels, aggregation)[same], rtol=1e-12
    )


@for_families
@for_aggregations
@pytest.mark.parametrize(
    "inside", [np.zeros((0, 0, 0), int), np.zeros((2, 3, 4), int)], ids=["no voxel", "no level"]
)
def test_nothing_has_no_features(family, aggregation, inside):
    assert np.isnan(family.features(levels_of(inside, 3), aggregation)).all()


def test_half_of_all_directions_are_followed():
    assert len(directions()) == 13
    assert len(directions((1, 2))) == 62
    assert len(directions(flat_axis=1)) == 4
    for steps in (directions(), directions((2,))):
        assert not {tuple(-n for n in step) for step in steps} & set(steps)


@for_families
def test_a_level_above_the_count_is_refused(family):
    levels = Levels(levels_of(np.full((2, 2, 2), 7)).array, 6)
    with pytest.raises(ValueError, match="above the count"):
        family.features(levels, Aggregation.MERGED_3D)
