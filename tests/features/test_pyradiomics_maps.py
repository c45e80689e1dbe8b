"""Maps by the profile `pyradiomics`: PyRadiomics' own, and its `voxelSetting` as it stands in a parameter file."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from oncometry.core import Compartment, Geometry, Image, Segment, Segmentation, SettingsError
from oncometry.features import MapSettings, feature_maps, map_settings_of_parameters, spec_of
from oncometry.features.firstorder_pyradiomics import TABLE_PYRADIOMICS

from .regions import REFERENCE

CASES: list[dict[str, Any]] = json.loads((REFERENCE / "pyradiomics_maps.json").read_text())["cases"]
CLASSES = ("firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")


def phantom() -> tuple[Image, Segmentation]:
    stored = json.loads((REFERENCE / "ibsi_1_digital_phantom.json").read_text())
    values, mask = np.array(stored["image"], np.int16), np.array(stored["mask"]) == 1
    grid = Geometry.from_parts(values.T.shape, (2.0, 1.5, 3.0))
    segment = Segment.from_mask(1, "phantom", Compartment.WHOLE, mask.T)
    return Image(values.T.copy(), grid), Segmentation(grid, (segment,))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['setting']}{case['voxelSetting']}")
def test_pyradiomics_gives_the_same_maps(case):
    image, segmentation = phantom()
    classes = {name: [f.name for f in TABLE_PYRADIOMICS] if name == "firstorder" else [] for name in CLASSES}
    parameters = {
        "setting": {"binWidth": 1, **case["setting"]},
        "featureClass": {name: classes[name] for name in CLASSES if name in case},
        "voxelSetting": case["voxelSetting"],
    }
    maps = map_settings_of_parameters(parameters)
    mask = np.zeros(image.geometry.shape, bool)
    mask[segmentation[1].box] = segmentation[1].array
    compared = 0
    for one in feature_maps(image, segmentation, spec_of(parameters), maps):
        _, name, feature = one.tag.split("_")
        found = one.to_image().array
        assert np.isnan(found[~mask]).all()
        expected = np.array(case[name][feature], float)
        np.testing.assert_allclose(found.T[mask.T][::3], expected, rtol=3e-7, atol=2e-7, err_msg=one.tag)
        compared += 1
    assert compared == sum(len(case[name]) for name in CLASSES if name in case) >= 59


def test_the_voxel_settings_of_a_parameter_file_are_read_as_they_are():
    given = {"kernelRadius": 3, "maskedKernel": False, "initValue": -1, "voxelBatch": 1000}
    assert map_settings_of_parameters({"voxelSetting": given}) == MapSettings(
        radius=3, masked=False, outside=-1
    )
    assert map_settings_of_parameters({"setting": {}}) == MapSettings()


@pytest.mark.parametrize("given", [{"kernelRadus": 1}, {"kernelRadius": 0}, {"kernelRadius": "wide"}, [1]])
def test_voxel_settings_that_pyradiomics_has_not_are_refused(given):
    with pytest.raises(SettingsError, match="voxelSetting"):
        map_settings_of_parameters({"voxelSetting": given})
