"""Of calls given a chance, as many are right: errors come from jittered contours, not from the model."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.response.recist import Recist
from oncometry.response.volumetric import Volumetric

from .bank import blobs, make_bank
from .calibration import calls, false_alarms, unchanged, varied


@pytest.fixture(scope="module")
def bank():
    return make_bank(blobs(3, seed=1), readers=2, repetitions=4, seed=2)


def test_chances_are_about_right(bank):
    """The benchmark, docs/uncertainty.md, has real masks and ten thousand timelines."""
    found = calls([Volumetric()], varied(300, bank, seed=3), draws=300)[0]
    assert found.right.mean() == pytest.approx(found.chance.mean(), abs=0.05)
    doubtful, sure = found.chance < 0.8, found.chance > 0.95
    assert found.right[sure].mean() > 0.93
    assert found.right[doubtful].mean() < found.right[sure].mean() - 0.1


def test_an_unchanged_lesion_is_seldom_called_anything_but_stable(bank):
    alarms, told = false_alarms(Volumetric(), unchanged(200, 2, bank, seed=4))
    assert alarms <= 0.05
    assert alarms <= told


@pytest.mark.slow
def test_of_calls_given_80_percent_80_percent_are_right():
    wide = make_bank(blobs(10, seed=5), readers=3, repetitions=6, seed=6)
    for found in calls([Recist(), Volumetric()], varied(2000, wide, seed=7), draws=500):
        near = (found.chance >= 0.75) & (found.chance < 0.85)
        assert near.sum() > 400
        assert found.right[near].mean() == pytest.approx(0.8, abs=0.05)
        assert np.abs(found.right.mean() - found.chance.mean()) <= 0.05
