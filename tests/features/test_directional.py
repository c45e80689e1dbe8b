"""GLCM and GLRLM: their definitions and PyRadiomics."""

from __future__ import annotations

import json
from collections.abc import Callable
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

from .matrix_families import DIRECTIONAL, MatrixFamily
from .pyradiomics import CASES, baseline, case_levels, needs_data
from .regions import (
    REFERENCE,
    phantom_levels,
    random_region,
    small_regions,
)


class Directional(NamedTuple):
    family: MatrixFamily
    pyradiomics: Callable[..., FloatArray]
    definition: Callable[[Levels, Plan, list[float]], FloatArray]

    def define(self, levels: Levels, aggregation: Aggregation) -> FloatArray:
        plan = plan_of(aggregation)
        return self.definition(levels, plan, [1.0] * len(plan.directions))


FAMILIES = [
    Directional(DIRECTIONAL[0], glcm.glcm_pyradiomics, define_glcm),
    Directional(DIRECTIONAL[1], glrlm.glrlm_pyradiomics, define_glrlm),
]
for_families = pytest.mark.parametrize("one", FAMILIES, ids=lambda one: one.family.name)
for_aggregations = pytest.mark.parametrize("aggregation", Aggregation)


@for_families
@given(levels=small_regions())
@settings(max_examples=25)
def test_kernels_do_as_defined(one, levels):
    for aggregation in Aggregation:
        np.testing.assert_allclose(
            one.family.features(levels, aggregation), one.define(levels, aggregation), rtol=1e-9, atol=1e-7
        )


@for_families
@given(levels=small_regions(most_levels=300))
@settings(max_examples=4)
def test_kernels_do_as_defined_where_levels_outnumber_voxels(one, levels):
    for aggregation in (Aggregation.SLICE_MERGED_2D, Aggregation.MERGED_25D):
        np.testing.assert_allclose(
            one.family.features(levels, aggregation), one.define(levels, aggregation), rtol=1e-9, atol=1e-7
        )


@for_families
def test_pyradiomics_itself_gives_the_same_for_each_setting(one):
    for case in json.loads((REFERENCE / "pyradiomics_directional.json").read_text())["cases"]:
        if one.family.name not in case:
            continue
        found = one.pyradiomics(phantom_levels(), _settings(case["setting"]), (0.7, 0.9, 1.3))
        names = [feature.name for feature in one.family.module.TABLE_PYRADIOMICS]
        assert sorted(names) == sorted(case[one.family.name])
        np.testing.assert_allclose(
            found, [case[one.family.name][name] for name in names], rtol=1e-10, err_msg=str(case)
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
def test_pyradiomics_baselines(one, case, column, angles, bins):
    expected = baseline(one.family.name)[case + column]
    found = one.pyradiomics(case_levels(case, **bins), angles)
    values = dict(zip((f.name for f in one.family.module.TABLE_PYRADIOMICS), found, strict=True))
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
def test_tables_and_sorted_codes_count_alike(one, aggregation):
    levels = random_region((9, 10, 11), 40)
    many = Levels(levels.array.astype(np.uint16), 60_000)
    same = [i for i, f in enumerate(one.family.module.TABLE) if f.ibsi_id not in ("NDRX", "1QCO")]
    np.testing.assert_allclose(
        one.family.features(many, aggregation)[same],
        one.family.features(levels, aggregation)[same],
        rtol=1e-12,
    )


def test_half_of_all_directions_are_followed():
    assert len(directions()) == 13
    assert len(directions((1, 2))) == 62
    assert len(directions(flat_axis=1)) == 4
    for steps in (directions(), directions((2,))):
        assert not {tuple(-n for n in step) for step in steps} & set(steps)
