"""Conversion keeps values and places."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.core import Geometry, Image
from oncometry.preprocessing.sitk import geometry_of, to_sitk, transform_of


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64, np.float32, np.float64, ">i2", ">f4"])
def test_round_trip(ramp: Image, kind: str) -> None:
    image = ramp.with_array(np.rint(ramp.array).clip(0, 100).astype(kind))
    converted = to_sitk(image)
    grid = geometry_of(converted, "1.2.3")
    assert grid.matches(image.geometry, 1e-9)
    assert grid.frame_of_reference_uid == "1.2.3"
    values = sitk.GetArrayFromImage(converted).T
    assert values.dtype == np.dtype(kind).newbyteorder("=")
    np.testing.assert_array_equal(values, image.array)


def test_every_voxel_keeps_its_place(ramp: Image) -> None:
    converted = to_sitk(ramp)
    for index in [(0, 0, 0), (19, 0, 0), (3, 23, 5), (19, 23, 11)]:
        np.testing.assert_allclose(
            converted.TransformIndexToPhysicalPoint(index), ramp.geometry.to_world(index), atol=1e-9
        )
        assert converted[index] == pytest.approx(ramp.array[index])


@pytest.mark.parametrize(("kind", "became"), [(bool, np.uint8), (np.float16, np.float32)])
def test_types_that_simpleitk_lacks(kind: type, became: type) -> None:
    image = Image(np.ones((2, 3, 4), dtype=kind), Geometry.from_parts((2, 3, 4), (1, 1, 1)))
    assert sitk.GetArrayFromImage(to_sitk(image)).dtype == became


def test_transform_is_the_matrix() -> None:
    matrix = np.eye(4)
    matrix[:3] = np.random.default_rng(1).normal(size=(3, 4))
    point = np.array([3.0, -4.0, 5.0])
    expected = matrix[:3, :3] @ point + matrix[:3, 3]
    np.testing.assert_allclose(transform_of(matrix).TransformPoint(point.tolist()), expected)
