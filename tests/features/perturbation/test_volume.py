"""A region grown or shrunk has the voxels asked for, taken from its surface."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.features.perturbation.volume import with_volume

from ..shapes import ball

RNG = np.random.default_rng


def changed(
    mask: np.ndarray,
    fraction: float,
    *,
    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0),
    **more: object,
):
    """The mask on a grid with 40 voxels about it, and the one with another volume on the same grid."""
    shape = tuple(n + 80 for n in mask.shape)
    before, after = np.zeros(shape, bool), np.zeros(shape, bool)
    before[tuple(slice(40, 40 + n) for n in mask.shape)] = mask
    flat = bool(more.get("in_plane", False))
    start, box = with_volume((40, 40, 40), mask, shape[::-1], spacing, fraction, RNG(0), in_plane=flat)
    after[tuple(slice(s, s + n) for s, n in zip(start[::-1], box.shape, strict=True))] = box
    return before, after


@given(st.floats(2, 9), st.floats(-0.95, 1.0), st.booleans())
def test_exactly_the_volume_that_is_asked_for(radius: float, fraction: float, in_plane: bool) -> None:
    mask = ball(radius).astype(bool)
    before, after = changed(mask, fraction, spacing=(0.8, 0.8, 3.0), in_plane=in_plane)
    assert after.sum() == round(before.sum() * (1 + fraction))
    assert not (before & ~after).any() if fraction >= 0 else not (after & ~before).any()


@pytest.mark.parametrize("shape", [(1, 1, 300), (1, 60, 60), (9, 9, 9), (1, 1, 1)])
@pytest.mark.parametrize("in_plane", [True, False])
def test_rods_plates_cubes_and_dots_have_room_to_grow(shape: tuple[int, int, int], in_plane: bool) -> None:
    _, after = changed(np.ones(shape, bool), 1.0, in_plane=in_plane)
    assert after.sum() == 2 * np.prod(shape)


def test_growth_reaches_as_many_millimeters_across_slices_as_within() -> None:
    mask = np.ones((5, 20, 20), bool)
    before, after = changed(mask, 0.9, spacing=(1.0, 1.0, 10.0))
    grown = after & ~before
    assert not grown[:40].any()
    assert not grown[45:].any()  # the next slices are 10 mm away, and the growth is of 4
    before, after = changed(ball(8.0).astype(bool), 0.3, in_plane=True)
    assert (after.any(axis=(1, 2)) == before.any(axis=(1, 2))).all()


def test_a_ball_stays_a_ball() -> None:
    _, after = changed(ball(12.0).astype(bool), 0.4)
    where = np.argwhere(after)
    distance = np.linalg.norm(where - where.mean(axis=0), axis=1)
    assert distance.max() == pytest.approx(12 * 1.4 ** (1 / 3), abs=1.0)


def test_the_image_is_where_growth_ends() -> None:
    mask = np.ones((4, 4, 4), bool)
    start, box = with_volume((0, 0, 0), mask, (4, 4, 5), (1.0, 1.0, 1.0), 1.0, RNG(0), in_plane=False)
    assert start == (0, 0, 0)
    assert box.all()
    assert box.shape == (5, 4, 4)
