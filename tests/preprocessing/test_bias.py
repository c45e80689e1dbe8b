"""N4 removes a field that was put in."""

from __future__ import annotations

import numpy as np

from oncometry.core import Code, Geometry, Image, Modality
from oncometry.preprocessing import correct_bias, foreground


def field_of(geometry: Geometry) -> np.ndarray:
    """A smooth field, +- 30 % over the image."""
    x, y, z = (np.linspace(-1, 1, n) for n in geometry.shape)
    return np.exp(0.25 * x[:, None, None] - 0.15 * y[None, :, None] ** 2 + 0.1 * z[None, None, :])


def test_a_known_field_is_removed(brain: Image) -> None:
    inside = foreground(brain)
    assert inside is not None
    biased = brain.with_array((brain.array * field_of(brain.geometry)).astype(np.float32))
    without, with_ = correct_bias(brain), correct_bias(biased)
    ratio = with_.image.array[inside] / without.image.array[inside]
    given = field_of(brain.geometry)[inside]
    assert np.std(given) / np.mean(given) > 0.08
    assert np.std(ratio) / np.mean(ratio) < 0.02
    assert with_.steps[0].name == "bias"
    assert with_.steps[0].software.startswith("SimpleITK")
    assert not with_.notices


def test_the_result_is_the_same_every_time(brain: Image) -> None:
    np.testing.assert_array_equal(correct_bias(brain).image.array, correct_bias(brain).image.array)


def test_voxels_that_are_not_finite_do_not_spread(brain: Image) -> None:
    array = brain.array.copy()
    array[120, 120, 15] = np.nan
    corrected = correct_bias(brain.with_array(array)).image.array
    assert np.isnan(corrected).sum() == 1


def test_an_image_without_contrast_is_left_alone() -> None:
    image = Image(np.ones((30, 30, 10)), Geometry.from_parts((30, 30, 10), (1, 1, 3)), Modality.MR)
    result = correct_bias(image)
    assert result.image is image
    assert not result.steps
    assert [n.code for n in result.notices] == [Code.CONSTANT]
