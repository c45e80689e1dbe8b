"""A field about a head: over its middle, hung from its top."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.preprocessing import head_field_center
from oncometry.preprocessing.head_field import ABOVE_MM


def ball(shape: tuple[int, int, int], center: tuple[float, float, float], radius: float) -> np.ndarray:
    away = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1) - np.array(center)
    return np.linalg.norm(away, axis=-1) <= radius


@given(moved=st.tuples(*[st.integers(-8, 8)] * 3))
def test_it_goes_with_the_head(moved: tuple[int, int, int]) -> None:
    one = head_field_center(ball((60, 60, 60), (30, 30, 30), 20), (2.0, 2.0, 2.0), 120.0)
    there = tuple(30 + m for m in moved)
    other = head_field_center(ball((60, 60, 60), there, 20), (2.0, 2.0, 2.0), 120.0)
    assert other - one == pytest.approx(np.array(moved))


def test_below_the_head_nothing_matters_but_its_top() -> None:
    head = ball((60, 60, 60), (30, 30, 40), 15)
    neck = head.copy()
    neck[25:36, 25:36, :40] = True
    spacing = (2.0, 2.0, 2.0)
    assert head_field_center(neck, spacing, 100.0) == pytest.approx(
        head_field_center(head, spacing, 100.0), abs=1
    )


def test_a_few_bright_voxels_beyond_the_head_do_not_move_it() -> None:
    head = ball((60, 60, 60), (30, 30, 30), 20)
    before = head_field_center(head, (2.0, 2.0, 2.0), 120.0)
    head[0, 0, 57:] = True
    assert head_field_center(head, (2.0, 2.0, 2.0), 120.0) == pytest.approx(before, abs=1)


def test_its_top_is_as_far_above_the_head_as_is_said() -> None:
    head = np.zeros((60, 60, 60), bool)
    head[10:51, 20:41, 15:46] = True
    middle = head_field_center(head, (2.0, 1.0, 3.0), 90.0)
    assert middle[:2] == pytest.approx((30, 30))
    assert (middle[2] - 45) * 3.0 + 90.0 / 2 == pytest.approx(ABOVE_MM)
