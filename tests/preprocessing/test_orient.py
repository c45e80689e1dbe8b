"""Reorientation moves no voxel in space."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from oncometry.core import Geometry, Image, SettingsError
from oncometry.preprocessing import orient
from oncometry.preprocessing.orient import axes_named, oriented_grid
from oncometry.preprocessing.sitk import to_sitk

CODES = [
    "".join(letters)
    for order in (("LR", "PA", "SI"), ("SI", "LR", "PA"), ("PA", "LR", "SI"), ("SI", "PA", "LR"))
    for letters in [(a, b, c) for a in order[0] for b in order[1] for c in order[2]]
]


def values_by_place(image: Image) -> dict[tuple[float, ...], float]:
    index = np.argwhere(np.ones(image.array.shape, bool))
    places = image.geometry.to_world(index).round(6) + 0.0
    return dict(zip(map(tuple, places), image.array[tuple(index.T)], strict=True))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CODES), st.sampled_from(CODES), st.integers(0, 1000))
def test_values_stay_where_they_are(first: str, second: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    geometry = Geometry.from_parts((3, 4, 5), (1.0, 2.0, 3.0), rng.normal(size=3) * 10)
    image = Image(rng.normal(size=(3, 4, 5)), geometry)
    moved = orient(orient(image, first), second)
    assert values_by_place(moved) == values_by_place(image)
    assert moved.geometry.matches(oriented_grid(geometry, second), 1e-9)


@pytest.mark.parametrize("code", CODES)
def test_agrees_with_simpleitk(ramp: Image, code: str) -> None:
    peer = sitk.DICOMOrient(to_sitk(ramp), code)
    moved = orient(ramp, code)
    np.testing.assert_array_equal(moved.array, sitk.GetArrayFromImage(peer).T)
    np.testing.assert_allclose(moved.geometry.origin_lps_mm, peer.GetOrigin(), atol=1e-9)
    np.testing.assert_allclose(moved.geometry.direction.ravel(), peer.GetDirection(), atol=1e-9)


def test_lps_runs_along_positive_axes(ramp: Image) -> None:
    assert (np.diag(orient(orient(ramp, "RAI"), "LPS").geometry.direction) > 0).all()


@pytest.mark.parametrize("code", ["LLS", "LP", "XYZ", "LPSA"])
def test_a_code_that_is_none_is_refused(ramp: Image, code: str) -> None:
    with pytest.raises(SettingsError, match="names each axis once"):
        orient(ramp, code)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CODES), st.integers(0, 10**6))
def test_the_axes_of_a_grid_however_it_is_turned_leave_it_as_it_is(code: str, seed: int) -> None:
    turned = Rotation.random(random_state=np.random.default_rng(seed)).as_matrix()
    geometry = oriented_grid(Geometry.from_parts((3, 4, 5), (1.0, 2.0, 3.0), (9, 8, 7), turned), code)
    assert axes_named(geometry) == code
    assert oriented_grid(geometry, axes_named(geometry)).matches(geometry, 1e-9)
