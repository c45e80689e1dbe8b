"""Perturbed features: nothing perturbed is plain extraction, poses keep what they must, chance is repeatable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Code, Image
from oncometry.features import FeatureSpec, FeatureVector, extract, profile_named, spec_of
from oncometry.features.change import Change
from oncometry.features.extract import extract_changed
from oncometry.features.jobs import Jobs
from oncometry.features.perturbation import (
    PERTURBATIONS,
    PerturbationSpec,
    extract_perturbed,
    perturbation_named,
    perturbations,
)
from oncometry.features.pose import Pose

from .solids import ELLIPSOID_MM3, ellipsoid, segmentation_of

SMALL = spec_of({"families": ["morphology", "local_intensity", "intensity_statistics", "glcm", "ngtdm"]})
CUBES = spec_of({"resample": {"spacing_mm": [1, 1, 1]}, "families": ["morphology", "intensity_statistics"]})
FILTERED = spec_of(
    {
        "resample": {"spacing_mm": [2, 2, 2], "image": "cubic"},
        "families": ["intensity_statistics"],
        "filters": [{"kind": "laplacian_of_gaussian", "sigma_mm": 2}],
    }
)
PYRADIOMICS = profile_named("pyradiomics")


def numbers(vector: FeatureVector) -> dict[str, float | None]:
    return {value.tag: value.value for value in vector.values}


def alone(
    image: Image, segmentation: object, spec: FeatureSpec, **chain: object
) -> list[dict[str, float | None]]:
    found = extract_perturbed(image, segmentation, spec, PerturbationSpec.model_validate(chain))  # type: ignore[arg-type]
    return [numbers(one.vectors[0]) for one in found]


@pytest.mark.parametrize("spec", [SMALL, CUBES, FILTERED, PYRADIOMICS])
def test_nothing_perturbed_is_plain_extraction(spec: FeatureSpec) -> None:
    image, segmentation = ellipsoid()
    nothing = PerturbationSpec(rotations_deg=(0.0,), translations=(0.0,), volume_fractions=(0.0,))
    (found,) = extract_perturbed(image, segmentation, spec, nothing)
    assert found.vectors == extract(image, segmentation, spec)


@pytest.mark.parametrize(
    ("spec", "tag"), [(CUBES, "morph_volume"), (PYRADIOMICS, "original_shape_MeshVolume")]
)
def test_a_turned_ellipsoid_keeps_its_volume_and_its_values(spec: FeatureSpec, tag: str) -> None:
    image, segmentation = ellipsoid()
    plain = numbers(extract(image, segmentation, spec)[0])
    for found in alone(image, segmentation, spec, rotations_deg=(-30.0, 7.0, 90.0)):
        assert found[tag] == pytest.approx(ELLIPSOID_MM3, rel=0.02)
        mean = "stat_mean" if "stat_mean" in found else "original_firstorder_Mean"
        assert found[mean] == pytest.approx(plain[mean], rel=0.02)


def test_a_quarter_turn_of_cubes_is_the_same_region_turned() -> None:
    image, segmentation = ellipsoid((1.0, 1.0, 1.0), (51, 51, 41))
    plain = numbers(extract(image, segmentation, SMALL)[0])
    (turned,) = alone(image, segmentation, SMALL, rotations_deg=(90.0,))
    for tag, value in plain.items():
        if not tag.startswith("morph_com") and "moran" not in tag:
            assert turned[tag] == pytest.approx(value, rel=1e-6, abs=1e-6), tag


@pytest.mark.parametrize("spec", [SMALL, CUBES])
def test_a_whole_voxel_changes_nothing_and_half_a_one_does(spec: FeatureSpec) -> None:
    image, segmentation = ellipsoid((1.0, 1.0, 1.0), (51, 51, 41))
    plain = numbers(extract(image, segmentation, spec)[0])
    for shift in ((1.0, 0.0, 0.0), (0.0, -1.0, 2.0)):
        change = Change(Pose(shift=shift))
        whole = numbers(extract_changed(image, segmentation, spec, (1,), change, Jobs(1))[0])
        for tag, value in plain.items():
            assert whole[tag] == pytest.approx(value, rel=1e-9, abs=1e-9), tag
    (half, *_) = alone(image, segmentation, spec, translations=(0.5,))
    assert half["stat_var"] != pytest.approx(plain["stat_var"], rel=0.1)


def test_features_of_shape_know_nothing_of_noise_and_those_of_values_do() -> None:
    image, segmentation = ellipsoid()
    plain = numbers(extract(image, segmentation, SMALL)[0])
    found = alone(image, segmentation, SMALL, noise_repetitions=3)
    assert {one["morph_volume"] for one in found} == {plain["morph_volume"]}
    assert len({one["stat_mean"] for one in found}) == 3
    for one in found:  # noise of 12 on values of deviation 12
        assert one["stat_var"] == pytest.approx(plain["stat_var"] + 144, rel=0.1)


def test_any_number_of_threads_and_any_day_gives_the_same() -> None:
    image, segmentation = ellipsoid()
    chain = perturbation_named("rncv")
    one = extract_perturbed(image, segmentation, SMALL, chain)
    assert one == extract_perturbed(image, segmentation, SMALL, chain, threads=3)
    other = extract_perturbed(
        image, segmentation, SMALL, PerturbationSpec.model_validate(chain.model_dump() | {"seed": 1})
    )
    assert [o.vectors[0].values for o in one] != [o.vectors[0].values for o in other]
    assert {v.image_hash for o in one for v in o.vectors} == {
        extract(image, segmentation, SMALL)[0].image_hash
    }


def test_a_region_is_perturbed_alike_beside_others() -> None:
    image, segmentation = ellipsoid()
    second = np.zeros(segmentation.geometry.shape, bool)
    second[5:15, 5:15, 5:15] = True
    both = segmentation_of(second, segmentation.mask(), segmentation.geometry)
    only = replace(both, segments=both.segments[1:])
    chain = PerturbationSpec(rotations_deg=(4.0,), volume_fractions=(0.2,), contour_repetitions=1)
    beside = extract_perturbed(image, both, SMALL, chain)[0].vectors[1]
    assert beside == extract_perturbed(image, only, SMALL, chain)[0].vectors[0]


def test_slices_stay_slices_where_features_are_of_slices() -> None:
    flat = spec_of({"aggregations": ["2D_avg"], "families": ["morphology", "intensity_statistics", "glcm"]})
    image, segmentation = ellipsoid((1.0, 1.0, 5.0), (51, 51, 9), (12.0, 12.0, 12.0))
    chain = PerturbationSpec(translations=(0.25, 0.75))
    assert len(extract_perturbed(image, segmentation, flat, chain)) == 4
    assert len(extract_perturbed(image, segmentation, SMALL, chain)) == 8
    kept = spec_of({"resample": {"spacing_mm": [1, 1, None]}, "families": ["morphology"]})
    assert {
        one.perturbation.pose.shift[2] for one in extract_perturbed(image, segmentation, kept, chain)
    } == {0}


def test_a_region_that_vanishes_has_nulls_with_the_reason() -> None:
    image, _ = ellipsoid()
    dot = np.zeros(image.geometry.shape, bool)
    dot[20, 20, 20] = True
    found = extract_perturbed(
        image, segmentation_of(dot, image.geometry), SMALL, PerturbationSpec(volume_fractions=(-0.9, 1.0))
    )
    assert {(v.value, v.reason) for v in found[0].vectors[0].values} == {(None, Code.MASK_EMPTY)}
    assert numbers(found[1].vectors[0])["morph_vol_approx"] == pytest.approx(2 * 1.5)


@pytest.mark.parametrize("spec", [SMALL, PYRADIOMICS])
@pytest.mark.parametrize("place", [(0, 0, 0), (60, 54, 46), (30, 27, 23)])
def test_odd_regions_are_values_or_reasons(spec: FeatureSpec, place: tuple[int, int, int]) -> None:
    image, _ = ellipsoid()
    mask = np.zeros(image.geometry.shape, bool)
    mask[place] = True
    mask[min(place[0] + 1, 60), place[1], place[2]] = True
    for chain in PERTURBATIONS.values():
        for one in extract_perturbed(image, segmentation_of(mask, image.geometry), spec, chain):
            for value in one.vectors[0].values:
                assert (value.value is None) != (value.reason is None)
                assert value.value is None or np.isfinite(value.value)


def test_a_chain_is_every_combination_and_says_so_before_it_is_too_many() -> None:
    every = perturbations(perturbation_named("ntcv"), in_plane=False)
    assert len(every) == 24
    assert len({(p.pose, p.noise, p.volume_fraction, p.contour) for p in every}) == 24
    assert [p.number for p in every] == list(range(24))
