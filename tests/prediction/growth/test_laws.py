"""Closed forms against their differential equations, limits and special cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from oncometry.core import SettingsError
from oncometry.prediction.growth import LAWS, law_named

DAYS = np.array([0.0, 10.0, 42.0, 100.0, 365.0])


def sizes(name, coordinates, days=DAYS, dimension=3):
    return np.exp(law_named(name).log_size(np.array([coordinates], dtype=float), days[None], dimension))[0]


def solved(right, start):
    ran = solve_ivp(right, (0, DAYS[-1]), [start], t_eval=DAYS, rtol=1e-10, atol=1e-12)
    return ran.y[0]


@pytest.mark.parametrize("final", [-2.0, -0.3, 0.7, 3.0])
def test_bertalanffy_is_its_equation(final):
    """dv/dt = a v^(1 - lambda) - b v."""
    v0, slowing = 4.0, 0.012
    for bend in (1 / 3, 0.2, 0.05):
        logit = np.log(3 * bend / (1 - 3 * bend)) if bend < 1 / 3 else 0.0
        name = "general-bertalanffy" if bend < 1 / 3 else "classical-bertalanffy"
        shape = [final, np.log(slowing), *([logit] if bend < 1 / 3 else [])]
        b = slowing / bend
        a = b * (v0 * np.exp(final)) ** bend
        expected = solved(lambda _, v, a=a, b=b, bend=bend: a * v ** (1 - bend) - b * v, v0)
        np.testing.assert_allclose(sizes(name, [np.log(v0), *shape]), expected, rtol=1e-7)


@pytest.mark.parametrize("final", [-2.0, 0.7, 3.0])
def test_gompertz_and_logistic_are_their_equations(final):
    v0, slowing = 4.0, 0.012
    k = v0 * np.exp(final)
    gompertz = solved(lambda _, v: slowing * v * np.log(k / v), v0)
    logistic = solved(lambda _, v: slowing * v * (1 - v / k), v0)
    coordinates = [np.log(v0), final, np.log(slowing)]
    np.testing.assert_allclose(sizes("gompertz", coordinates), gompertz, rtol=1e-7)
    np.testing.assert_allclose(sizes("logistic", coordinates), logistic, rtol=1e-7)


@pytest.mark.parametrize("final", [-2.0, 0.7, 3.0])
def test_the_logistic_law_is_bertalanffys_equation_with_both_rates_below_zero(final):
    """dv/dt = a v^2 - b v, of lambda = -1."""
    v0, slowing = 4.0, 0.012
    b = -slowing
    a = b / (v0 * np.exp(final))
    expected = solved(lambda _, v: a * v**2 - b * v, v0)
    np.testing.assert_allclose(sizes("logistic", [np.log(v0), final, np.log(slowing)]), expected, rtol=1e-7)


def test_gompertz_is_the_limit_of_bertalanffy():
    near = sizes("general-bertalanffy", [1.0, 1.5, -4.0, -30.0])
    np.testing.assert_allclose(near, sizes("gompertz", [1.0, 1.5, -4.0]), rtol=1e-6)


def test_regression_growth():
    d, g, phi = 0.01, 0.002, 0.3
    two = sizes("regression-growth", [2.0, np.log(d), np.log(g)], dimension=1)
    np.testing.assert_allclose(two, np.exp(2.0) * (np.exp(-d * DAYS) + np.exp(g * DAYS) - 1), rtol=1e-12)
    shared = sizes(
        "regression-growth-share", [2.0, np.log(d), np.log(g), np.log(phi / (1 - phi))], dimension=1
    )
    np.testing.assert_allclose(
        shared, np.exp(2.0) * ((1 - phi) * np.exp(-d * DAYS) + phi * np.exp(g * DAYS)), rtol=1e-12
    )
    np.testing.assert_allclose(
        sizes("growth-only", [2.0, np.log(g)], dimension=1), np.exp(2.0 + g * DAYS), rtol=1e-12
    )
    np.testing.assert_allclose(
        sizes("regression-only", [2.0, np.log(d)], dimension=1), np.exp(2.0 - d * DAYS), rtol=1e-12
    )


def test_linear_ends_at_nothing():
    went = sizes("linear", [3.0, -0.005], dimension=1)
    np.testing.assert_allclose(went[:4], np.exp(3.0) * (1 - 0.005 * DAYS[:4]), rtol=1e-12)
    assert went[-1] < 0.01


def test_a_law_of_volume_is_the_same_on_diameters():
    """A diameter's cube follows the law of the volume."""
    volume = sizes("general-bertalanffy", [3 * 1.2, 1.0, -4.0, 0.5], dimension=3)
    diameter = sizes("general-bertalanffy", [1.2, 1.0, -4.0, 0.5], dimension=1)
    np.testing.assert_allclose(diameter**3, volume, rtol=1e-12)


@given(st.sampled_from(sorted(LAWS)), st.data())
def test_laws_begin_at_the_initial_size_and_stay_finite(name, data):
    law = LAWS[name]
    shape = [data.draw(st.floats(p.low, p.high)) for p in law.shape]
    days = np.array([0.0, 1.0, 30.0, 365.0, 3650.0])
    found = law.log_size(np.array([[1.3, *shape]]), days[None], 1)[0]
    assert np.isfinite(found).all()
    assert found[0] == pytest.approx(1.3, abs=1e-9)


@given(
    st.sampled_from(["gompertz", "logistic", "classical-bertalanffy"]), st.floats(-6, 6), st.floats(-7, -2)
)
def test_saturating_laws_go_to_the_final_volume_one_way(name, final, slowing):
    days = np.linspace(0, 5000, 50)
    found = np.diff(np.log(sizes(name, [0.0, final, slowing], days)))
    assert (found * np.sign(final) >= -1e-9).all()
    assert np.sum(found) * np.sign(final) <= abs(final) + 1e-9


def test_an_unknown_law_is_told():
    with pytest.raises(SettingsError, match="there is no law 'gompertzz'; there are exponential"):
        law_named("gompertzz")


def test_values_and_names_have_units():
    law = law_named("general-bertalanffy")
    assert law.names[2] == "slowing_per_day"
    np.testing.assert_allclose(law.values(np.array([0.0, 1.0, np.log(0.01), 0.0])), [1.0, 1.0, 0.01, 0.5])
