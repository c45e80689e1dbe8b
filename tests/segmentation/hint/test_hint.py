"""What a person may show, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, SettingsError
from oncometry.segmentation.hint import Box, Diameter, HintSettings, Point, hint_of
from oncometry.segmentation.hint.moved import moved_hint

NUMBERS = st.floats(-1000, 1000)


@given(st.tuples(*[NUMBERS] * 6))
def test_ras_and_lps_differ_by_the_sign_of_two_axes(numbers):
    x, y, z = numbers[:3]
    assert hint_of("point", (x, y, z), ras=True).points.tolist() == [[-x, -y, z]]
    assert hint_of("point", (x, y, z)).points.tolist() == [[x, y, z]]


@pytest.mark.parametrize(
    ("kind", "numbers", "says"),
    [
        ("point", (1.0, 2.0), "takes 3 numbers"),
        ("box", (1.0, 2.0, 3.0), "takes 6 numbers"),
        ("point", (1.0, float("nan"), 3.0), "not finite"),
        ("diameter", (1.0, 2.0, 3.0, 4.0, 5.0, float("inf")), "not finite"),
        ("box", (0.0, 0.0, 5.0, 9.0, 9.0, 5.0), "sides of 9, 9, 0 mm"),
        ("diameter", (1.0, 2.0, 3.0, 1.0, 2.0, 4.0), "1 mm long"),
    ],
)
def test_what_is_no_hint_is_refused(kind, numbers, says):
    with pytest.raises(SettingsError, match=says) as refused:
        hint_of(kind, numbers)
    assert refused.value.code is Code.SETTINGS


@pytest.mark.parametrize(
    "hint",
    [Point((1, 2, 3)), Box((0, 0, 0), (20, 3, 9)), Diameter((0, 0, 0), (3, 4, 0))],
    ids=lambda h: h.kind,
)
def test_moved_hints_are_hints_of_the_same_size_and_by_the_seed(hint):
    moved = [moved_hint(hint, 20, 0.06, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert moved[0] == moved[1] != moved[2]
    assert type(moved[0]) is type(hint)
    assert np.abs(moved[0].points - hint.points).max() < 6


def test_settings_do_not_change_and_take_no_other_names():
    with pytest.raises(ValueError, match="frozen"):
        HintSettings().seed = 3
    with pytest.raises(ValueError, match="Extra inputs"):
        HintSettings(smoothnes=1)
