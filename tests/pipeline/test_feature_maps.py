"""Maps of features in a run: files of the cohort like all others, and none where none are asked."""

from __future__ import annotations

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from oncometry import Cohort
from oncometry.core import SettingsError
from oncometry.pipeline import Settings

from .conftest import QUICK, run_inline

pytestmark = pytest.mark.one_engine

MAPS = {"features": {"maps": {"features": ["stat_mean", "cm_contrast_3D_comb"], "radius": 2, "outside": -7}}}
ASKED = QUICK.changed(MAPS)


def test_every_region_in_every_image_has_its_maps(copy: Path, undisturbed: Path, small_inputs: Path) -> None:
    run_inline(small_inputs / "scans", copy, settings=ASKED)
    with Cohort.open(copy) as cohort, Cohort.open(undisturbed) as before:
        files = cohort.table("artifacts")
        maps = files[files["role"] == "feature map"]
        wide = cohort.table("features_wide")
        described = wide[wide["stat_mean"].notna()]
        assert len(maps) == 2 * len(described) > 0
        assert set(before.table("artifacts")["role"]).isdisjoint({"feature map"})
        assert cohort.check() == []
        assert cohort.table("features").equals(before.table("features"))
        one = maps.iloc[0]
        trace = cohort.why(one["value_id"])
    assert (trace.facts["path"], trace.facts["sha256"]) == (one["path"], one["sha256"])
    (step,) = trace.sources
    assert step.title == "map-features"
    assert step.facts["parameters"]["maps"]["radius"] == 2
    assert {source.kind for source in step.sources} == {"artifact"}
    told = json.loads((copy / one["path"].replace(".nii.gz", ".json")).read_text())
    values = np.asarray(nib.load(copy / one["path"]).dataobj)
    assert (values != -7).sum() == told["VoxelsWithValue"] > 0
    assert told["Feature"]["Tag"] in one["path"]


def test_maps_are_not_made_twice_and_a_changed_file_is_found(copy: Path, small_inputs: Path) -> None:
    run_inline(small_inputs / "scans", copy, settings=ASKED)
    assert run_inline(small_inputs / "scans", copy, settings=ASKED).steps_run == 0
    path = next(copy.glob("sub-*/ses-*/maps/*_stat_mean.nii.gz"), None) or next(
        copy.rglob("*stat_mean.nii.gz")
    )
    path.write_bytes(path.read_bytes() + b"0")
    with Cohort.open(copy) as cohort:
        assert [found.path for found in cohort.check()] == [path.relative_to(copy).as_posix()]


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ({"maps": {"features": ["glmc"]}}, "there is no map 'glmc'"),
        ({"maps": {"radius": 0}}, "radius"),
        ({"maps": {"masked": False}}, "intensity mask alone"),
        ({"profile": "none", "maps": {}}, "yet 'maps' is given"),
    ],
)
def test_mistakes_are_found_before_the_run(features: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings().changed({"features": features})


def test_what_the_settings_leave_open_a_parameter_file_says() -> None:
    spec = {"voxelSetting": {"kernelRadius": 3, "initValue": 2}}
    asked = {"profile": "pyradiomics", "spec": spec, "maps": {"features": ["glcm"], "outside": 1}}
    settings = Settings().changed({"features": asked})
    again = settings.changed({"measurement": {}})
    for maps in (settings.features.maps, again.features.maps):
        assert maps is not None
        assert (maps.radius, maps.outside, maps.features) == (3, 1, ("glcm",))
