"""Maps through the one door: the plain definitions in every window, the grid they lie on, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oncometry.core import (
    Code,
    Compartment,
    Geometry,
    Image,
    LabelError,
    Notice,
    Segment,
    Segmentation,
    SettingsError,
)
from oncometry.core.geometry import FloatArray
from oncometry.features import FeatureMap, MapSettings, extract, feature_maps, profile_named, spec_of
from oncometry.features.definition import glcm, glrlm, glszm, intensity, ngldm, ngtdm
from oncometry.features.direction import plan_of
from oncometry.features.feature import Aggregation
from oncometry.features.region import Levels
from oncometry.features.slicing import slicing_of

from .regions import levels_of

SPACING_MM = (1.0, 1.5, 2.0)
WINDOWED = ("intensity_statistics", "glcm", "glrlm", "glszm", "ngtdm", "ngldm")
PLANAR = {Aggregation.AVERAGED_2D, Aggregation.SLICE_MERGED_2D}


def on_grid(values: np.ndarray, mask: np.ndarray) -> tuple[Image, Segmentation]:
    """(k, j, i) arrays as an image and its only segment."""
    grid = Geometry.from_parts(values.T.shape, SPACING_MM, (5.0, -3.0, 2.0))
    segment = Segment.from_mask(1, "part", Compartment.WHOLE, mask.T.astype(bool))
    return Image(values.T.copy(), grid, key="one"), Segmentation(grid, (segment,))


def noise(shape: tuple[int, int, int] = (6, 9, 11), seed: int = 0) -> tuple[Image, Segmentation]:
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 60, shape).astype(np.int16)
    mask = np.zeros(shape, bool)
    mask[1:5, 2:8, 2:9] = True
    mask[1, 2, :5] = False
    return on_grid(values, mask)


def by_tag(found: object) -> dict[str, FeatureMap]:
    return {one.tag: one for one in found}  # type: ignore[attr-defined]


def defined(family: str, levels: Levels, how: Aggregation) -> FloatArray:
    """What the plain definition gives of a window, cut out."""
    if family == "intensity_statistics":
        inside = levels.array[levels.array > 0].astype(float).tolist()
        return np.array(list(intensity.intensity_statistics(inside).values()))
    if family in ("glcm", "glrlm"):
        plan, module = plan_of(how), glcm if family == "glcm" else glrlm
        return getattr(module, family)(levels, plan, [1.0] * len(plan.directions))
    modules: dict[str, Callable[..., FloatArray]] = {
        "glszm": glszm.glszm,
        "ngtdm": ngtdm.ngtdm,
        "ngldm": ngldm.ngldm,
    }
    return modules[family](levels, slicing_of(how))


@given(
    box=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda shape: arrays(np.int64, shape, elements=st.integers(0, 5))
    ),
    radius=st.integers(1, 2),
    how=st.sampled_from([Aggregation.AVERAGED_2D, Aggregation.AVERAGED_3D, Aggregation.MERGED_3D]),
)
@settings(max_examples=25)
@pytest.mark.parametrize("family", WINDOWED)
def test_a_voxel_has_what_the_definition_gives_of_its_window(family, box, radius, how):
    if not box.any():
        box[0, 0, 0] = 1
    directional = family in ("glcm", "glrlm", "intensity_statistics")
    name = Aggregation.MERGED_3D if how is Aggregation.AVERAGED_3D and not directional else how
    spec = spec_of({"profile": "ibsi-phantom", "aggregations": [name.value], "families": [family]})
    image, segmentation = on_grid(np.maximum(box, 1), box > 0)
    found = list(feature_maps(image, segmentation, spec, MapSettings(radius=radius)))
    reach = [0 if name in PLANAR else radius, radius, radius]
    start, shape = found[0].start, found[0].array.shape
    for at in np.argwhere(box):
        window = box[tuple(slice(max(0, n - r), n + r + 1) for n, r in zip(at, reach, strict=True))]
        expected = defined(family, levels_of(window, int(box.max())), name)
        place = tuple(int(n) - s for n, s in zip(at, start[::-1], strict=True))
        values = [one.array[place] for one in found]
        np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-9)
    inside = box[tuple(slice(s, s + n) for s, n in zip(start[::-1], shape, strict=True))] > 0
    assert all(np.isnan(one.array[~inside]).all() for one in found)


@pytest.mark.parametrize("radius", [9, 10**9])
@pytest.mark.parametrize("profile", ["ibsi", "pyradiomics"])
def test_a_window_over_all_has_what_the_region_has(profile, radius):
    image, segmentation = noise()
    spec = profile_named(profile)
    values = {v.tag: v.value for v in extract(image, segmentation, spec)[0].values}
    found = by_tag(feature_maps(image, segmentation, spec, MapSettings(radius=radius)))
    assert len(found) == {"ibsi": 97, "pyradiomics": 93}[profile]
    for tag, one in found.items():
        inside = one.array[~np.isnan(one.array)]
        assert inside.size == 4 * 6 * 7 - 3
        assert inside == pytest.approx(values[tag], rel=1e-9, abs=1e-12), tag


@pytest.mark.parametrize("profile", ["ibsi", "pyradiomics"])
def test_threads_change_no_bit(profile):
    image, segmentation = noise()
    spec, maps = profile_named(profile), MapSettings(radius=2)
    once = [one.array.tobytes() for one in feature_maps(image, segmentation, spec, maps)]
    again = [one.array.tobytes() for one in feature_maps(image, segmentation, spec, maps, threads=3)]
    assert once == again


def test_a_map_lies_on_the_images_grid():
    image, segmentation = noise()
    maps = MapSettings(features=("stat_max",), radius=1)
    (one,) = feature_maps(image, segmentation, profile_named("ibsi"), maps)
    picture = one.to_image(-1)
    assert picture.geometry.matches(image.geometry)
    inside = segmentation[1].array
    box = tuple(slice(s, s + n) for s, n in zip(segmentation[1].start, inside.shape, strict=True))
    there = np.zeros(image.geometry.shape, bool)
    there[box] = inside
    assert (picture.array[~there] == -1).all()
    for i, j, k in np.argwhere(there):
        window = tuple(slice(max(0, n - 1), n + 2) for n in (i, j, k))
        assert picture.array[i, j, k] == image.array[window][there[window]].max()
    assert np.isnan(one.to_image().array[~there]).all()


def test_a_spec_that_resamples_has_maps_on_its_own_grid():
    image, segmentation = noise()
    spec = spec_of({"resample": {"spacing_mm": [2, 2, 2]}})
    maps = MapSettings(features=("stat_mean",), radius=1)
    picture = next(iter(feature_maps(image, segmentation, spec, maps))).to_image()
    assert picture.geometry.spacing_mm == (2, 2, 2)
    middles = [g.to_world((np.array(g.shape) - 1) / 2) for g in (picture.geometry, image.geometry)]
    np.testing.assert_allclose(*middles, atol=1e-9)


@pytest.mark.parametrize(
    ("spec", "tags"),
    [
        (
            {"filters": [{"kind": "mean", "support": 3}]},
            ["cm_contrast_3D_comb", "mean-3_cm_contrast_3D_comb"],
        ),
        (
            {"imageType": {"Original": {}, "Square": {}}},
            ["original_glcm_Contrast", "square_glcm_Contrast"],
        ),
    ],
)
def test_every_filter_of_the_spec_has_a_map(spec, tags):
    image, segmentation = noise()
    names = ("cm_contrast_3D_comb",) if "filters" in spec else ("glcm_Contrast",)
    found = by_tag(feature_maps(image, segmentation, spec_of(spec), MapSettings(features=names)))
    assert list(found) == tags
    values = [one.array[~np.isnan(one.array)] for one in found.values()]
    assert not np.allclose(*values)
    assert [one.name.split("_")[0] for one in found.values()] == [one.filter for one in found.values()]


@pytest.mark.parametrize(
    ("profile", "name", "count"),
    [
        ("ibsi", "all", 97),
        ("ibsi", "GLCM", 25),
        ("ibsi", "glcm_joint_entropy", 1),
        ("ibsi", "TU9B", 1),
        ("ibsi", "cm_joint_entr_3D_comb", 1),
        ("pyradiomics", "gldm", 14),
        ("pyradiomics", "firstorder", 18),
        ("pyradiomics", "StandardDeviation", 1),
        ("pyradiomics", "Contrast", 2),
        ("pyradiomics", "glcm_Contrast", 1),
        ("pyradiomics", "original_glcm_Contrast", 1),
    ],
)
def test_a_name_may_be_a_familys_or_a_features(profile, name, count):
    image, segmentation = noise()
    maps = MapSettings(features=(name,))
    assert len(list(feature_maps(image, segmentation, profile_named(profile), maps))) == count


@pytest.mark.parametrize(
    ("spec", "maps", "says"),
    [
        ("ibsi", {"features": ("glmc",)}, "there is no map 'glmc'"),
        ("ibsi", {"features": ("morphology",)}, "maps of intensity_statistics, glcm, glrlm"),
        ("ibsi", {"masked": False}, "intensity mask alone"),
        ("pyradiomics", {"features": ("shape",)}, "there is no map 'shape'"),
    ],
)
def test_what_has_no_map_is_refused_before_anything_is_computed(spec, maps, says):
    image, segmentation = noise()
    with pytest.raises(SettingsError, match=says):
        feature_maps(image, segmentation, profile_named(spec), MapSettings(**maps))


def test_a_label_that_is_not_there_is_refused():
    image, segmentation = noise()
    with pytest.raises(LabelError):
        feature_maps(image, segmentation, profile_named("ibsi"), MapSettings(), labels=(5,))


@pytest.mark.parametrize("profile", ["ibsi", "pyradiomics"])
@pytest.mark.parametrize("shape", ["one voxel", "two voxels", "flat", "border", "nan", "apart"])
def test_odd_regions_give_values_or_a_reason(profile, shape):
    values = np.arange(60.0).reshape(3, 4, 5)
    mask = np.zeros((3, 4, 5), bool)
    if shape == "one voxel":
        mask[1, 1, 1] = True
    elif shape == "two voxels":
        mask[1, 1, 1:3] = True
    elif shape == "apart":
        mask[0, 0, 0] = mask[2, 3, 4] = mask[2, 2, 4] = True
    else:
        mask[:] = True
    if shape == "flat":
        values[:] = 7
    if shape == "nan":
        values[1, 1, 1] = np.nan
    image, segmentation = on_grid(values, mask)
    found = list(feature_maps(image, segmentation, profile_named(profile), MapSettings()))
    assert found
    for one in found:
        picture = one.to_image(0)
        assert np.isfinite(picture.array).all()
    refused = {"nan": "NONFINITE_VOXELS"}
    if profile == "pyradiomics":
        refused |= {"one voxel": "TOO_SMALL", "two voxels": "TOO_SMALL"}
    assert {one.reason for one in found} == {refused.get(shape)}


def test_a_millimeter_that_cannot_be_believed_leaves_out_what_needs_it():
    image, segmentation = noise()
    doubtful = replace(segmentation, notices=(Notice(Code.SPACING_IMPLAUSIBLE, "said in micrometers"),))
    maps = MapSettings(features=("Energy", "TotalEnergy"))
    found = by_tag(feature_maps(image, doubtful, profile_named("pyradiomics"), maps))
    reasons = {tag: one.reason for tag, one in found.items() if tag.endswith("firstorder_TotalEnergy")}
    assert set(reasons.values()) == {Code.SPACING_IMPLAUSIBLE}
    assert found["original_firstorder_Energy"].reason is None


def test_equal_settings_have_equal_hashes():
    assert MapSettings(radius=2).hash == MapSettings(radius=2).hash != MapSettings(radius=3).hash
