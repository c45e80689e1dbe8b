"""Riley's criteria against the worked examples of the papers, as `pmsampsize` (R, Stata) gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import SettingsError
from oncometry.prediction.sample_size import (
    ANTICIPATED,
    binary_sample_size,
    continuous_sample_size,
    survival_sample_size,
)

YEAR = 365.25


def test_binary_example_of_the_paper() -> None:
    """24 parameters, prevalence 0.174, R2 0.288: 662 patients, 116 events (doi:10.1002/sim.7992, section 5)."""
    found = binary_sample_size(24, 0.174, 0.288)
    assert [c.patients for c in found.criteria] == [623, 662, 221]
    assert (found.patients, found.events) == (662, 116)


def test_survival_example_of_the_paper() -> None:
    """30 parameters, R2 0.051, 0.065 events a year, followed 2.07 years: 5143 patients, 692 events (doi:10.1136/bmj.m441)."""
    found = survival_sample_size(30, 0.065 / YEAR, 2.07 * YEAR, 2 * YEAR, 0.051)
    assert found.criteria[0].patients == 5143
    assert (found.patients, found.events) == (5143, 692)
    assert found.greatest_r2 == pytest.approx(0.55, abs=0.01)


@pytest.mark.parametrize(
    ("parameters", "r2", "needed"),
    [(25, 0.2, (918, 401, 259)), (25, 0.3, (574, 351, 259)), (50, 0.2, (1924, 801, 284))],
)
def test_continuous_examples_of_the_paper(parameters: int, r2: float, needed: tuple[int, ...]) -> None:
    """25 parameters, R2 0.2, mean 1.9 and deviation 0.6: 918 patients (doi:10.1002/sim.7993)."""
    found = continuous_sample_size(parameters, r2, 1.9, 0.6)
    assert tuple(c.patients for c in found.criteria[:3]) == needed
    assert found.patients == max(needed)
    assert found.events is None


def test_fifteen_percent_of_the_greatest_is_anticipated() -> None:
    found = binary_sample_size(30, 0.05)
    assert found.greatest_r2 == pytest.approx(0.33, abs=0.005)
    assert found.r2 == pytest.approx(ANTICIPATED * found.greatest_r2)
    assert found.criteria[2].patients == 73


def test_a_mean_about_zero_is_not_asked_to_be_precise() -> None:
    assert len(continuous_sample_size(5, mean=-3.0, deviation=1.0).criteria) == 3
    assert len(continuous_sample_size(5, mean=3.0, deviation=1.0).criteria) == 4


@given(st.integers(1, 2000), st.floats(0.02, 0.98))
def test_twice_the_parameters_need_about_twice_the_patients(parameters: int, prevalence: float) -> None:
    one, two = binary_sample_size(parameters, prevalence), binary_sample_size(2 * parameters, prevalence)
    a, b = one.criteria[0].patients, two.criteria[0].patients
    assert a is not None
    assert b is not None
    assert abs(b - 2 * a) <= 2
    assert one.criteria[2] == two.criteria[2]


def test_more_than_can_be_counted_is_none() -> None:
    found = binary_sample_size(500_000, 0.3)
    assert found.criteria[0].patients is None
    assert found.patients is None
    assert found.events is None


@pytest.mark.parametrize(
    ("parameters", "prevalence", "r2"),
    [(0, 0.3, None), (3, 0.0, None), (3, 1.0, None), (3, 0.3, 1.2), (3, 0.3, 0.9)],
)
def test_what_cannot_be_is_refused(parameters: int, prevalence: float, r2: float | None) -> None:
    with pytest.raises(SettingsError):
        binary_sample_size(parameters, prevalence, r2)


def test_times_and_rates_are_above_zero() -> None:
    with pytest.raises(SettingsError, match="follow-up"):
        survival_sample_size(3, 0.1, 0.0, 10.0)
