"""Cropping and padding: no voxel moves."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Geometry, Image, Modality
from oncometry.preprocessing import crop_pad

SIZES = st.tuples(*[st.integers(1, 9)] * 3)


@settings(max_examples=60, deadline=None)
@given(SIZES, SIZES)
def test_what_is_left_keeps_place_and_value(shape: tuple[int, int, int], size: tuple[int, int, int]) -> None:
    geometry = Geometry.from_parts(shape, (1.0, 2.0, 3.0), (7, 8, 9))
    image = Image(1.0 + np.arange(np.prod(shape)).reshape(shape), geometry)
    moved = crop_pad(image, size)
    assert moved.array.shape == size
    index = np.argwhere(moved.array > 0)
    old = np.rint(geometry.to_index(moved.geometry.to_world(index))).astype(int)
    np.testing.assert_array_equal(moved.array[tuple(index.T)], image.array[tuple(old.T)])
    assert len(index) == np.prod(np.minimum(shape, size))
    middle, was = (g.to_world((np.array(g.shape) - 1) / 2) for g in (moved.geometry, geometry))
    assert (np.abs(middle - was) <= np.array(geometry.spacing_mm) / 2 + 1e-9).all()


def test_ct_is_padded_with_air_in_a_type_that_holds_it() -> None:
    image = Image(np.zeros((2, 2, 2), np.uint8), Geometry.from_parts((2, 2, 2), (1, 1, 1)), Modality.CT)
    moved = crop_pad(image, (4, 2, 2))
    assert moved.array[0, 0, 0] == -1000
    assert moved.array[1, 0, 0] == 0
