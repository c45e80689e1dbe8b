"""One call: many segments, images and filters, the same whatever they are asked with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import (
    Compartment,
    Geometry,
    GeometryError,
    Image,
    LabelError,
    Modality,
    Segment,
    Segmentation,
    SettingsError,
    Unit,
)
from oncometry.features import COLUMNS, extract, feature_rows, profile_named, spec_of
from oncometry.features.feature import Aggregation, Family

GRID = Geometry.from_parts((24, 22, 12), (1.0, 1.0, 2.0))
EVERYTHING = spec_of(
    {"aggregations": [a.value for a in Aggregation], "filters": [{"kind": "mean", "support": 3}]}
)


def ball(center: tuple[int, int, int], radius: float) -> np.ndarray:
    far = (np.indices(GRID.shape) - np.reshape(center, (3, 1, 1, 1))) * np.reshape((1, 1, 2), (3, 1, 1, 1))
    return np.asarray(np.sqrt((far**2).sum(axis=0)) < radius)


def image(seed: int = 0, **more: object) -> Image:
    values = np.random.default_rng(seed).normal(40, 30, GRID.shape).round().astype(np.int16)
    return Image(values, GRID, **more)  # type: ignore[arg-type]


SEGMENTS = tuple(
    Segment.from_mask(number, f"part {number}", Compartment.WHOLE, mask)
    for number, mask in ((1, ball((8, 10, 6), 6)), (2, ball((15, 11, 5), 5)), (7, ball((23, 21, 11), 4)))
)
SEGMENTATION = Segmentation(GRID, SEGMENTS)


@pytest.mark.parametrize(
    "spec",
    [
        EVERYTHING,
        spec_of({"resample": {"spacing_mm": [1.5, 1.5, 1.5]}}),
        spec_of({"imageType": {"Wavelet": {}}}),
    ],
    ids=["ibsi", "resampled", "pyradiomics"],
)
def test_together_is_as_one_by_one(spec) -> None:
    images = (image(0, key="a"), image(1, key="b", unit=Unit.HU, modality=Modality.CT))
    together = extract(images, SEGMENTATION, spec, labels=(1, 2, 7))
    alone = [
        vector
        for one in images
        for segment in SEGMENTS
        for vector in extract(one, Segmentation(GRID, (segment,)), spec, labels=(segment.number,))
    ]
    assert [(v.image_key, v.label, v.filter, v.image_hash, v.mask_hash) for v in together] == [
        (v.image_key, v.label, v.filter, v.image_hash, v.mask_hash) for v in alone
    ]
    for one, other in zip(together, alone, strict=True):
        for a, b in zip(one.values, other.values, strict=True):
            assert a[:4] == b[:4]
            assert a.value == pytest.approx(b.value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("profile", ["ibsi", "pyradiomics"])
def test_any_number_of_threads_gives_the_same_bits(profile: str) -> None:
    spec = profile_named(profile)
    once = extract(image(), SEGMENTATION, spec, labels=(1,))
    assert all(extract(image(), SEGMENTATION, spec, labels=(1,), threads=n) == once for n in (2, 3))


def test_values_do_not_depend_on_where_the_box_of_a_segment_ends() -> None:
    wide = Segment(1, "part 1", Compartment.WHOLE, (0, 0, 0), SEGMENTATION.mask(1))
    for spec in (EVERYTHING, profile_named("pyradiomics")):
        tight = extract(image(), SEGMENTATION, spec, labels=(1,))
        loose = extract(image(), Segmentation(GRID, (wide,)), spec, labels=(1,))
        assert [v.values for v in tight] == [v.values for v in loose]


def test_a_rule_for_each_unit() -> None:
    spec = profile_named("ibsi")
    raw, ct = extract((image(), image(unit=Unit.HU)), SEGMENTATION, spec, labels=(1,))
    levels = {v.tag: v.value for v in raw.values}, {v.tag: v.value for v in ct.values}
    assert levels[0]["ih_max"] == 32
    inside = image().array[SEGMENTATION.mask(1)]
    assert levels[1]["ih_max"] == (inside.max() + 1000) // 25 + 1
    units = {v.tag: v.unit for v in ct.values}
    assert (units["stat_mean"], units["stat_var"], units["morph_volume"]) == ("HU", "HU2", "mm3")


BINS = {"discretize": {"method": "fixed_bin_number", "count": 32}}
WHOLE, THOUSAND = {"method": "none"}, {"method": "fixed_bin_number", "count": 1000}


def volume_histogram(one: Image, intensity: dict[str, object], **more: object) -> dict[str, float | None]:
    spec = spec_of({"families": ["intensity_volume_histogram"], "intensity": intensity, **more})
    return {v.tag: v.value for vector in extract(one, SEGMENTATION, spec, labels=(1,)) for v in vector.values}


def test_the_volume_histogram_takes_only_hu_by_whole_units_unasked() -> None:
    small = Image(np.random.default_rng(3).uniform(0, 12, GRID.shape), GRID)
    found = volume_histogram(small, BINS)
    assert found == volume_histogram(small, BINS | {"ivh": THOUSAND})
    inside = small.array[SEGMENTATION.mask(1)]
    fraction = (inside - inside.min()) / np.ptp(inside)
    assert found["ivh_v90"] == pytest.approx((fraction >= 0.9).mean(), abs=3 / inside.size)
    ct = image(unit=Unit.HU)
    assert volume_histogram(ct, BINS) == volume_histogram(image(), BINS | {"ivh": WHOLE})
    mean = [{"kind": "mean", "support": 3}]
    default, asked = (
        volume_histogram(ct, BINS, filters=mean, response=BINS | more) for more in ({}, {"ivh": THOUSAND})
    )
    assert default == asked


def test_the_volume_histogram_refuses_parts_of_units() -> None:
    halves = image().with_array(image().array + 0.5)
    with pytest.raises(SettingsError, match="ivh method none takes whole numbers"):
        volume_histogram(halves, BINS | {"ivh": WHOLE})
    rounded = volume_histogram(replace(halves, unit=Unit.HU), BINS | {"ivh": WHOLE})
    assert rounded == volume_histogram(replace(halves, unit=Unit.HU), BINS)


def test_what_was_made_from_what() -> None:
    spec = profile_named("ibsi")
    first, second, _ = extract(image(key="a"), SEGMENTATION, spec)
    assert first.spec_hash == spec.hash
    assert first.image_hash == second.image_hash
    assert first.mask_hash != second.mask_hash
    assert extract(image(1), SEGMENTATION, spec)[0].image_hash != first.image_hash
    moved = replace(SEGMENTS[0], start=(0, 0, 0))
    assert extract(image(), Segmentation(GRID, (moved,)), spec)[0].mask_hash != first.mask_hash


def test_what_is_asked_is_what_comes() -> None:
    spec = spec_of({"families": ["glcm", "ngtdm"], "aggregations": ["2D_avg", "2D_comb", "3D_avg"]})
    values = extract(image(), SEGMENTATION, spec)[0].values
    assert {v.family for v in values} == {Family.GLCM, Family.NGTDM}
    assert {v.tag for v in values if "contrast" in v.tag} == {
        "cm_contrast_2D_avg",
        "cm_contrast_2D_comb",
        "cm_contrast_3D_avg",
        "ngt_contrast_2D",
        "ngt_contrast_3D",
    }


def test_features_named_in_a_parameter_file() -> None:
    spec = spec_of({"featureClass": {"shape": ["Compactness1", "Sphericity"], "glcm": None}})
    tags = [v.tag for v in extract(image(), SEGMENTATION, spec)[0].values]
    assert tags[:2] == ["original_shape_Sphericity", "original_shape_Compactness1"]
    assert len(tags) == 2 + 24
    with pytest.raises(ValueError, match="featureClass glcm: there is no feature 'Contrst'"):
        extract(image(), SEGMENTATION, spec_of({"featureClass": {"glcm": ["Contrst"]}}))


def test_grids_that_differ_are_refused() -> None:
    other = Geometry.from_parts(GRID.shape, (1.0, 1.0, 2.5))
    with pytest.raises(GeometryError, match="GEOMETRY_MISMATCH"):
        extract(Image(image().array, other), SEGMENTATION)
    sheared = np.eye(4)
    sheared[0, 2] = 0.4
    grid = Geometry(GRID.shape, sheared)
    with pytest.raises(GeometryError, match="SHEARED"):
        extract(Image(image().array, grid), Segmentation(grid, SEGMENTS))


def test_a_label_that_is_not_there() -> None:
    with pytest.raises(LabelError, match="LABEL_ABSENT"):
        extract(image(), SEGMENTATION, labels=(3,))


def test_rows() -> None:
    vectors = extract(image(), SEGMENTATION, profile_named("pyradiomics"))
    rows = feature_rows(vectors, "t1.nii.gz")
    assert len(rows) == 107
    assert tuple(rows[0]) == COLUMNS == (
        "image", "label", "family", "name", "ibsi_id", "tag", "value", "unit", "reason",
    )  # fmt: skip
    assert {row["image"] for row in rows} == {"t1.nii.gz"}
