"""Features of one image and mask, from what users have."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import SimpleITK as sitk

import oncometry
from oncometry.core import LabelError, OncometryWarning, SettingsError, Unit
from oncometry.features import MapSettings, profile_named, spec_of
from oncometry.one_features import read_spec


def pair() -> tuple[sitk.Image, sitk.Image]:
    values = np.random.default_rng(0).normal(50, 20, (6, 9, 10)).round().astype(np.int16)
    labels = np.zeros(values.shape, np.uint8)
    labels[1:5, 2:7, 2:8] = 1
    labels[2:4, 3:5, 3:5] = 2
    return sitk.GetImageFromArray(values), sitk.GetImageFromArray(labels)


def test_images_in_memory_and_files_give_the_same(tmp_path) -> None:
    image, mask = pair()
    sitk.WriteImage(image, tmp_path / "i.nrrd")
    sitk.WriteImage(mask, tmp_path / "m.nrrd")
    memory = oncometry.extract_features(image, mask, unit=Unit.HU)
    files = oncometry.extract_features(tmp_path / "i.nrrd", str(tmp_path / "m.nrrd"), unit=Unit.HU)
    assert [row | {"image": ""} for row in files] == memory
    assert {row["image"] for row in files} == {str(tmp_path / "i.nrrd")}
    assert {row["label"] for row in memory} == {1, 2}


def test_a_spec_by_name_file_or_itself(tmp_path) -> None:
    image, mask = pair()
    (tmp_path / "Params.YAML").write_text("setting: {binWidth: 10}\nfeatureClass: {glcm: [JointEntropy]}\n")
    spec = read_spec(tmp_path / "Params.YAML")
    assert spec == spec_of({"setting": {"binWidth": 10}, "featureClass": {"glcm": ["JointEntropy"]}})
    rows = oncometry.extract_features(image, mask, tmp_path / "Params.YAML", labels=(2,))
    assert rows == oncometry.extract_features(image, mask, spec, labels=(2,))
    assert [row["tag"] for row in rows] == ["original_glcm_JointEntropy"]
    assert read_spec("ibsi-c") is profile_named("ibsi-c")


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", '{"profile": "ibsi-d"}'), ("a.toml", 'profile = "ibsi-d"'), ("a.yml", "profile: ibsi-d")],
)
def test_each_kind_of_file(tmp_path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_spec(tmp_path / name).hash == profile_named("ibsi-d").hash


def test_a_wrong_file_is_named(tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("aggregations: [3D]\n")
    with pytest.raises(SettingsError, match=r"a\.yaml: aggregations\.0: takes '2D_avg'") as caught:
        read_spec(tmp_path / "a.yaml")
    assert caught.value.path == tmp_path / "a.yaml"


def test_only_a_unit_that_matters_is_asked_for() -> None:
    image, mask = pair()
    with pytest.warns(OncometryWarning, match=r"UNIT_UNKNOWN.*if it is HU or SUVbw"):
        oncometry.extract_features(image, mask)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        oncometry.extract_features(image, mask, unit=Unit.SUV_BW)
        oncometry.extract_features(image * 3, mask, "pyradiomics")


def test_a_mask_without_a_voxel() -> None:
    image, mask = pair()
    with pytest.raises(LabelError, match="MASK_EMPTY"):
        oncometry.extract_features(image, mask * 0)


def test_maps_take_the_windows_that_the_specs_file_says(tmp_path) -> None:
    image, mask = pair()
    path = tmp_path / "p.yaml"
    path.write_text("featureClass: {glcm: [Contrast]}\nvoxelSetting: {kernelRadius: 2}\n")
    (one,) = oncometry.extract_maps(image, mask, path, labels=(1,))
    spec, maps = read_spec(path), MapSettings(radius=2)
    (same,) = oncometry.extract_maps(image, mask, spec, maps, labels=(1,))
    (other,) = oncometry.extract_maps(image, mask, spec, labels=(1,))
    assert one.array.tobytes() == same.array.tobytes() != other.array.tobytes()
    assert one.source == same.source


def test_few_gray_levels_are_said(tmp_path) -> None:
    image, mask = pair()
    sitk.WriteImage(sitk.Cast(image, sitk.sitkFloat32) / 20, tmp_path / "suv.nrrd")
    with pytest.warns(OncometryWarning, match=r"suv\.nrrd: label 1: values from .* make [12] gray levels"):
        oncometry.extract_features(tmp_path / "suv.nrrd", mask, "pyradiomics")


def test_few_gray_levels_are_as_many_as_the_texture_has() -> None:
    image, mask = pair()
    spec = spec_of({"setting": {"binWidth": 30}, "featureClass": {"firstorder": None, "glcm": None}})
    with pytest.warns(OncometryWarning) as said:
        oncometry.extract_features(image, mask, spec)
    values = sitk.GetArrayFromImage(image)[sitk.GetArrayFromImage(mask) == 1]
    edges = np.arange(-10, 11) * 30
    count = np.ptp(np.digitize([values.min(), values.max()], edges)) + 1
    assert count < 8
    assert f"make {count} gray levels" in str(said[0].message)


@pytest.mark.parametrize(
    "content",
    [
        {"setting": {"binCount": 4}},
        {"setting": {"binWidth": 1}},
        {"featureClass": {"firstorder": []}},
    ],
)
def test_enough_levels_or_none_wanted_are_not_told(content) -> None:
    image, mask = pair()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        oncometry.extract_features(image, mask, spec_of(content), labels=(1,))
