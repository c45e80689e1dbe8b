"""Maps of zone and neighborhood features: PyRadiomics, and the whole region seen through a wide window."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from oncometry.core.geometry import FloatArray
from oncometry.features import glszm, ngldm, ngtdm
from oncometry.features.region import Levels
from oncometry.features.windows import Windows

from . import undirected
from .regions import REFERENCE, phantom_levels, random_region

Map = tuple[Callable[..., FloatArray], Callable[..., FloatArray], ModuleType]
MAPS: dict[str, Map] = {
    "glszm": (glszm.glszm_map_pyradiomics, glszm.glszm_pyradiomics, glszm),
    "gldm": (ngldm.gldm_map_pyradiomics, undirected.gldm_pyradiomics, ngldm),
    "ngtdm": (ngtdm.ngtdm_map_pyradiomics, undirected.ngtdm_pyradiomics, ngtdm),
}
for_maps = pytest.mark.parametrize("name", MAPS)


def windows_of(levels: Levels, setting: dict[str, Any]) -> Windows:
    flat_axis = setting["force2Ddimension"] if setting.get("force2D") else None
    return Windows(levels, setting["kernelRadius"], flat_axis)


def arguments(name: str, setting: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if "distances" in setting:
        given["distances"] = tuple(setting["distances"])
    if name == "gldm" and "gldm_a" in setting:
        given["alpha"] = setting["gldm_a"]
    return given


@for_maps
def test_pyradiomics_gives_the_same_maps(name):
    features, _, module = MAPS[name]
    names = [feature.name for feature in module.TABLE_PYRADIOMICS]
    levels = phantom_levels()
    inside = levels.array[1:-1, 1:-1, 1:-1] > 0
    compared = 0
    cases = json.loads((REFERENCE / "pyradiomics_zone_maps.json").read_text())["cases"]
    for case in [case for case in cases if name in case]:
        maps = features(windows_of(levels, case["setting"]), **arguments(name, case["setting"]))
        for feature, expected in case[name].items():
            found = maps[names.index(feature)]
            assert np.isnan(found[~inside]).all()
            np.testing.assert_allclose(
                found[inside],
                np.array(expected, float),
                rtol=1e-8,
                atol=1e-12,
                err_msg=f"{case['setting']} {feature}",
            )
            compared += 1
    assert compared >= 12


@for_maps
@pytest.mark.parametrize("count", [9, 3000])
def test_a_window_over_all_has_the_region_everywhere_and_threads_change_nothing(name, count):
    features, whole, _ = MAPS[name]
    levels = random_region((5, 6, 7), count)
    maps = features(Windows(levels, 7, threads=3))
    inside = levels.array[1:-1, 1:-1, 1:-1] > 0
    np.testing.assert_array_equal(maps[:, inside], np.tile(whole(levels)[:, None], inside.sum()))
    assert maps.shape == (len(whole(levels)), *inside.shape)
    assert features(Windows(levels, 7)).tobytes() == maps.tobytes()
