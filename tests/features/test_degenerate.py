"""Degenerate regions: a finite value, or none with a reason; never a crash, never NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Code, Compartment, Geometry, Image, Notice, Segment, Segmentation, Unit
from oncometry.features import FeatureSpec, FeatureVector, extract, profile_named, spec_of
from oncometry.features.feature import Aggregation, Family

ALL = spec_of({"aggregations": [a.value for a in Aggregation], "without_consensus": True})
FILTERED = spec_of(
    {"filters": [{"kind": "mean", "support": 3}, {"kind": "laplacian_of_gaussian", "sigma_mm": 1}]}
)
PYRADIOMICS = spec_of(
    {
        "imageType": {
            "Original": {},
            "LoG": {"sigma": [1.0]},
            "Wavelet": {},
            "Square": {},
            "Gradient": {},
            "LBP3D": {},
        },
        "setting": {"minimumROIDimensions": 1},
    }
)
SPECS = {"ibsi": ALL, "filtered": FILTERED, "pyradiomics": PYRADIOMICS}


def found(
    array: np.ndarray, mask: np.ndarray, spec: FeatureSpec = ALL, unit: Unit = Unit.ARBITRARY
) -> tuple[FeatureVector, ...]:
    geometry = Geometry.from_parts(array.shape, (1.0, 1.0, 2.0))
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, mask)
    return extract(Image(array, geometry, unit=unit), Segmentation(geometry, (segment,)), spec)


def check(vectors: tuple[FeatureVector, ...]) -> None:
    assert vectors
    for vector in vectors:
        assert vector.values
        for value in vector.values:
            assert (value.value is None) != (value.reason is None), value
            assert value.value is None or math.isfinite(value.value), value


def image(shape: tuple[int, int, int] = (9, 8, 7)) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 200, shape).astype(np.int16)


def region(shape: tuple[int, int, int], *voxels: tuple[int, int, int]) -> np.ndarray:
    mask = np.zeros(shape, bool)
    for voxel in voxels:
        mask[voxel] = True
    return mask


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize(
    "mask",
    [
        region((9, 8, 7), (4, 4, 3)),
        region((9, 8, 7), (4, 4, 3), (5, 4, 3)),
        region((9, 8, 7), (0, 0, 0), (8, 7, 6)),
        region((9, 8, 7), *[(i, 3, 3) for i in range(9)]),
        region((9, 8, 7), *[(i, j, 3) for i in range(9) for j in range(8)]),
        np.ones((9, 8, 7), bool),
        np.zeros((9, 8, 7), bool),
    ],
    ids=["one voxel", "two voxels", "two corners", "a line", "a plane", "all of the image", "nothing"],
)
def test_odd_masks(mask: np.ndarray, spec: FeatureSpec) -> None:
    check(found(image(), mask, spec))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize("level", [0, 7, -1000])
def test_flat_regions(level: int, spec: FeatureSpec) -> None:
    vectors = found(
        np.full((9, 8, 7), level, np.int16), region((9, 8, 7), (4, 4, 3), (5, 4, 3), (5, 5, 3)), spec
    )
    check(vectors)


def test_an_image_of_one_voxel() -> None:
    for spec in (ALL, profile_named("pyradiomics")):
        check(found(np.ones((1, 1, 1)), np.ones((1, 1, 1), bool), spec))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_voxels_that_are_not_finite(spec: FeatureSpec) -> None:
    array = image().astype(float)
    array[4, 4, 3] = np.nan
    mask = region((9, 8, 7), *[(i, j, 3) for i in range(3, 6) for j in range(3, 6)])
    vectors = found(array, mask, spec)
    check(vectors)
    reasons = {v.reason for v in vectors[0].values if v.family is not Family.MORPHOLOGY}
    assert reasons == {Code.NONFINITE_VOXELS}
    volume = next(v for v in vectors[0].values if "olume" in v.name)
    assert volume.value is not None


def test_a_range_that_leaves_nothing() -> None:
    spec = spec_of(
        {"intensity": {"range": [1000, None], "discretize": {"method": "fixed_bin_size", "width": 25}}}
    )
    vectors = found(image(), np.ones((9, 8, 7), bool), spec)
    check(vectors)
    assert {v.reason for v in vectors[0].values if v.family is Family.GLCM} == {Code.MASK_EMPTY}


@pytest.mark.parametrize("levels", [2600, 60000])
def test_thousands_of_levels(levels: int) -> None:
    array = np.random.default_rng(5).integers(0, levels, (12, 11, 10)).astype(float)
    spec = spec_of(
        {"intensity": {"range": [0, None], "discretize": {"method": "fixed_bin_size", "width": 1}}}
    )
    vectors = found(array, np.ones(array.shape, bool), spec)
    check(vectors)
    assert all(v.value is not None for v in vectors[0].values if v.family is Family.GLCM)
    if levels < 10000:
        check(found(array, np.ones(array.shape, bool), spec_of({"setting": {"binWidth": 1}})))


def test_reasons_say_what_is_the_matter() -> None:
    one = found(image(), region((9, 8, 7), (4, 4, 3)))[0]
    assert {v.reason for v in one.values} == {None, Code.TOO_SMALL}
    flat = found(np.full((9, 8, 7), 5), region((9, 8, 7), (4, 4, 3), (5, 4, 3), (4, 5, 4)))[0]
    assert {v.reason for v in flat.values} <= {None, Code.CONSTANT}
    nothing = found(image(), np.zeros((9, 8, 7), bool))[0]
    assert {v.reason for v in nothing.values} == {Code.MASK_EMPTY}
    small = found(image(), region((9, 8, 7), (4, 4, 3)), profile_named("pyradiomics"))[0]
    assert {v.reason for v in small.values} == {Code.TOO_SMALL}


def test_lengths_that_cannot_be_believed_are_not_given() -> None:
    geometry = Geometry.from_parts((9, 8, 7), (1.0, 1.0, 1.0))
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, np.ones((9, 8, 7), bool))
    lost = Notice(Code.SPACING_IMPLAUSIBLE, "a head of 24 mm")
    segmentation = Segmentation(geometry, (segment,), notices=(lost,))
    for profile in ("ibsi", "pyradiomics"):
        values = extract(Image(image(), geometry), segmentation, profile_named(profile))[0].values
        shapes = [v for v in values if v.family is Family.MORPHOLOGY]
        assert shapes
        assert {v.reason for v in shapes} == {Code.SPACING_IMPLAUSIBLE}
        assert all(v.value is not None for v in values if v.family is Family.GLCM)


@settings(max_examples=12)
@given(st.data())
def test_any_small_region(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    shape = tuple(data.draw(st.integers(1, 5)) for _ in range(3))
    mask = rng.random(shape) < data.draw(st.sampled_from([0.1, 0.5, 0.9]))
    array = rng.integers(0, data.draw(st.sampled_from([1, 2, 50])), shape).astype(np.int16)
    for spec in (ALL, PYRADIOMICS):
        check(found(array, mask, spec))
