"""Corrected p-values against scipy's and against their definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oncometry.prediction.multiple_tests import Correction, corrected


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_benjamini_and_hochberg(p_values: list[float]) -> None:
    peer = stats.false_discovery_control(p_values, method="bh")
    np.testing.assert_allclose(corrected(p_values, Correction.BENJAMINI_HOCHBERG), peer, rtol=1e-12, atol=0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.001, 0.5))
def test_holm_refuses_what_his_procedure_does(p_values: list[float], level: float) -> None:
    """Step down: the smallest against level / n, the next against level / (n - 1) ..., until one holds."""
    refused = np.zeros(len(p_values), bool)
    for tests_left, at in zip(range(len(p_values), 0, -1), np.argsort(p_values, kind="stable"), strict=True):
        if p_values[at] * tests_left > level:
            break
        refused[at] = True
    np.testing.assert_array_equal(corrected(p_values, Correction.HOLM) <= level, refused)


def test_none() -> None:
    assert len(corrected([], Correction.HOLM)) == 0
