"""Lesions of known shape from their hints."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from oncometry.core import Code, Geometry, Image, Modality, SettingsError, Unit, UnsupportedError
from oncometry.segmentation.hint import Box, Diameter, Hint, HintSettings, Point, segment_hint
from oncometry.segmentation.hint.border import unseen_share
from oncometry.segmentation.hint.relax import relax

from .made_lesion import TISSUES, MadeLesion, make_lesion

ONCE = HintSettings(reruns=0, iterations=40, largest_grid=32)
LEAST = 0.75


@cache
def made(tissue: str) -> MadeLesion:
    return make_lesion(100, tissue, 14.0, 2.0)


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


def hint(lesion: MadeLesion, kind: str) -> Hint:
    """From the truth: its middle, its box, and the longest line on its largest slice."""
    grid = lesion.truth.geometry
    index = np.argwhere(lesion.truth.mask())
    if kind == "point":
        near = np.argmin(np.linalg.norm(index - index.mean(axis=0), axis=1))
        return Point(tuple(grid.to_world(index[near])))
    if kind == "box":
        return Box(
            tuple(grid.to_world(index.min(axis=0) - 0.5)), tuple(grid.to_world(index.max(axis=0) + 0.5))
        )
    plane = index[index[:, 2] == np.bincount(index[:, 2]).argmax()]
    places = grid.to_world(plane)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    one, other = np.unravel_index(apart.argmax(), apart.shape)
    return Diameter(tuple(places[one]), tuple(places[other]))


@pytest.mark.parametrize("kind", ["point", "box", "diameter"])
@pytest.mark.parametrize("tissue", TISSUES)
def test_the_lesion_is_found_from_each_hint(tissue, kind):
    lesion = made(tissue)
    result = segment_hint(lesion.image, hint(lesion, kind), ONCE)
    assert dice(result.segmentation.mask(), lesion.truth.mask()) > LEAST


def test_mask_probability_interval_and_volume_say_the_same():
    lesion = made("lung")
    result = segment_hint(
        lesion.image, hint(lesion, "diameter"), HintSettings(reruns=2, iterations=40, largest_grid=32)
    )
    (segment,) = result.segmentation.segments
    assert (segment.number, segment.compartment) == (1, "whole")
    assert ((segment.probability >= 0.5) == segment.array).all()
    assert result.volume_ml == pytest.approx(segment.voxels * lesion.image.geometry.voxel_volume_mm3 / 1000)
    low, high = result.interval_ml
    real = np.count_nonzero(lesion.truth.mask()) * lesion.image.geometry.voxel_volume_mm3 / 1000
    assert low < result.volume_ml < high
    assert low < real < high
    assert 0.8 < result.agreement <= 1


def test_the_same_hint_gives_the_same_lesion_and_a_seed_only_its_interval():
    lesion = made("lung")
    one, same, other = (
        segment_hint(lesion.image, hint(lesion, "box"), ONCE.model_copy(update={"reruns": 2, "seed": seed}))
        for seed in (1, 1, 2)
    )
    assert (one.segmentation.mask() == same.segmentation.mask()).all()
    assert one.interval_ml == same.interval_ml != other.interval_ml


def test_other_axes_of_the_same_image_give_the_same_lesion():
    lesion = made("liver")
    grid = lesion.image.geometry
    turned = grid.affine.copy()
    turned[:3, 0] *= -1
    turned[:3, 3] = grid.to_world((grid.shape[0] - 1, 0, 0))
    image = replace(lesion.image, array=lesion.image.array[::-1], geometry=Geometry(grid.shape, turned))
    given = hint(lesion, "diameter")
    one, other = (segment_hint(each, given, ONCE).segmentation.mask() for each in (lesion.image, image))
    assert dice(one, other[::-1]) > 0.97


def test_brightness_and_scale_of_an_mr_image_do_not_matter():
    lesion = made("mr")
    image = lesion.image.with_array(lesion.image.array * 731 + 55)
    given = hint(lesion, "diameter")
    one, other = (segment_hint(each, given, ONCE).segmentation.mask() for each in (lesion.image, image))
    assert dice(one, other) > 0.98


def flat(value: float, noise: float = 0.0, unit: Unit = Unit.HU) -> Image:
    grid = Geometry.from_parts((40, 40, 20), (1, 1, 2))
    array = value + noise * np.random.default_rng(0).normal(size=grid.shape)
    return Image(array.astype(np.float32), grid, Modality.CT, unit=unit)


INSIDE = Point((20, 20, 20))


@pytest.mark.parametrize(
    ("image", "given", "kind", "code"),
    [
        (flat(40, 10), Point((500, 20, 20)), SettingsError, Code.HINT_OUTSIDE),
        (flat(40, 10), Box((90, 90, 90), (99, 99, 99)), SettingsError, Code.HINT_OUTSIDE),
        (flat(40, 10), Diameter((-2000, 0, 0), (2000, 0, 0)), SettingsError, Code.HINT_OUTSIDE),
        (flat(-1000, 10), INSIDE, SettingsError, Code.HINT_IN_AIR),
        (flat(0, unit=Unit.ARBITRARY), INSIDE, SettingsError, Code.HINT_IN_AIR),
        (flat(float("nan")), INSIDE, SettingsError, Code.HINT_IN_AIR),
        (flat(40, 10), INSIDE, UnsupportedError, Code.HINT_NO_EDGE),
    ],
    ids=["point outside", "box outside", "line too long", "air", "empty", "nan", "uniform noise"],
)
def test_what_shows_no_lesion_is_refused(image, given, kind, code):
    with pytest.raises(kind) as refused:
        segment_hint(image, given, ONCE)
    assert refused.value.code is code


def test_one_slice_is_refused():
    image = flat(40, 10)
    one = replace(image, array=image.array[:, :, :1], geometry=image.geometry.crop((0, 0, 0), (40, 40, 1)))
    with pytest.raises(UnsupportedError) as refused:
        segment_hint(one, Point((20, 20, 0)))
    assert refused.value.code is Code.NOT_A_VOLUME


def test_voxels_that_are_not_finite_are_told():
    lesion = made("lung")
    array = lesion.image.array.copy()
    array[0:4] = np.nan
    middle = np.argwhere(lesion.truth.mask()).mean(axis=0).round().astype(int)
    array[tuple(middle + np.array((6, 0, 0)))] = np.nan
    result = segment_hint(lesion.image.with_array(array), hint(lesion, "box"), ONCE)
    assert Code.NONFINITE_VOXELS in {notice.code for notice in result.notices}
    assert dice(result.segmentation.mask(), lesion.truth.mask()) > 0.7


@pytest.mark.parametrize(
    ("tissue", "kind", "told"), [("mr", "point", True), ("mr", "box", False), ("lung", "point", False)]
)
def test_a_click_says_so_where_parts_of_a_tumor_differ(tissue, kind, told):
    result = segment_hint(made(tissue).image, hint(made(tissue), kind), ONCE)
    assert (Code.HINT_AMBIGUOUS in {notice.code for notice in result.notices}) is told


def test_an_outline_that_the_image_shows_in_part_is_told():
    """A box about a part of a plate that goes on beyond four of its sides."""
    grid = Geometry.from_parts((72, 72, 72), (1.0, 1.0, 1.0))
    plate = np.abs(np.arange(72) - 36) < 14
    values = np.random.default_rng(0).normal(0, 5, grid.shape) + np.where(plate, 100, 0)
    image = Image(values.astype(np.float32), grid, modality=Modality.MR)
    result = segment_hint(image, Box((16, 16, 22), (56, 56, 50)), ONCE)
    assert Code.HINT_EDGE_UNSEEN in {notice.code for notice in result.notices}


@pytest.mark.parametrize("tissue", TISSUES)
def test_an_outline_that_the_image_shows_is_not_told(tissue):
    result = segment_hint(made(tissue).image, hint(made(tissue), "box"), ONCE)
    assert Code.HINT_EDGE_UNSEEN not in {notice.code for notice in result.notices}


def test_the_share_of_an_outline_that_is_not_seen_is_that_of_its_surface():
    """A ball in nothing, in tissue like it, and half in each; windows see across the seam."""
    place = np.indices((48, 48, 48)) - 23.5
    inside = (np.linalg.norm(place, axis=0) < 14).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 1, inside.shape).astype(np.float32)
    assert unseen_share(noise + 20 * inside, inside) < 0.01
    assert unseen_share(noise, inside) > 0.7
    half = np.maximum(inside, (place[0] > 0).astype(np.float32))
    assert unseen_share(noise + 20 * half, inside) == pytest.approx(0.4, abs=0.1)


def test_the_cut_of_a_clear_ball_is_the_ball():
    away = np.linalg.norm(np.indices((24, 24, 24)) - 11.5, axis=0)
    evidence = np.where(away < 7, 2, -2).astype(np.float32)
    found = relax(evidence, np.full_like(evidence, 0.5), np.full_like(evidence, 0.5), 100)
    assert ((found > 0.5) == (away < 7)).all()
    speck = evidence.copy()
    speck[2, 2, 2] = 2
    assert relax(speck, np.full_like(evidence, 1.5), np.full_like(evidence, 0.5), 100)[2, 2, 2] < 0.5
