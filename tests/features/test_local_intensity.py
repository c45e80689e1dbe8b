"""Local intensity against the phantom, MIRP, its definition and images with known means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oncometry.features.definition import neighborhood
from oncometry.features.local_intensity import RADIUS_MM, local_intensity

from .regions import agrees, phantom_values
from .shapes import irregular, mirp_values, phantom_region, region_of


def test_phantom():
    expected = phantom_values("loc_").values()
    assert len(expected) == 2
    for found, (printed, tolerance) in zip(local_intensity(phantom_region()), expected, strict=True):
        assert agrees(found, printed, tolerance)


def test_mirp():
    expected = list(mirp_values(("loc_",)).values())
    assert local_intensity(region_of(*irregular())).tolist() == pytest.approx(expected, rel=1e-6)


@settings(max_examples=30)
@given(st.data())
def test_the_definition(data):
    shape = data.draw(st.tuples(*3 * [st.integers(1, 6)]))
    image = data.draw(arrays(np.int16, shape, elements=st.integers(-3, 3)))
    mask = data.draw(arrays(np.uint8, shape, elements=st.integers(0, 1)))
    spacing = data.draw(st.tuples(*3 * [st.floats(1.5, 7.0)]))
    region = region_of(image, mask, spacing)
    if not mask.any():
        assert np.isnan(local_intensity(region)).all()
        return
    np.testing.assert_allclose(
        local_intensity(region), neighborhood.local_intensity(region), rtol=1e-12, atol=1e-12
    )


def test_the_ball_has_a_volume_of_one_cubic_centimeter():
    assert 4 / 3 * np.pi * RADIUS_MM**3 == pytest.approx(1000)


def test_of_several_highest_voxels_the_one_with_the_highest_surroundings():
    image = np.zeros((1, 1, 40))
    image[0, 0, [5, 30]] = 9
    image[0, 0, 31] = 4
    mask = (image == 9).astype(np.uint8)
    assert local_intensity(region_of(image, mask)).tolist() == pytest.approx(2 * [13 / 13])


def test_voxels_outside_the_region_count_and_those_outside_the_image_do_not():
    image = np.full((1, 1, 30), 5.0)
    mask = np.zeros((1, 1, 30), np.uint8)
    mask[0, 0, 0] = 1
    image[0, 0, 1:7] = 12.0
    assert local_intensity(region_of(image, mask)).tolist() == pytest.approx(2 * [(5 + 6 * 12) / 7])
