"""Rigid registration: known transforms are found, and identity where it is right."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Code, Geometry, Image, Modality
from oncometry.preprocessing import PreprocessingSettings, register, resample, rotation_deg

Rigid = Callable[..., np.ndarray]
SETTINGS = PreprocessingSettings()
CORNERS = np.array([[x, y, z] for x in (-70, 70) for y in (-85, 85) for z in (-60, 60)], float)


def middle(geometry: Geometry) -> np.ndarray:
    return geometry.to_world((np.array(geometry.shape) - 1) / 2)


def moved(template: Image, grid: Geometry, matrix: np.ndarray, *, inverted: bool = False) -> Image:
    """The template seen after the head moved by `matrix`; with other contrast and other noise."""
    image = resample(template, grid, np.linalg.inv(matrix))
    array = np.where(image.array > 5, 120 - image.array, image.array) if inverted else image.array
    noise = np.random.default_rng(7).normal(0, 3, array.shape)
    return image.with_array((array + noise).astype(np.float32))


def error_mm(found: np.ndarray, true: np.ndarray, center: np.ndarray) -> np.ndarray:
    """(8, 3) how far the brain's corners are from where they should be."""
    corners = center + CORNERS
    return np.abs(corners @ (found - true)[:3, :3].T + (found - true)[:3, 3])


@pytest.mark.parametrize(
    ("degrees", "move", "inverted"),
    [
        ((3, -2, 5), (4, -3, 6), False),
        ((-8, 5, 9), (-12, 9, 7), False),
        ((2, 6, -12), (10, 14, -11), True),
        ((0.5, 0.3, -0.4), (0.6, -0.8, 1.0), True),
    ],
)
def test_a_known_transform_is_found_within_half_a_pixel(
    template: Image,
    brain: Image,
    rigid: Rigid,
    degrees: tuple[float, ...],
    move: tuple[float, ...],
    inverted: bool,
) -> None:
    center = middle(brain.geometry)
    true = rigid(degrees, center, move)
    other = moved(template, brain.geometry, true, inverted=inverted)
    begun = time.process_time()
    found = register(brain, other, SETTINGS)
    assert time.process_time() - begun < 6
    error = error_mm(found.matrix, true, center)
    assert error[:, :2].max() < 0.5
    assert error[:, 2].max() < 1.0
    assert found.method == "rigid"
    assert found.quality > found.quality_before
    assert not found.notices


def test_far_apart_is_found_by_centers(template: Image, brain: Image, rigid: Rigid) -> None:
    center = middle(brain.geometry)
    true = rigid((2, 1, -3), center, (300, -200, 400))
    grid = replace(brain.geometry, affine=brain.geometry.affine + _shift((290, -205, 405)))
    found = register(brain, moved(template, grid, true), SETTINGS)
    assert error_mm(found.matrix, true, center)[:, :2].max() < 0.5
    assert not found.notices


def _shift(move: tuple[float, ...]) -> np.ndarray:
    shift = np.zeros((4, 4))
    shift[:3, 3] = move
    return shift


def test_the_same_every_time(template: Image, brain: Image, rigid: Rigid) -> None:
    other = moved(template, brain.geometry, rigid((3, -2, 5), middle(brain.geometry), (4, -3, 6)))
    one, two = (register(brain, other, SETTINGS) for _ in range(2))
    np.testing.assert_array_equal(one.matrix, two.matrix)


def test_an_image_on_itself_is_identity_of_quality_one(brain: Image) -> None:
    found = register(brain, brain, SETTINGS)
    assert found.method == "identity"
    np.testing.assert_array_equal(found.matrix, np.eye(4))
    assert found.quality == pytest.approx(1)


def test_aligned_contrasts_on_one_grid_stay_where_they_are(template: Image, brain: Image) -> None:
    other = moved(template, brain.geometry, np.eye(4), inverted=True)
    found = register(brain, other, SETTINGS)
    assert found.method == "identity"


def test_one_frame_of_reference_across_modalities_is_kept(
    template: Image, brain: Image, rigid: Rigid
) -> None:
    framed = replace(brain, geometry=replace(brain.geometry, frame_of_reference_uid="1.2.3"))
    other = moved(template, framed.geometry, rigid((0, 0, 9), middle(framed.geometry), (9, 9, 9)))
    across = register(framed, replace(other, modality=Modality.CT), SETTINGS)
    assert (across.method, across.quality) == ("identity", across.quality_before)
    within = register(framed, other, SETTINGS)
    assert within.method == "rigid"


def test_switched_off_says_how_good_identity_is(template: Image, brain: Image, rigid: Rigid) -> None:
    other = moved(template, brain.geometry, rigid((0, 0, 9), middle(brain.geometry), (9, 9, 9)))
    off = register(brain, other, SETTINGS, enabled=False)
    assert off.method == "identity"
    assert 0 < off.quality < register(brain, other, SETTINGS).quality


def test_images_that_share_nothing_are_flagged(brain: Image) -> None:
    noise = np.random.default_rng(2).normal(size=brain.array.shape).astype(np.float32)
    found = register(brain, brain.with_array(noise), SETTINGS)
    assert {n.code for n in found.notices} == {Code.REGISTRATION_POOR}


def test_apart_and_switched_off_is_flagged(brain: Image) -> None:
    away = brain.with_array(
        brain.array, replace(brain.geometry, affine=brain.geometry.affine + _shift((900, 0, 0)))
    )
    found = register(brain, away, SETTINGS, enabled=False)
    assert found.quality == 0
    assert any("covered" in n.what for n in found.notices)


@pytest.mark.parametrize("slices", [1, 2, 3])
def test_a_few_slices_are_not_registered(brain: Image, slices: int) -> None:
    thin = brain.with_array(
        brain.array[:, :, 15 : 15 + slices], brain.geometry.crop((0, 0, 15), (240, 240, slices))
    )
    assert register(brain, thin, SETTINGS).method == "identity"
    assert register(thin, brain, SETTINGS).method == "identity"


def test_voxels_that_are_not_finite_do_not_matter(template: Image, brain: Image, rigid: Rigid) -> None:
    true = rigid((3, -2, 5), middle(brain.geometry), (4, -3, 6))
    other = moved(template, brain.geometry, true)
    array = other.array.copy()
    array[:40] = np.nan
    found = register(brain, other.with_array(array), SETTINGS)
    assert error_mm(found.matrix, true, middle(brain.geometry))[:, :2].max() < 0.5


def test_rotation_angle(rigid: Rigid) -> None:
    assert rotation_deg(rigid((0, 0, 30), np.zeros(3), (1, 2, 3))) == pytest.approx(30)
    assert rotation_deg(np.eye(4)) == 0


@pytest.mark.parametrize("value", [0.0, -1000.0, np.nan])
def test_an_image_without_contrast_is_flagged(brain: Image, value: float) -> None:
    flat = brain.with_array(np.full(brain.array.shape, value, np.float32))
    for pair in ((brain, flat), (flat, brain)):
        found = register(*pair, SETTINGS)
        assert found.method == "identity"
        assert {n.code for n in found.notices} == {Code.REGISTRATION_POOR}


def test_negative_values_do_not_mislead_the_center_of_mass(
    template: Image, brain: Image, rigid: Rigid
) -> None:
    center = middle(brain.geometry)
    true = rigid((1, 2, -3), center, (40, -50, 30))
    other = moved(template, brain.geometry, true)
    found = register(brain, other.with_array(other.array * 10 - 1000), SETTINGS)
    assert error_mm(found.matrix, true, center)[:, :2].max() < 0.5


def test_a_part_of_a_scan_stays_where_it_is(brain: Image) -> None:
    part = brain.with_array(brain.array[:, :, 10:18], brain.geometry.crop((0, 0, 10), (240, 240, 8)))
    for pair in ((brain, part), (part, brain)):
        assert register(*pair, SETTINGS).method == "identity"


def test_few_voxels_are_flagged() -> None:
    rng = np.random.default_rng(0)
    image = Image(rng.normal(size=(6, 6, 6)), Geometry.from_parts((6, 6, 6), (1, 1, 1)), Modality.MR)
    found = register(image, image, SETTINGS)
    assert any("too few" in n.what for n in found.notices)
