"""Where the brain is: given, stripped, or the head as it is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from tests.segmentation.made_network import centered, head

from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    GeometryError,
    Image,
    Segment,
    Segmentation,
    UnsupportedError,
)
from oncometry.segmentation.brain_region import brain_region, stripped_region

GRID = centered((48, 48, 48), (2, 2, 2))
C = Contrast


def whole(radius_mm: float) -> np.ndarray:
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in GRID.shape), indexing="ij"), axis=-1)
    return np.linalg.norm(GRID.to_world(grid), axis=-1) < radius_mm


def test_what_stripping_left_is_the_brain_with_its_holes() -> None:
    images = head(GRID)
    images = {c: image.with_array(np.where(whole(6), 0, image.array)) for c, image in images.items()}
    mask, notices = brain_region(images)
    np.testing.assert_array_equal(mask, whole(32))
    assert notices == ()


def test_noise_in_the_air_is_a_head_with_its_skull() -> None:
    rng = np.random.default_rng(0)
    images = {c: i.with_array(i.array + np.abs(rng.normal(0, 4, GRID.shape))) for c, i in head(GRID).items()}
    assert stripped_region(images) is None
    mask, notices = brain_region(images)
    assert [n.code for n in notices] == [Code.BRAIN_NOT_EXTRACTED]
    truth = whole(32)
    assert 2 * (mask & truth).sum() / (mask.sum() + truth.sum()) > 0.97


def test_a_region_larger_than_a_brain_is_not_taken_as_stripped() -> None:
    geometry = centered((48, 48, 48), (4.5, 4.5, 4.5))
    assert stripped_region(head(geometry, 85.0)) is None
    assert stripped_region(head(geometry, 75.0)) is not None


def test_a_given_mask_wins() -> None:
    given = Image(whole(30).astype(np.uint8), GRID)
    mask, notices = brain_region(head(GRID), given)
    np.testing.assert_array_equal(mask, whole(30))
    assert notices == ()


def test_a_mask_elsewhere_is_refused() -> None:
    given = Image(np.ones((48, 48, 48), np.uint8), centered((48, 48, 48), (2, 2, 2.5)))
    with pytest.raises(GeometryError):
        brain_region(head(GRID), given)


def test_too_little_of_a_brain_is_refused() -> None:
    with pytest.raises(UnsupportedError) as caught:
        brain_region(head(GRID, 25.0))
    assert caught.value.code is Code.BRAIN_ABSENT


def test_a_network_that_gives_labels_alone_serves_too() -> None:
    images = {c: i.with_array(i.array + np.arange(48.0, dtype=np.float32)) for c, i in head(GRID).items()}
    inside = np.zeros(GRID.shape, bool, order="F")
    inside[8:40, 8:40, 8:40] = True

    class Program:
        card = SimpleNamespace(
            inputs=(Contrast.UNKNOWN,), regions=(SimpleNamespace(name="brain", threshold=0.5),)
        )

        def segment(self, images: object) -> object:
            segment = Segment.from_mask(1, "brain", Compartment.OTHER, inside)
            found = Segmentation(GRID, (segment,))
            return SimpleNamespace(regions={}, segmentation=found, notices=(), card=self.card)

    mask, _ = brain_region(images, None, Program())  # type: ignore[arg-type]
    assert (mask == inside).all()


def test_what_is_larger_than_any_brain_is_none() -> None:
    geometry = centered((48, 48, 48), (4.5, 4.5, 4.5))
    images = head(geometry, 90.0)
    rng = np.random.default_rng(0)
    noisy = {
        c: i.with_array((i.array + rng.normal(0, 1, geometry.shape)).astype(np.float32))
        for c, i in images.items()
    }

    class Everything:
        card = SimpleNamespace(
            inputs=(Contrast.UNKNOWN,), regions=(SimpleNamespace(name="brain", threshold=0.5),)
        )

        def segment(self, images: object) -> object:
            everywhere = Image(np.ones(geometry.shape, np.float32), geometry)
            return SimpleNamespace(regions={"brain": everywhere}, notices=(), card=self.card)

    with pytest.raises(UnsupportedError, match="more than any"):
        brain_region(noisy, None, Everything())  # type: ignore[arg-type]
