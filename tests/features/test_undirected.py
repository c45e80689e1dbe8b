"""GLSZM, GLDZM, NGTDM and NGLDM: their definitions, PyRadiomics, what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from pydicom.sr.codedict import codes

from oncometry.core.errors import SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.features import glszm, ngldm, ngtdm
from oncometry.features.definition.gldzm import gldzm as define_gldzm
from oncometry.features.definition.glszm import glszm as define_glszm
from oncometry.features.definition.ngldm import ngldm as define_ngldm
from oncometry.features.definition.ngtdm import ngtdm as define_ngtdm
from oncometry.features.feature import Aggregation
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing, slicing_of

from . import undirected
from .matrix_families import SLICES, UNDIRECTED, mask_of
from .pyradiomics import CASES, baseline, case_levels, needs_data
from .regions import (
    REFERENCE,
    phantom_levels,
    random_region,
    small_regions,
)


def define_gldzm_of(levels: Levels, slicing: Slicing) -> FloatArray:
    return define_gldzm(levels, mask_of(levels), slicing)


DEFINITIONS = {"glszm": define_glszm, "gldzm": define_gldzm_of, "ngtdm": define_ngtdm, "ngldm": define_ngldm}
PYRADIOMICS: dict[str, tuple[Callable[..., FloatArray], ModuleType]] = {
    "glszm": (glszm.glszm_pyradiomics, glszm),
    "gldm": (undirected.gldm_pyradiomics, ngldm),
    "ngtdm": (undirected.ngtdm_pyradiomics, ngtdm),
}
for_families = pytest.mark.parametrize("family", UNDIRECTED, ids=lambda family: family.name)
for_aggregations = pytest.mark.parametrize("aggregation", SLICES)


@for_families
def test_ids_are_those_of_dicom(family):
    """DICOM lists IBSI's identifiers as codes, with a meaning much like IBSI's name."""
    listed = [getattr(codes.IBSI, name) for name in dir(codes.IBSI) if name[0].isupper()]
    meanings = {code.value: code.meaning.lower() for code in listed}
    for feature in family.module.TABLE:
        told = meanings[feature.ibsi_id].replace("grey", "gray").replace("non-", "non")
        for word in feature.name.replace("non_", "non").split("_"):
            assert word in told, feature


@for_families
@given(levels=small_regions())
@settings(max_examples=40)
def test_kernels_do_as_defined(family, levels):
    for aggregation in SLICES:
        np.testing.assert_allclose(
            family.features(levels, aggregation),
            DEFINITIONS[family.name](levels, slicing_of(aggregation)),
            rtol=1e-10,
            atol=1e-12,
        )


@for_families
@given(levels=small_regions(most_levels=400))
@settings(max_examples=10)
def test_kernels_do_as_defined_where_levels_outnumber_voxels(family, levels):
    for aggregation in SLICES:
        np.testing.assert_allclose(
            family.features(levels, aggregation),
            DEFINITIONS[family.name](levels, slicing_of(aggregation)),
            rtol=1e-10,
            atol=1e-9,
        )


@for_families
@for_aggregations
def test_a_larger_region_is_as_defined(family, aggregation):
    levels = random_region((9, 11, 13), 5)
    np.testing.assert_allclose(
        family.features(levels, aggregation),
        DEFINITIONS[family.name](levels, slicing_of(aggregation)),
        rtol=1e-10,
    )


@pytest.mark.parametrize("name", PYRADIOMICS)
def test_pyradiomics_itself_gives_the_same_for_each_setting(name):
    features, module = PYRADIOMICS[name]
    names = [feature.name for feature in module.TABLE_PYRADIOMICS]
    cases = json.loads((REFERENCE / "pyradiomics_zones.json").read_text())["cases"]
    compared = 0
    for case in cases:
        if name not in case:
            continue
        assert sorted(names) == sorted(case[name])
        np.testing.assert_allclose(
            features(phantom_levels(), **_arguments(name, case["setting"])),
            [case[name][feature] for feature in names],
            rtol=1e-10,
            err_msg=str(case["setting"]),
        )
        compared += 1
    assert compared >= 4


def _arguments(name: str, setting: dict[str, Any]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if setting.get("force2D"):
        arguments["flat_axis"] = setting["force2Ddimension"]
    if "distances" in setting:
        arguments["distances"] = tuple(setting["distances"])
    if name == "gldm" and "gldm_a" in setting:
        arguments["alpha"] = setting["gldm_a"]
    return arguments


@needs_data
@pytest.mark.parametrize("name", PYRADIOMICS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("column", "flat_axis", "bins"),
    [
        ("", None, {}),
        ("_2d", 0, {}),
        ("_FBN", None, {"bin_count": 64}),
        ("_flatRegion", None, {"bin_width": 5000}),
    ],
)
def test_pyradiomics_baselines(name, case, column, flat_axis, bins):
    features, module = PYRADIOMICS[name]
    expected = baseline(name)[case + column]
    names = [feature.name for feature in module.TABLE_PYRADIOMICS]
    assert sorted(expected) == sorted(names)
    found = features(case_levels(case, **bins), flat_axis=flat_axis)
    np.testing.assert_allclose(found, [expected[feature] for feature in names], rtol=1e-9, atol=1e-12)


@for_families
@for_aggregations
def test_the_type_of_levels_and_levels_without_voxels_change_nothing(family, aggregation):
    levels = random_region((9, 10, 11), 40)
    many = Levels(levels.array.astype(np.uint16), 65_535)
    assert family.features(many, aggregation).tobytes() == family.features(levels, aggregation).tobytes()


@for_families
@pytest.mark.parametrize("aggregation", [a for a in Aggregation if a not in SLICES])
def test_what_joins_directions_is_refused(family, aggregation):
    with pytest.raises(SettingsError, match=str(aggregation)):
        family.features(phantom_levels(), aggregation)
