"""The twins against the plain definitions, each voxel's window cut out as a region; and against the CPU's maps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry import _native
from oncometry.core.geometry import FloatArray
from oncometry.features.definition.directional import averaged
from oncometry.features.definition.glcm import cooccurrence, glcm_features, maximal_correlation
from oncometry.features.definition.glrlm import glrlm
from oncometry.features.definition.glszm import glszm
from oncometry.features.definition.ngldm import ngldm
from oncometry.features.definition.ngtdm import ngtdm
from oncometry.features.direction import Plan, directions
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing

from ..features.pyradiomics import case_levels, needs_data
from ..features.regions import levels_of, random_region, small_regions
from .twins import TWINS, Radii, Twin, on_each_twin

WHOLE = Slicing(in_plane=False, by_slice=False)
WEIGHTS = [0.2 + 0.1 * n for n in range(13)]
CPU = Twin(_native)
radii_of_windows = st.one_of(
    st.integers(1, 4).map(lambda r: (r, r, r)),
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 2)),
)

Map = Callable[[Levels, Radii], FloatArray]
Definition = Callable[[Levels], FloatArray]


def plan(weights: list[float] | None) -> Plan:
    return Plan(directions(), by_slice=False, merge=weights is not None)


def defined_glcm(
    single_level: bool, levels: Levels, weights: list[float] | None = None, symmetric: bool = True
) -> FloatArray:
    """With PyRadiomics' values where a formula is 0 / 0, and its feature more."""

    def features(matrix: FloatArray) -> FloatArray:
        values = glcm_features(matrix, levels.count)
        values[18] = 1.0 if np.isnan(values[18]) else values[18]
        values[23] = 0.0 if np.isnan(values[23]) else values[23]
        return np.append(values, 1.0 if single_level else maximal_correlation(matrix))

    return averaged(
        levels,
        plan(weights),
        weights or [1.0] * 13,
        lambda box, direction: cooccurrence(box, levels.count, direction, symmetric),
        features,
    )


def check(found: FloatArray, levels: Levels, radii: Radii, define: Definition) -> None:
    inside = levels.array[1:-1, 1:-1, 1:-1]
    assert found.shape[1:] == inside.shape
    assert np.isnan(found[:, inside == 0]).all()
    for at in map(tuple, np.argwhere(inside)):
        box = tuple(slice(max(0, n - r), n + r + 1) for n, r in zip(at, radii, strict=True))
        expected = define(levels_of(inside[box], levels.count))
        np.testing.assert_allclose(found[(slice(None), *at)], expected, rtol=1e-9, atol=1e-7)


@on_each_twin
@given(
    levels=small_regions(),
    radii=radii_of_windows,
    weights=st.sampled_from([None, WEIGHTS]),
    symmetric=st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_glcm_is_as_defined(name, levels, radii, weights, symmetric):
    single = len(np.unique(levels.array[levels.array > 0])) == 1
    define = partial(defined_glcm, single, weights=weights, symmetric=symmetric)
    check(TWINS[name]().glcm(levels, radii, weights, symmetric), levels, radii, define)


@on_each_twin
@given(levels=small_regions(), radii=radii_of_windows, weights=st.sampled_from([None, WEIGHTS]))
@settings(max_examples=12, deadline=None)
def test_run_lengths_are_as_defined(name, levels, radii, weights):
    define = partial(glrlm, plan=plan(weights), weights=weights or [1.0] * 13)
    check(TWINS[name]().runs(levels, radii, weights), levels, radii, define)


@on_each_twin
@given(levels=small_regions(), radii=radii_of_windows, alpha=st.integers(0, 2))
@settings(max_examples=12, deadline=None)
def test_zones_and_dependences_are_as_defined(name, levels, radii, alpha):
    twin = TWINS[name]()
    check(twin.zones(levels, radii), levels, radii, partial(glszm, slicing=WHOLE))
    check(twin.dependences(levels, radii, alpha), levels, radii, partial(ngldm, slicing=WHOLE, alpha=alpha))


@on_each_twin
@given(levels=small_regions(), radii=radii_of_windows)
@settings(max_examples=12, deadline=None)
def test_tone_differences_are_as_defined(name, levels, radii):
    check(TWINS[name]().tones(levels, radii), levels, radii, partial(ngtdm, slicing=WHOLE))


MAPS: dict[str, Callable[[Twin, Levels, Radii], FloatArray]] = {
    "glcm": Twin.glcm,
    "glcm, merged": lambda twin, levels, radii: twin.glcm(levels, radii, WEIGHTS),
    "glcm, in one order": lambda twin, levels, radii: twin.glcm(levels, radii, symmetric=False),
    "glcm, undefined values left out": lambda twin, levels, radii: twin.glcm(
        levels, radii, pyradiomics=False
    ),
    "zones": Twin.zones,
    "dependences": Twin.dependences,
    "tones": Twin.tones,
    "tones of lone voxels": lambda twin, levels, radii: twin.tones(levels, radii, lone=True),
    "runs": Twin.runs,
    "runs, merged": lambda twin, levels, radii: twin.runs(levels, radii, WEIGHTS),
    "runs, where two follow": lambda twin, levels, radii: twin.runs(levels, radii, pyradiomics=True),
}
for_maps = pytest.mark.parametrize("family", MAPS)


@for_maps
@pytest.mark.parametrize("name", ["a lane", "device"])
@pytest.mark.parametrize(("count", "radius"), [(3, 3), (40, 4), (2600, 2), (65_535, 1)])
def test_larger_windows_and_many_levels_are_as_on_the_cpu(name, family, count, radius):
    levels = random_region((5, 7, 6), count)
    radii = (radius, radius, radius)
    found, expected = (MAPS[family](twin, levels, radii) for twin in (TWINS[name](), CPU))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-7)


@for_maps
@needs_data
@pytest.mark.parametrize("name", ["a lane", "device"])
def test_a_tumor_is_as_on_the_cpu(name, family):
    """Thousands of windows: some matrices fall in parts, some have eigenvalues that lie close."""
    levels = case_levels("brain1")
    found, expected = (MAPS[family](twin, levels, (1, 1, 1)) for twin in (TWINS[name](), CPU))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("name", ["a lane", "device"])
def test_the_maximal_correlation_of_noise_is_as_defined(name):
    """Many levels that occur once or twice, at a voxel whose window has most of them."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        levels = levels_of(rng.integers(1, 21, (3, 5, 5)), 20)
        found = TWINS[name]().glcm(levels, (2, 2, 2))[25, 1, 2, 2]
        assert found == pytest.approx(defined_glcm(False, levels)[25], rel=1e-9)


@pytest.mark.parametrize("name", ["a lane", "device"])
def test_a_matrix_of_two_parts_has_a_maximal_correlation_of_one(name):
    """Levels 1 and 6 lie beside 3 and 4 alone, in a pattern with which noise that grows evenly cancels."""
    row = np.array([[[3, 1, 4, 6, 3, 0, 2, 0, 5]]])
    found = TWINS[name]().glcm(levels_of(row, 6), (0, 0, 8), weights=WEIGHTS)[25]
    np.testing.assert_allclose(found[row > 0], 1.0, rtol=1e-9)


@for_maps
@on_each_twin
@pytest.mark.parametrize(
    "inside",
    [
        np.zeros((2, 3, 4), int),
        np.ones((1, 1, 1), int),
        np.array([[[2, 2]]]),
        np.array([[[1, 0, 5]]]),
        np.full((3, 3, 3), 4),
    ],
    ids=["no voxel", "one voxel", "two voxels", "apart", "flat"],
)
def test_odd_regions_are_as_on_the_cpu(name, family, inside):
    levels = levels_of(inside, 5)
    found, expected = (MAPS[family](twin, levels, (1, 1, 1)) for twin in (TWINS[name](), CPU))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@on_each_twin
def test_values_are_given_where_they_are_wanted(name):
    levels = random_region((4, 5, 6), 4)
    inside = levels.array[1:-1, 1:-1, 1:-1] > 0
    centers = (np.indices(inside.shape).sum(axis=0) % 2).astype(np.uint8)
    every = TWINS[name]().glcm(levels, (1, 1, 1))
    found = TWINS[name]().glcm(levels, (1, 1, 1), centers=centers)
    np.testing.assert_array_equal(found, np.where(centers == 1, every, np.nan))
    with pytest.raises(ValueError, match="centers"):
        TWINS[name]().glcm(levels, (1, 1, 1), centers=centers[:-1].copy())


@for_maps
def test_another_number_of_lanes_adds_up_to_the_same(family):
    """Integers are the same; sums of many numbers may end differently."""
    levels = random_region((4, 5, 4), 12)
    found = [MAPS[family](TWINS[name](), levels, (2, 2, 2)) for name in ("a lane", "four lanes")]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-10, atol=1e-12)


@on_each_twin
def test_a_window_of_too_many_voxels_is_refused(name):
    twin, levels = TWINS[name](), random_region((3, 3, 3), 3)
    for family in MAPS.values():
        with pytest.raises(ValueError, match="65,535"):
            family(twin, levels, (20, 20, 20))
