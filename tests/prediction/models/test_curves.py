"""Curves: against scikit-survival and lifelines, and the binomial where nobody is censored."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter
from scipy.stats import norm
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import NullSurvival, aalen_johansen, kaplan_meier
from oncometry.prediction.outcome import survival_outcome

from .cases import rows, survival


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), n=st.integers(5, 60))
def test_survival_and_its_limits_are_those_of_scikit_survival(seed, n):
    y = survival(rows(n, 1, seed), seed)
    _, value, limits = kaplan_meier_estimator(y["event"] == 1, y["time_days"], conf_type="log-log")
    found = kaplan_meier(y)
    np.testing.assert_allclose(found.value, value, atol=1e-12)
    inside = (value > 0) & (value < 1)
    np.testing.assert_allclose(found.low[inside], limits[0][inside], atol=1e-10)
    np.testing.assert_allclose(found.high[inside], limits[1][inside], atol=1e-10)


def test_incidence_is_that_of_scikit_survival_and_its_variance_that_of_lifelines():
    y = survival(rows(70, 1), kinds=3, whole_days=False)
    found = aalen_johansen(y, level=0.9)
    _, peer = cumulative_incidence_competing_risks(y["event"].astype(int), y["time_days"])
    np.testing.assert_allclose(found.value, peer[1], atol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        variance = AalenJohansenFitter().fit(y["time_days"], y["event"], 1).variance_.to_numpy()[1:]
    inside = found.value > 0
    theta = (
        norm.ppf(0.95) * np.sqrt(variance[inside]) / (found.value * np.log(found.value + (~inside)))[inside]
    )
    np.testing.assert_allclose(found.low[inside], found.value[inside] ** np.exp(-theta), atol=1e-10)
    np.testing.assert_allclose(found.high[inside], found.value[inside] ** np.exp(theta), atol=1e-10)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_incidences_and_survival_make_one(seed):
    y = survival(rows(50, 1, seed), seed, kinds=4)
    at = np.linspace(0, y["time_days"].max() + 1, 40)
    total = kaplan_meier(y).at(at) + sum(aalen_johansen(y, k).at(at) for k in (1, 2, 3))
    np.testing.assert_allclose(total, 1, atol=1e-12)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_weights_are_rows_that_stand_more_than_once(seed):
    y = survival(rows(30, 1, seed), seed, kinds=3)
    weights = np.random.default_rng(seed).integers(0, 4, len(y)).astype(float)
    weights[0] = 1
    repeated = y[np.repeat(np.arange(len(y)), weights.astype(int))]
    for one, other in ((kaplan_meier(y, weights), kaplan_meier(repeated)),
                       (aalen_johansen(y, 1, weights), aalen_johansen(repeated))):  # fmt: skip
        np.testing.assert_allclose(one.value, other.value, atol=1e-12)
        np.testing.assert_allclose(one.low, other.low, atol=1e-9)


def test_where_nobody_is_censored_the_error_is_the_binomial_one():
    rng = np.random.default_rng(3)
    y = survival_outcome(rng.integers(1, 3, 60), rng.exponential(10, 60))
    found = aalen_johansen(y)
    inside = (found.value > 0) & (found.value < 1)
    f = found.value[inside]
    theta = norm.ppf(0.975) * np.sqrt(f * (1 - f) / 60) / (f * np.abs(np.log(f)))
    np.testing.assert_allclose(found.low[inside], f ** np.exp(theta), atol=1e-10)


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        times, censored = rng.exponential(1.0, 60), rng.exponential(2.0, 60)
        kinds = rng.integers(1, 3, 60)
        y = survival_outcome(np.where(times < censored, kinds, 0), np.minimum(times, censored))
        curve = aalen_johansen(y)
        place = np.searchsorted(curve.times_days, 0.8) - 1
        held += curve.low[place] <= 0.5 * (1 - np.exp(-0.8)) <= curve.high[place]
    assert 0.91 <= held / 300 <= 0.985


def test_the_naive_model_says_the_incidence_of_all():
    x = rows(50, 3)
    y = survival(x, kinds=3)
    model = NullSurvival().fit(x, y)
    days = [0.0, 1.0, 10.0, 1e5]
    np.testing.assert_allclose(
        model.predict_survival(x[:2], days), np.tile(1 - aalen_johansen(y).at(days), (2, 1))
    )
    assert (model.predict(x) == 0).all()
    assert NullSurvival.handles_competing


def test_levels_and_events_are_looked_at():
    y = survival(rows(10, 1))
    for call in (
        lambda: kaplan_meier(y, level=1.0),
        lambda: aalen_johansen(y, level=0.0),
        lambda: aalen_johansen(y, 0),
    ):
        with pytest.raises(SettingsError, match="not") as error:
            call()
        assert error.value.code is Code.SETTINGS
