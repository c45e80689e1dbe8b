"""The growth model: fronts, barriers, treatment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.synthesis.growth import GRAY_SLOWER, Terrain, Tumor, front_speed, grow, seed_density

TUMOR = Tumor(0.06, 0.03)
SHAPE = (40, 24, 24)


def _white(shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    return np.ones(shape, np.float32)


def _ball(shape: tuple[int, int, int], radius_mm: float) -> np.ndarray:
    grid = (np.indices(shape) - (np.array(shape)[:, None, None, None] - 1) / 2) * 2.0
    return seed_density(np.sqrt((grid**2).sum(axis=0)).astype(np.float32), radius_mm, TUMOR)


def test_a_plane_front_moves_at_the_speed_of_the_model() -> None:
    """2 sqrt(D rho), approached from below (Bramson's correction is a few percent here)."""
    terrain = Terrain.of(_white((80, 3, 3)), np.zeros((80, 3, 3), np.float32))
    depth = np.broadcast_to(np.arange(80)[:, None, None] * 2.0 - 20, (80, 3, 3)).astype(np.float32)
    early = grow(seed_density(depth, 0.0, TUMOR), terrain, TUMOR, 0.0, 200)
    late = grow(early, terrain, TUMOR, 0.0, 400)
    moved = 2.0 * (late[:, 1, 1].sum() - early[:, 1, 1].sum())
    assert moved / 400 == pytest.approx(front_speed(TUMOR, 0.0), rel=0.1)


@settings(max_examples=15, deadline=None)
@given(kill=st.floats(0, 0.9), days=st.integers(1, 40), radius=st.floats(3, 10))
def test_an_untreated_tumor_never_shrinks(kill: float, days: int, radius: float) -> None:
    terrain = Terrain.of(_white(), np.zeros(SHAPE, np.float32))
    before = _ball(SHAPE, radius)
    before[before < 1e-3] = 0
    after = grow(before, terrain, TUMOR, kill, days)
    assert after.sum() >= before.sum() * 0.999
    assert after.min() >= 0
    assert after.max() <= 1


@settings(max_examples=10, deadline=None)
@given(weak=st.floats(0, 3), more=st.floats(0.2, 3))
def test_more_treatment_leaves_less_tumor(weak: float, more: float) -> None:
    terrain = Terrain.of(_white(), np.zeros(SHAPE, np.float32))
    start = _ball(SHAPE, 8)
    assert grow(start, terrain, TUMOR, weak + more, 30).sum() < grow(start, terrain, TUMOR, weak, 30).sum()


def test_fluid_is_a_barrier() -> None:
    white = _white()
    white[20:22] = 0
    u = grow(_ball(SHAPE, 9), Terrain.of(white, np.zeros(SHAPE, np.float32)), TUMOR, 0.0, 1)
    u[22:] = 0
    u = grow(u, Terrain.of(white, np.zeros(SHAPE, np.float32)), TUMOR, 0.0, 200)
    assert u[:20].max() > 0.9
    assert u[20:].max() == 0


def test_white_matter_is_invaded_faster_than_gray() -> None:
    half = np.zeros(SHAPE, np.float32)
    half[20:] = 1
    u = grow(_ball(SHAPE, 6), Terrain.of(half, 1 - half), TUMOR, 0.0, 80)
    assert u[20:].sum() > 1.15 * u[:20].sum()
    assert GRAY_SLOWER > 1


def test_nothing_grows_out_of_nothing_and_what_is_extinct_stays_so() -> None:
    terrain = Terrain.of(_white(), np.zeros(SHAPE, np.float32))
    assert grow(np.zeros(SHAPE, np.float32), terrain, TUMOR, 0.0, 20).max() == 0
    assert grow(_ball(SHAPE, 4), terrain, TUMOR, 8.0, 90).max() == 0


def test_the_sign_of_the_front_speed_is_that_of_the_net_rate() -> None:
    assert front_speed(TUMOR, 0.0) == pytest.approx(2 * np.sqrt(0.06 * 0.03))
    assert front_speed(TUMOR, 1.0) == 0
    assert front_speed(TUMOR, 2.0) == pytest.approx(-front_speed(TUMOR, 0.0))
