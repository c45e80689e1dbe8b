"""Specs: frozen, the same everywhere, and refused where they do not hold."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from oncometry.core import SettingsError, Unit
from oncometry.features import profile_named, spec_of
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_settings import FixedBinSize
from oncometry.features.profiles import PROFILES
from oncometry.features.pyradiomics_spec import PyradiomicsSpec

WAVELET = {"kind": "pyradiomics_wavelet", "subband": "LLH"}


@pytest.mark.parametrize("name", PROFILES)
def test_a_spec_comes_back_from_its_json(name: str) -> None:
    spec = profile_named(name)
    again = spec_of(json.loads(spec.canonical_json))
    assert (again, again.hash) == (spec, spec.hash)


def test_hashes_tell_specs_apart_and_nothing_else() -> None:
    assert len({spec.hash for spec in PROFILES.values()}) == len(PROFILES)
    assert spec_of({"profile": "ibsi-c"}).hash == PROFILES["ibsi-c"].hash
    assert spec_of({"aggregations": ["3D_avg"]}).hash != PROFILES["ibsi"].hash
    first = {"setting": {"binWidth": 25, "label": 1}, "imageType": {"Original": {}}}
    second = {"imageType": {"Original": None}, "setting": {"label": 1}}
    assert spec_of(first).hash == spec_of(second).hash


def test_a_spec_is_frozen() -> None:
    with pytest.raises(ValidationError):
        profile_named("ibsi").profile = "mine"  # type: ignore[misc]


def test_the_default_has_a_rule_for_each_unit() -> None:
    spec = profile_named("ibsi")
    assert isinstance(spec, IbsiSpec)
    for unit in (Unit.HU, Unit.SUV_BW):
        settings = spec.intensity_for(unit)
        assert isinstance(settings.discretize, FixedBinSize)
        assert settings.range[0] is not None
    assert spec.intensity_for(Unit.ARBITRARY).discretize.method == "fixed_bin_number"


def test_fixed_bin_size_demands_a_first_edge() -> None:
    with pytest.raises(SettingsError, match="lower bound, which is its first edge"):
        spec_of({"intensity": {"discretize": {"method": "fixed_bin_size", "width": 25}}})


def test_one_intensity_is_for_every_unit() -> None:
    spec = spec_of({"intensity": {"discretize": {"method": "fixed_bin_number", "count": 8}}})
    assert isinstance(spec, IbsiSpec)
    assert spec.intensity_for(Unit.HU).discretize.method == "fixed_bin_number"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"profile": "isbi"}, "no profile 'isbi'; there are ibsi"),
        ({"agregations": []}, "agregations"),
        ({"resample": {"spacing_mm": [2, 2, 0]}}, "spacing_mm"),
        ({"intensity": {"range": [4, 1], "discretize": {"method": "none"}}}, "holds no values"),
        ({"families": ["glcm", "glrlm", "glcm"]}, "families: glcm comes twice"),
        ({"aggregations": ["3D_avg", "3D_avg"]}, "aggregations: 3D_avg comes twice"),
        ({"filters": 2 * [{"kind": "mean", "support": 3}]}, "filters: mean-3 comes twice"),
        (
            {"filters": [WAVELET | {"wavelet": name} for name in ("coif1", "haar")]},
            "filters: wavelet-LLH comes twice",
        ),
        ({"setting": {"binwidth": 3}}, "binwidth"),
        ({"setting": {"binWidth": -3}}, "binWidth"),
        ({"setting": [3]}, "must hold names with values"),
        ({"imageType": {"Orignal": {}}}, "Orignal"),
        ({"imageType": {"LoG": {}}}, "LoG gives an image for each sigma"),
        ({"imageType": {"LoG": {"sigma": []}}, "setting": {"sigma": [2]}}, "none is given"),
        ({"imageType": {"LoG": {"sigma": [2, -1]}}}, "greater than 0, got -1"),
        ({"imageType": {"LoG": {"sigma": [2, 2]}}}, "sigma must not repeat"),
        ({"imageType": {"Wavelet": {"wavelet": "coif99"}}}, "got 'coif99'"),
        ({"setting": {"wavelet": "mexh"}}, "got 'mexh'"),
        ({"imageType": {"LBP2D": {"lbp2DSamples": 25}}}, "less than or equal to 24, got 25"),
        ({"imageType": {"Original": {"label": 2}}}, "Original: label holds for all image types"),
        ({"imageType": {"LoG": {"sigma": [2], "resampledPixelSpacing": [1, 1, 1]}}}, "resampledPixelSpacing"),
        ({"imageType": {"Square": {"minimumROISize": 9}}}, "minimumROISize holds for all image types"),
        ({"imageType": {"Original": 3}}, "'Original' must hold names with values"),
        ({"setting": {"label_channel": 1}}, "label_channel"),
        ({"setting": {"resegmentRange": [3, 1]}}, "lower bound"),
        ({"profile": "pyradiomics", "binWidth": 3}, "'binWidth' is none of imageType"),
    ],
)
def test_what_does_not_hold_is_named(content: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match="SETTINGS") as caught:
        spec_of(content)
    assert said in str(caught.value)


def test_all_that_does_not_hold_is_told_at_once_where_it_is_written() -> None:
    """What is shared is merged into each image type, and is not told again of each."""
    parameters = {
        "setting": {"binWidth": -3, "resampledPixelSpacin": [2, 2, 2]},
        "imageType": {"Original": {}, "LoG": {"sigma": [2, -1]}, "Wavelet": {"wavelet": "coif99"}},
    }
    with pytest.raises(SettingsError) as caught:
        spec_of(parameters)
    told = caught.value.what
    assert told.startswith("PyRadiomics parameters: setting.binWidth: should be greater than 0, got -3; ")
    assert (
        "resampledPixelSpacin: there is no such setting (nearest is resampledPixelSpacing, of normalize"
        in told
    )
    assert "imageType.LoG.sigma.1: should be greater than 0, got -1" in told
    assert "imageType.Wavelet.wavelet: the wavelet must be one of" in told
    assert (told.count("binWidth:"), told.count("-1"), told.count("coif99")) == (1, 1, 1)
    with pytest.raises(SettingsError) as caught:
        spec_of({"families": ["glmc"], "filters": [{"kind": "mean", "support": 4}, {"kind": "maen"}]})
    told = caught.value.what
    assert "(nearest is glcm)" in told
    assert "filters.0.support: the support must be odd, so that it has a center, got 4" in told
    assert "filters.1.kind: takes " in told


def test_a_parameter_file_as_published() -> None:
    """The layout of PyRadiomics' examples: custom bin width of an image type, classes with and without names."""
    spec = spec_of(
        {
            "imageType": {"Original": {"binWidth": 10}},
            "featureClass": {"shape": None, "firstorder": [], "glcm": ["Autocorrelation", "JointAverage"]},
            "setting": {
                "interpolator": 3,
                "resampledPixelSpacing": [2, 2, 0],
                "additionalInfo": True,
                "geometryTolerance": 0.0001,
                "voxelArrayShift": 1000,
                "resegmentRange": [-3, 3],
                "resegmentMode": "sigma",
            },
            "voxelSetting": {"kernelRadius": 2, "maskedKernel": True},
        }
    )
    assert isinstance(spec, PyradiomicsSpec)
    assert spec.setting.interpolator == "sitkBSpline"
    assert spec.setting.bin_width == 25
    original = spec.image_type["Original"]
    assert (original.bin_width, original.voxel_array_shift) == (10, 1000)
    assert spec.feature_class == {
        "shape": None,
        "firstorder": None,
        "glcm": ("Autocorrelation", "JointAverage"),
    }
