"""What comes in as a course, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.growth import size_series


def refused(days, sizes, unit="mm"):
    with pytest.raises(SettingsError) as caught:
        size_series("P1", "L1", days, sizes, unit)
    return caught.value


def test_days_count_from_the_first_visit():
    series = size_series("P1", "L1", [-20, 22, 64], [30, 28, 0], "mm")
    assert series.days.tolist() == [0, 42, 84]
    assert series.first_day == -20
    assert series.notices == ()


def test_unsorted_days_are_sorted_and_told():
    series = size_series("P1", "L1", [-8, 42, 37], [40, 71, 50], "mm")
    assert series.sizes.tolist() == [40, 50, 71]
    assert [n.code for n in series.notices] == [Code.DAYS_UNSORTED]


def test_a_day_twice_with_one_size_is_kept_once_and_told():
    series = size_series("P1", "L1", [0, 42, 83, 83], [20, 18, 22, 22], "mm")
    assert series.days.tolist() == [0, 42, 83]
    assert [n.code for n in series.notices] == [Code.DAY_TWICE]


def test_a_day_with_two_sizes_is_refused():
    error = refused([0, 42, 83, 83], [20, 18, 22, 23])
    assert error.code is Code.ROW_CONFLICTING
    assert "day 83 has sizes 22 and 23" in error.what


def test_fewer_than_three_visits_are_refused():
    assert refused([0, 42], [20, 18]).code is Code.TOO_FEW_VISITS
    assert refused([0, 42, 42], [20, 18, 18]).code is Code.TOO_FEW_VISITS


@pytest.mark.parametrize("size", [-1.0, np.nan, np.inf])
def test_sizes_that_are_none_are_refused(size):
    assert refused([0, 42, 84], [20, size, 18]).code is Code.SIZE_IMPLAUSIBLE


def test_nothing_at_all_visits_is_refused():
    assert refused([0, 42, 84], [0, 0, 0]).code is Code.SIZE_IMPLAUSIBLE


def test_other_mistakes():
    assert "not numbers" in refused([0, 42, 84], ["a", "b", "c"]).what
    assert "no day" in refused([0, np.nan, 84], [20, 19, 18]).what
    assert "shape" in refused([0, 42], [20, 19, 18]).what
    assert "not in 'cm'" in refused([0, 42, 84], [20, 19, 18], "cm").what
