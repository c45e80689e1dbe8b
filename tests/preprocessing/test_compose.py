"""The whole chain: one interpolation, every step recorded, masks in place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest

from oncometry.core import Compartment, Contrast, Geometry, Image, Modality, Segment, Segmentation, Unit
from oncometry.preprocessing import (
    PreprocessingSettings,
    Registration,
    preprocess,
    preprocess_segmentation,
    register,
    resample,
    target_grid,
)

Rigid = Callable[..., np.ndarray]
PLAIN = PreprocessingSettings(bias_correction=False, normalization="none")


def names(result: object) -> list[str]:
    return [step.name for step in result.steps]


def test_everything_at_once_is_recorded(brain: Image, rigid: Rigid) -> None:
    chosen = PreprocessingSettings(orientation="RAS", spacing_mm=(2, 2, 4), size=(80, 96, 40))
    reference = Geometry.from_parts((200, 200, 40), (1, 1, 4), brain.geometry.to_world((20, 20, 0)))
    matrix = rigid((1, 2, 3), np.zeros(3), (2, -1, 0))
    registration = Registration("fixed", "moving", matrix, 0.4, 0.2, "rigid")
    result = preprocess(brain, chosen, reference, [registration])
    assert names(result) == ["bias", "register", "orient", "resample", "crop_pad", "normalize"]
    assert result.image.geometry.matches(target_grid(reference, chosen), 1e-9)
    assert result.image.array.shape == (80, 96, 40)
    assert result.image.geometry.spacing_mm == pytest.approx((2, 2, 4))
    assert (np.diag(result.image.geometry.direction) * (-1, -1, 1) > 0).all()
    assert all(step.software for step in result.steps)
    json.dumps([asdict(step) for step in result.steps])


def test_one_interpolation_gives_what_a_direct_one_gives(ramp: Image, rigid: Rigid) -> None:
    center = ramp.geometry.to_world((np.array(ramp.geometry.shape) - 1) / 2)
    matrix = rigid((2, -1, 4), center, (0.5, 0.3, -0.2))
    reference = Geometry.from_parts((10, 10, 6), (1, 1, 2), center - 5)
    chosen = PLAIN.model_copy(update={"orientation": "RAS", "spacing_mm": (0.8, 0.8, 1.5), "size": (8, 9, 5)})
    result = preprocess(ramp, chosen, reference, [Registration("f", "m", matrix, 1, 1, "rigid")])
    direct = resample(ramp, target_grid(reference, chosen), matrix)
    np.testing.assert_array_equal(result.image.array, direct.array)


def test_a_chain_of_registrations_is_as_good_as_its_worst(ramp: Image, rigid: Rigid) -> None:
    center = ramp.geometry.to_world((np.array(ramp.geometry.shape) - 1) / 2)
    one, two = rigid((2, -1, 4), center, (0.5, 0.3, -0.2)), rigid((-3, 2, 1), center, (0.1, 0.4, 0.6))
    chain = [Registration("a", "b", one, 0.3, 0.2, "rigid"), Registration("b", "c", two, 0.6, 0.1, "rigid")]
    result = preprocess(ramp, PLAIN, ramp.geometry, chain)
    np.testing.assert_allclose(result.image.array, resample(ramp, ramp.geometry, two @ one).array, atol=1e-3)
    recorded = result.steps[0].parameters
    assert (recorded["fixed"], recorded["moving"], recorded["quality"]) == ("a", ["b", "c"], 0.3)


def test_without_need_nothing_is_interpolated(ramp: Image) -> None:
    chosen = PLAIN.model_copy(update={"orientation": "RAI", "size": (18, 30, 12)})
    result = preprocess(ramp, chosen)
    assert names(result) == ["orient", "crop_pad"]
    assert result.image.array.dtype == ramp.array.dtype
    assert set(result.image.array.ravel()) - {0.0} <= set(ramp.array.ravel())
    assert result.image.geometry.matches(target_grid(ramp.geometry, chosen), 1e-9)


def test_both_ways_of_sizing_agree(ramp: Image) -> None:
    chosen = PLAIN.model_copy(update={"orientation": "SPR", "size": (9, 31, 14)})
    exact = preprocess(ramp, chosen).image
    interpolated = resample(ramp, target_grid(ramp.geometry, chosen))
    np.testing.assert_allclose(exact.array, interpolated.array, atol=1e-4)


@pytest.mark.parametrize(
    "meaning",
    [
        {"modality": Modality.PT, "unit": Unit.SUV_BW, "contrast": Contrast.PET},
        {"modality": Modality.MR, "contrast": Contrast.ADC},
    ],
)
def test_quantities_are_neither_corrected_nor_rescaled(brain: Image, meaning: dict[str, object]) -> None:
    result = preprocess(replace(brain, **meaning), PreprocessingSettings())
    assert names(result) == ["orient"]
    np.testing.assert_array_equal(result.image.array, brain.array)


def test_a_mask_lands_where_its_image_does(template: Image, brain: Image, rigid: Rigid) -> None:
    center = brain.geometry.to_world((np.array(brain.geometry.shape) - 1) / 2)
    true = rigid((4, -3, 7), center, (5, -6, 8))
    moving = resample(template, brain.geometry, np.linalg.inv(true))
    bright = Segment.from_mask(3, "white matter", Compartment.OTHER, moving.array > 75)
    mask = Segmentation(moving.geometry, (bright,), "made")
    registration = register(brain, moving, PreprocessingSettings())
    chosen = PLAIN.model_copy(update={"spacing_mm": (1.5, 1.5, 5)})
    image = preprocess(moving, chosen, brain.geometry, [registration]).image
    followed = preprocess_segmentation(mask, image.geometry, registration.matrix)
    one, other = followed.mask(3), image.array > 75
    assert followed[3].name == "white matter"
    assert 2 * (one & other).sum() / (one.sum() + other.sum()) > 0.93
    volume = followed[3].voxels * followed.geometry.voxel_volume_mm3
    assert volume == pytest.approx(bright.voxels * moving.geometry.voxel_volume_mm3, rel=0.02)
